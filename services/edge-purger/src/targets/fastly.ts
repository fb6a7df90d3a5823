import type { PurgeTarget } from "./purge-target.ts";
import { sendPurge } from "./send-purge.ts";

interface FastlyOptions {
  readonly apiUrl: string;
  readonly serviceId: string;
  readonly token: string;
}

/**
 * Batch purge by surrogate key: `POST /service/{id}/purge`, soft, with at most 256 keys in `Surrogate-Key`.
 * @see https://www.fastly.com/documentation/reference/api/purging/
 */
export function fastlyTarget({ apiUrl, serviceId, token }: FastlyOptions): PurgeTarget {
  return {
    adapter: "fastly",
    address: serviceId,
    maxKeys: 256,
    // Half of what an account has by default for all its services: 100,000 an hour.
    callsPerSecond: 13,
    async purge(purges, signal) {
      await sendPurge("Fastly", `${apiUrl}/service/${serviceId}/purge`, {
        method: "POST",
        headers: {
          "fastly-key": token,
          "fastly-soft-purge": "1",
          "surrogate-key": purges.map(({ key }) => key).join(" "),
          accept: "application/json",
        },
        signal,
      });
    },
  };
}
