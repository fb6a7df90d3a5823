import { deepStrictEqual } from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { applyStep, type MatchTruth, TruthIncompleteError, type Unproven } from "@touchline/cache";
import { EMPTY_STATE, eventKey, foldLog, type InvalidationPlan, MatchEvent, type MatchState } from "@touchline/domain";
import { MatchScript } from "../setup/match-events.ts";
import {
  foldModel,
  type Graph,
  isModelListed,
  type ModelEvent,
  type ModelFold,
  planModel,
  UNLISTABLE,
} from "./model-events.ts";
import { type ModelWorld, NOW } from "./model-world.ts";

const script = new MatchScript("any");
const inPlay = foldLog(new Map([script.fixture(), script.kickOff()].map((event) => [eventKey(event), event]))).state;
/** As a build stored it that knew no more of a match: what it leaves out is read as it is at the start. */
const playing = Object.fromEntries(
  Object.entries(inPlay).filter(([field, value]) => !isDeepStrictEqual(value, EMPTY_STATE[field as keyof MatchState])),
) as unknown as MatchState;
const withoutCorners: MatchState = { ...playing, uncovered: { corners: "never" } };

const stateOf = (fold: ModelFold): MatchState => (isModelListed(fold, UNLISTABLE) ? playing : withoutCorners);

const occurredAt = new Date(NOW).toISOString();
const anyEvent = MatchEvent.parse({ id: "e0", source: "model", matchId: "race-0", type: "step", occurredAt });

const realEvent = ({ matchId }: ModelWorld, { id }: ModelEvent): MatchEvent => ({ ...anyEvent, id: `e${id}`, matchId });

function logOf(world: ModelWorld, truth: MatchTruth): ModelEvent[] {
  return [...truth.log.values()].map(({ id }) => {
    const event = world.events[Number(id.slice(1)) - 1];
    if (!event) throw new Error(`the log holds ${id}, which nobody reported`);
    return event;
  });
}

const STEP = { at: NOW, finishedTtlMs: 60_000 } as const;

/**
 * Tells an event as a tag-manager with its own memory does; without one, passes the match to the build. Compares what
 * came of it with what must come of it.
 */
export async function tell(world: ModelWorld, by: number, graph: Graph, event: ModelEvent | undefined): Promise<void> {
  const { server, matchId } = world;
  const { version, lost } = world.match;
  const isDuplicate = event ? world.match.has(event) : version === 0;
  const real = event && realEvent(world, event);
  try {
    const applied = await applyStep(
      server.store,
      matchId,
      (truth, mustBeFull) => {
        const log = logOf(world, truth);
        if (event ? log.includes(event) : truth.version === 0) return undefined;
        const before = foldModel(log);
        const after = foldModel(event ? [...log, event] : log);
        const full = mustBeFull || !event;
        const plan = planModel(before, after, graph, { full, stored: truth.stored?.settled ?? new Set() });
        return { ...STEP, event: real, state: stateOf(after), plan, full, graphVersion: graph };
      },
      {
        known: event ? world.memories.get(by) : undefined,
        maxConflicts: 4,
        onConflict: () => world.memories.delete(by),
        renew: async (refusal) => {
          world.memories.delete(by);
          await renew(world, refusal, graph);
        },
      },
    );
    if (applied.outcome === "no_step") {
      deepStrictEqual(isDuplicate, true, "an event that the store does not have was taken for a duplicate");
      world.memories.set(by, applied.before);
      return;
    }
    if (applied.outcome !== "applied") throw new Error(`step ended: ${applied.outcome}`);
    const { before, result } = applied;
    expectStep(world, graph, event);
    deepStrictEqual([result.version, result.n], [world.match.version, world.match.n + 1]);
    if (world.match.epoch === "") world.newEpoch(result.epoch);
    deepStrictEqual(result.epoch, world.match.epoch);
    const log = real ? new Map(before.log).set(eventKey(real), real) : before.log;
    const mark = { version: result.version, epoch: result.epoch, step: result.step };
    world.memories.set(by, { ...before, ...mark, log, stored: undefined });
  } catch (error) {
    if (!(error instanceof TruthIncompleteError)) throw error;
    deepStrictEqual(lost.has("log") && version > 0, true, "a log that is there was called lost");
    return;
  }
  deepStrictEqual(isDuplicate, false, "an event was applied twice");
  await world.publish(event);
}

function expectStep({ match, believedHistory, now }: ModelWorld, graph: Graph, event: ModelEvent | undefined): void {
  const isProven = !match.isUnproven(believedHistory);
  deepStrictEqual(isProven, true, "a step was taken on a truth that lacks a key or on another history");
  const full = !event || match.isMixed || (match.version > 0 && match.graph !== graph);
  const after = foldModel(event ? [...match.log, event] : match.log);
  const plan = planModel(match.fold, after, graph, { full, stored: match.settled });
  match.apply(event, { plan, full, graph, history: believedHistory, at: now });
}

/** Makes everything anew that follows from the log, as `renewMatch` of the tag-manager does. */
export async function renew(world: ModelWorld, refusal: Unproven, graph: Graph): Promise<void> {
  const { server, matchId } = world;
  await server.store.askHistoryAgain();
  world.believedHistory = server.history;
  const truth = await server.store.truth(matchId);
  if (truth.version === 0) return;
  if (refusal === "other_history" && truth.epoch !== "" && truth.history === (await server.store.history())) return;
  deepStrictEqual(world.match.isUnproven(server.history), true, "a match that is proven was renewed");
  const fold = foldModel(logOf(world, truth));
  const anew = (stored: ReadonlySet<string>): InvalidationPlan =>
    planModel(foldModel([]), fold, graph, { full: true, stored });
  const result = await server.store.apply({
    ...STEP,
    matchId,
    event: undefined,
    cause: { type: "renewed", source: "model", eventId: "renewed" },
    full: true,
    renew: true,
    graphVersion: graph,
    before: truth,
    state: stateOf(fold),
    plan: anew(truth.stored?.settled ?? new Set()),
  });
  if (result.outcome !== "applied") throw new Error(`renewal ended: ${result.outcome}`);
  world.match.renew(anew(world.match.settled), graph, server.history);
  deepStrictEqual([result.version, result.n], [world.match.version, world.match.n + 1]);
  world.newEpoch(result.epoch);
  await world.publish();
}
