import type { PurgerConfig } from "./settings.ts";
import { cloudflareTarget } from "./targets/cloudflare.ts";
import { fastlyTarget } from "./targets/fastly.ts";
import type { PurgeTarget } from "./targets/purge-target.ts";
import { varnishTarget } from "./targets/varnish.ts";

/** Every cache that the settings name. */
export function openTargets(config: PurgerConfig): PurgeTarget[] {
  const { FASTLY_SERVICE_ID: serviceId, FASTLY_API_TOKEN: fastlyToken } = config;
  const { CLOUDFLARE_ZONE_ID: zoneId, CLOUDFLARE_API_TOKEN: cloudflareToken } = config;
  const targets = (config.VARNISH_URLS ?? []).map((url) => varnishTarget(url));
  if (serviceId !== undefined && fastlyToken !== undefined)
    targets.push(fastlyTarget({ apiUrl: config.FASTLY_API_URL, serviceId, token: fastlyToken }));
  if (zoneId !== undefined && cloudflareToken !== undefined)
    targets.push(
      cloudflareTarget({
        apiUrl: config.CLOUDFLARE_API_URL,
        zoneId,
        token: cloudflareToken,
        callsPerSecond: config.CLOUDFLARE_CALLS_PER_SECOND,
      }),
    );
  return targets;
}
