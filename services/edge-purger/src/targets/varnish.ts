import type { PurgeTarget } from "./purge-target.ts";
import { sendPurge } from "./send-purge.ts";

/**
 * One Varnish with `infra/varnish/default.vcl` or `without-vmods.vcl`: what a `PURGE` does is up to the VCL.
 * @param url address of this one Varnish, not of a balancer in front of several
 */
export function varnishTarget(url: string): PurgeTarget {
  return {
    adapter: "varnish",
    address: new URL(url).host,
    // The version in the header is that of one match.
    maxKeys: 1,
    callsPerSecond: 2_000,
    async purge(purges, signal) {
      for (const { key, version } of purges)
        await sendPurge("Varnish", new URL("/", url).href, {
          method: "PURGE",
          headers: {
            "surrogate-key": key,
            ...(version !== undefined && { "touchline-match-version": String(version) }),
          },
          signal,
        });
    },
  };
}
