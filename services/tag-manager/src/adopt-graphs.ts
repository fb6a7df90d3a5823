import { GRAPH_VERSION } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import { enqueueRefresh } from "@touchline/queue";
import type { Queue } from "bullmq";
import type { ApplyDependencies } from "./apply-change.ts";
import { adoptGraph } from "./apply-match-event.ts";

/**
 * Passes every match that another build left behind to this build's dependency graph. In a rolling deploy the newest
 * process starts last, so its graph stays; older processes still at work fall back to full invalidation meanwhile.
 * @returns how many matches were passed on
 */
export async function adoptGraphs(
  deps: ApplyDependencies & { readonly refreshQueue: Queue; readonly log: Logger },
): Promise<number> {
  const { store, refreshQueue, log, graphVersion = GRAPH_VERSION } = deps;
  let adopted = 0;
  for await (const matchIds of store.walkMatchIds()) {
    for (const matchId of matchIds) {
      const current = await store.graphVersionOf(matchId);
      if (current === null || current === graphVersion) continue;
      await adoptGraph(deps, matchId);
      await enqueueRefresh(refreshQueue, matchId, "background");
      adopted++;
    }
  }
  if (adopted > 0) log.info({ adopted, graphVersion }, "matches passed to this build's dependency graph");
  return adopted;
}
