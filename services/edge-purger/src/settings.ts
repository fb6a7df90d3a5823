import { commaList, type Config, healthPortSetting, wholeNumber } from "@touchline/platform";
import { z } from "zod";

/** What the edge-purger reads from its environment beside the shared settings. */
export const purgerSettings = {
  ...healthPortSetting,
  VARNISH_URLS: commaList().optional().describe("addresses of every single Varnish, comma-separated"),
  FASTLY_SERVICE_ID: z
    .string()
    .regex(/^\w{1,64}$/, "must be letters and digits")
    .optional(),
  FASTLY_API_TOKEN: z.string().min(1).optional().describe("may purge by key (scope purge_select)"),
  FASTLY_API_URL: z.url({ protocol: /^https?$/ }).default("https://api.fastly.com"),
  CLOUDFLARE_ZONE_ID: z
    .string()
    .regex(/^\w{1,64}$/, "must be letters and digits")
    .optional(),
  CLOUDFLARE_API_TOKEN: z.string().min(1).optional().describe("may purge the cache of the zone"),
  CLOUDFLARE_API_URL: z.url({ protocol: /^https?$/ }).default("https://api.cloudflare.com/client/v4"),
  CLOUDFLARE_CALLS_PER_SECOND: wholeNumber({ min: 1, max: 50 })
    .default(5)
    .describe("purge calls that the plan allows in a second"),
  PURGE_TIMEOUT_MS: wholeNumber({ min: 50, max: 60_000 }).default(1_000).describe("how long one purge call may take"),
  PURGE_AGAIN_MS: wholeNumber({ max: 10_000 })
    .default(200)
    .describe("how long after a purge it is repeated, for answers that were on their way into the cache; 0: never"),
};

export type PurgerConfig = Config<typeof purgerSettings>;

/** Rules that need more than one setting. */
export function checkPurgerConfig(config: PurgerConfig, report: (variable: string, rule: string) => void): void {
  const { VARNISH_URLS: varnish = [], FASTLY_SERVICE_ID: fastly, CLOUDFLARE_ZONE_ID: cloudflare } = config;
  for (const url of varnish)
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
      report("VARNISH_URLS", `must hold addresses such as http://varnish:80, and ${JSON.stringify(url)} is none`);
  if ((fastly === undefined) !== (config.FASTLY_API_TOKEN === undefined))
    report("FASTLY_API_TOKEN", "is needed with FASTLY_SERVICE_ID, and the other way round");
  if ((cloudflare === undefined) !== (config.CLOUDFLARE_API_TOKEN === undefined))
    report("CLOUDFLARE_API_TOKEN", "is needed with CLOUDFLARE_ZONE_ID, and the other way round");
  if (varnish.length === 0 && fastly === undefined && cloudflare === undefined)
    report("VARNISH_URLS", "or FASTLY_SERVICE_ID or CLOUDFLARE_ZONE_ID must name a cache to purge");
}
