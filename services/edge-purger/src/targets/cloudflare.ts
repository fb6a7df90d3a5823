import { z } from "zod";
import { PurgeError, type PurgeTarget } from "./purge-target.ts";
import { sendPurge } from "./send-purge.ts";

interface CloudflareOptions {
  readonly apiUrl: string;
  readonly zoneId: string;
  readonly token: string;
  readonly callsPerSecond: number;
}

const Answer = z.object({ success: z.boolean() });

/**
 * Purge by cache tag: `POST /zones/{id}/purge_cache` with at most 30 tags. A status of 200 may still be a refusal.
 * @see https://developers.cloudflare.com/api/resources/cache/methods/purge/
 */
export function cloudflareTarget({ apiUrl, zoneId, token, callsPerSecond }: CloudflareOptions): PurgeTarget {
  return {
    adapter: "cloudflare",
    address: zoneId,
    maxKeys: 30,
    callsPerSecond,
    async purge(purges, signal) {
      const text = await sendPurge("Cloudflare", `${apiUrl}/zones/${zoneId}/purge_cache`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ tags: purges.map(({ key }) => key) }),
        signal,
      });
      if (!isSuccess(text)) throw new PurgeError("Cloudflare, without success,", 200);
    },
  };
}

function isSuccess(text: string): boolean {
  try {
    return Answer.safeParse(JSON.parse(text)).data?.success === true;
  } catch {
    return false;
  }
}
