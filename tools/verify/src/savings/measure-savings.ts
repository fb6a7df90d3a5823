import {
  appendEvent,
  DEFAULT_VARIANT,
  EMPTY_STATE,
  type EventLog,
  findMarket,
  foldEvents,
  isInPlay,
  marketsOf,
  type MatchClock,
  MatchEvent,
  type MatchState,
  planInvalidation,
  type PrimitiveId,
  settlementOf,
} from "@touchline/domain";
import { type TimelineLine, timelineToEvents, kickOffOf } from "@touchline/feeds";
import type { BuiltinPredictor } from "@touchline/model";
import { eventClock } from "../soundness/event-clock.ts";

/** What one kind of event cost, summed over its events. */
export interface EventCost {
  events: number;
  /** Open markets after the events, and those that had to be predicted again. */
  open: number;
  touched: number;
  /** Different computations that all open markets need, and those that the touched ones need. */
  openPrimitives: number;
  touchedPrimitives: number;
  /** Milliseconds to predict the touched markets, and to predict all open ones, with their lifetimes. */
  surgicalMs: number;
  fullMs: number;
}

/** Everything measured. Times are milliseconds of one core. */
export interface Savings {
  matches: number;
  byType: Map<string, EventCost>;
  /** Milliseconds spent on each primitive in full and in surgical recomputes; pricing not included. */
  primitives: Map<PrimitiveId, { full: number; surgical: number }>;
  /**
   * All open markets of one match in play, one variant: with their lifetimes, and without (one evaluation, not two).
   */
  inPlayMs: number[];
  /** With their lifetimes, at the first refresh of a minute, measured a single time. */
  inPlayFirstMs: number[];
  inPlayOnceMs: number[];
  /** The corner markets after a corner in play, and all markets at the same moment. */
  cornerMs: number[];
  cornerFullMs: number[];
}

export function noSavings(): Savings {
  return {
    matches: 0,
    byType: new Map(),
    primitives: new Map(),
    inPlayMs: [],
    inPlayFirstMs: [],
    inPlayOnceMs: [],
    cornerMs: [],
    cornerFullMs: [],
  };
}

/** Plays one match event by event and measures, after each, what is due against everything that is open. */
export function measureMatch(lines: readonly TimelineLine[], predictor: BuiltinPredictor, sum: Savings): void {
  let log: EventLog = new Map();
  let before = EMPTY_STATE;
  for (const input of timelineToEvents(lines, { kickoff: kickOffOf(lines), speed: 1 })) {
    const event = MatchEvent.parse(input);
    log = appendEvent(log, event);
    const after = foldEvents(log);
    measureStep(event, before, after, predictor, sum);
    before = after;
  }
  sum.matches++;
}

function measureStep(
  event: MatchEvent,
  before: MatchState,
  after: MatchState,
  predictor: BuiltinPredictor,
  sum: Savings,
): void {
  if (!after.fixture || after.over) return;
  const plan = planInvalidation(before, after);
  if (plan.changed.length === 0 && !plan.clockMoved) return;
  const open = marketsOf(after).flatMap((market) => (settlementOf(market, after) ? [] : [market.id]));
  if (open.length === 0) return;
  // Where the clock moved, every lifetime ends: all of it is due.
  const touched = plan.clockMoved ? open : plan.touched.map(({ market }) => market);
  const clock = { ...eventClock(event, after), rate: isInPlay(after) ? 1 : 0 };
  const predict = (markets: readonly string[], at: MatchClock) => timed(predictor, event.matchId, after, at, markets);
  // Distributions that lie ahead are remembered within a minute of the match. Both sides are measured with them known,
  // which is kind to the full recompute: it has more of them.
  const first = predict(open, clock);
  const surgical = touched.length === 0 ? NOTHING : leastOf(() => predict(touched, clock));
  const full = leastOf(() => predict(open, clock));

  const cost = sum.byType.get(event.type) ?? { ...NO_COST };
  sum.byType.set(event.type, cost);
  cost.events++;
  cost.open += open.length;
  cost.touched += touched.length;
  cost.openPrimitives += primitivesOf(open).size;
  cost.touchedPrimitives += primitivesOf(touched).size;
  cost.surgicalMs += surgical.ms;
  cost.fullMs += full.ms;
  addPrimitives(sum, full.primitives, "full");
  addPrimitives(sum, surgical.primitives, "surgical");
  if (clock.rate === 0) return;
  sum.inPlayFirstMs.push(first.ms);
  sum.inPlayMs.push(full.ms);
  sum.inPlayOnceMs.push(leastOf(() => predict(open, { ...clock, rate: 0 })).ms);
  if (event.type !== "corner" || touched.length === 0) return;
  sum.cornerMs.push(surgical.ms);
  sum.cornerFullMs.push(full.ms);
}

const NO_COST: EventCost = {
  events: 0,
  open: 0,
  touched: 0,
  openPrimitives: 0,
  touchedPrimitives: 0,
  surgicalMs: 0,
  fullMs: 0,
};

interface Timed {
  readonly ms: number;
  readonly primitives: ReadonlyMap<PrimitiveId, number>;
}

/** The least of three: whatever else runs on the machine only adds. */
function leastOf(measure: () => Timed): Timed {
  return [measure(), measure(), measure()].reduce((least, other) => (other.ms < least.ms ? other : least));
}

const NOTHING: Timed = { ms: 0, primitives: new Map() };

function timed(
  predictor: BuiltinPredictor,
  matchId: string,
  state: MatchState,
  clock: MatchClock,
  markets: readonly string[],
): Timed {
  const request = { matchId, state, clock, markets: new Map([[DEFAULT_VARIANT, markets]]) };
  const began = performance.now();
  const { computeMs: primitives } = predictor.predictNow(request);
  return { ms: performance.now() - began, primitives };
}

function primitivesOf(markets: readonly string[]): Set<PrimitiveId> {
  return new Set(markets.flatMap((id) => findMarket(id)?.primitive ?? []));
}

function addPrimitives(sum: Savings, spent: ReadonlyMap<PrimitiveId, number>, where: "full" | "surgical"): void {
  for (const [primitive, ms] of spent) {
    const known = sum.primitives.get(primitive) ?? { full: 0, surgical: 0 };
    known[where] += ms;
    sum.primitives.set(primitive, known);
  }
}
