import { randomBytes } from "node:crypto";
import { type Installation, type RunningService, startInstallation, startService } from "../../setup/services.ts";
import { NGINX, VARNISHD } from "./programs.ts";
import { startNginx, startVarnish } from "./start-cache.ts";

/** An installation with real caches in front of it. */
export interface InFront extends AsyncDisposable {
  readonly api: RunningService;
  readonly redisUrl: string;
  readonly prefix: string;
  /** Undefined with `off`. */
  readonly purger: RunningService | undefined;
  /** Where readers ask: through Varnish, through nginx, through both. */
  readonly urls: readonly string[];
}

/**
 * @param sharedCache what the api is set to; with `purge` an edge-purger runs, and nginx stands behind Varnish alone
 */
export async function startInFront(
  redisUrl: string,
  sharedCache: "off" | "purge",
  env: Record<string, string> = {},
): Promise<InFront> {
  const started: (AsyncDisposable | Installation | RunningService)[] = [];
  const begun = <T extends AsyncDisposable | Installation | RunningService>(one: T): T => {
    started.push(one);
    return one;
  };
  const close = async () => {
    for (const one of started.toReversed()) await ("stop" in one ? one.stop() : one[Symbol.asyncDispose]());
  };
  try {
    const prefix = `t${randomBytes(6).toString("hex")}`;
    const settings = { REDIS_URL: redisUrl, KEY_PREFIX: prefix };
    const installation = begun(
      await startInstallation({ redisUrl, prefix, env: { SHARED_CACHE: sharedCache, ...env } }),
    );
    const api = installation.apis[0];
    if (!api || VARNISHD === undefined || NGINX === undefined) throw new Error("varnishd and nginx are needed");
    const varnish = begun(await startVarnish(VARNISHD, api.url));
    const behindVarnish = begun(await startNginx(NGINX, varnish.url));
    const urls = [varnish.url, behindVarnish.url];
    if (sharedCache === "off") urls.push(begun(await startNginx(NGINX, api.url)).url);
    const purger =
      sharedCache === "purge"
        ? begun(await startService("edge-purger", { ...settings, VARNISH_URLS: varnish.url }, { echoErrors: false }))
        : undefined;
    return { api, redisUrl, prefix, purger, urls, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
