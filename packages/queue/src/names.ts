/** Match events on their way in. Any BullMQ client may publish here. */
export const EVENTS_QUEUE = "match-events";
/** Refresh jobs. A job names a match that has something to recompute, and nothing else. */
export const REFRESH_QUEUE = "refresh";
/** Jobs that can never succeed, with the reason. */
export const DEAD_LETTER_QUEUE = "dead-letters";

export const QUEUE_NAMES = [EVENTS_QUEUE, REFRESH_QUEUE, DEAD_LETTER_QUEUE] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/**
 * BullMQ's key prefix. On Redis Cluster all keys of a queue must share a slot, hence the hash tag there.
 * @param keyPrefix the installation's own prefix, so that several can share a server
 */
export function queuePrefix(keyPrefix: string, mode: "single" | "sentinel" | "cluster"): string {
  const name = keyPrefix === DEFAULT_KEY_PREFIX ? "bull" : `${keyPrefix}-bull`;
  return mode === "cluster" ? `{${name}}` : name;
}

/** With the default prefix a plain BullMQ client needs no option at all to reach the queues. */
const DEFAULT_KEY_PREFIX = "tl";
