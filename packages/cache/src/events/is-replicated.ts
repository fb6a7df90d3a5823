import { aliveKey, matchKeys } from "../keys.ts";
import type { StoreRedis } from "../script.ts";
import type { StepMark } from "./match-truth.ts";

/** How long a step may take to reach its replicas before its event is put back, milliseconds. */
const WAIT_MS = 1_000;
const ALIVE_MS = 60_000;

/**
 * Whether a step is on so many replicas of its master, and still in the history of the server that answers: after a
 * failover that is another server, whose replicas have everything but the step. Writes on the match's master first,
 * because the step may have been made over another connection. One round trip, and one to the replicas.
 */
export async function isReplicated(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  { version, epoch }: Pick<StepMark, "version" | "epoch">,
  replicas: number,
): Promise<boolean> {
  const replies = await redis
    .pipeline()
    .set(aliveKey(prefix, matchId), "1", "PX", ALIVE_MS)
    .wait(replicas, WAIT_MS)
    .hmget(matchKeys(prefix, matchId).match, "version", "epoch")
    .exec();
  const [, reached, present] = (replies ?? []).map(([error, reply]) => {
    if (error) throw error;
    return reply;
  }) as [unknown, number, (string | null)[]];
  return reached >= replicas && Number(present[0] ?? 0) >= version && present[1] === epoch;
}
