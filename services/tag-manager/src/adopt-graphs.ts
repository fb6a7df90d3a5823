import { BUILTIN_GRAPH } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import { enqueueRefresh } from "@touchline/queue";
import type { Queue } from "bullmq";
import type { ApplyDependencies } from "./apply-change.ts";
import { adoptGraph } from "./apply-match-event.ts";
import type { LostLogs } from "./lost-logs.ts";

/**
 * Passes every match that another build left behind to this build's dependency graph. In a rolling deploy the newest
 * process starts last, so its graph stays; older processes still at work fall back to full invalidation meanwhile.
 * @returns how many matches were passed on
 */
export async function adoptGraphs(
  deps: ApplyDependencies & { readonly refreshQueue: Queue; readonly log: Logger; readonly lostLogs: LostLogs },
): Promise<number> {
  const { store, refreshQueue, log, lostLogs, graphVersion = BUILTIN_GRAPH.version } = deps;
  let adopted = 0;
  for await (const matchIds of store.walkMatchIds()) {
    for (const matchId of matchIds) {
      const current = await store.graphVersionOf(matchId);
      if (current === null || current === graphVersion) continue;
      try {
        await adoptGraph(deps, matchId);
      } catch (err) {
        // One match that cannot be mended must not keep the others from being passed on, nor this process from
        // starting.
        if (lostLogs.met(err, matchId, performance.now())) continue;
        throw err;
      }
      await enqueueRefresh(refreshQueue, matchId, "background");
      adopted++;
    }
  }
  if (adopted > 0) log.info({ adopted, graphVersion }, "matches passed to this build's dependency graph");
  return adopted;
}
