import type { Logger } from "@touchline/platform";
import { enqueueRefresh } from "@touchline/queue";
import type { Queue } from "bullmq";
import type { ApplyDependencies } from "./apply-change.ts";
import { graphOf } from "./renew-match.ts";
import { adoptGraph } from "./apply-match-event.ts";
import type { LostLogs } from "./lost-logs.ts";

export interface AdoptDependencies extends ApplyDependencies {
  readonly refreshQueue: Queue;
  readonly log: Logger;
  readonly lostLogs: LostLogs;
}

/**
 * Passes every match that another build left behind to this build's dependency graph. In a rolling deploy the newest
 * process starts last, so its graph stays; older processes still at work fall back to full invalidation meanwhile.
 * @returns how many matches were passed on
 */
export async function adoptGraphs(deps: AdoptDependencies): Promise<number> {
  const { store, refreshQueue, log, lostLogs } = deps;
  const graphVersion = graphOf(deps).version;
  let adopted = 0;
  for await (const matchIds of store.walkMatchIds()) {
    for (const matchId of matchIds) {
      const graphs = await store.graphsOf(matchId);
      if (graphs.every((version) => version === graphVersion)) continue;
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

/**
 * Passes every match on whenever the graph changes while this process runs: a model has published another manifest, or a
 * market was found to read more. Matches that it does not reach are passed on by their next step.
 */
export class GraphAdopter {
  readonly #deps: AdoptDependencies;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(deps: AdoptDependencies) {
    this.#deps = deps;
  }

  adopt(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Resolves when no walk is under way any more. */
  async close(): Promise<void> {
    this.#again = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await adoptGraphs(this.#deps);
      } catch (err) {
        this.#deps.log.error({ err }, "matches were not passed to the new dependency graph; their next events do it");
      }
    }
  }
}
