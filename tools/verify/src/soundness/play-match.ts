import {
  appendEvent,
  EMPTY_STATE,
  eventKey,
  type EventLog,
  foldEvents,
  type Market,
  type MatchClock,
  type MatchEvent,
  PERIODS,
} from "@touchline/domain";
import type { Predictor } from "@touchline/model";
import type { Arrival } from "./arrival.ts";
import { eventClock, ownClock, sameClock } from "./event-clock.ts";
import { type Quotes, quotesOf, type Standing, standingOf } from "./standing.ts";

/** One event, the standings it lies between, and what was predicted on both sides of it. */
export interface Step {
  readonly matchId: string;
  readonly event: MatchEvent;
  readonly injected: boolean;
  /** The event revises, takes back or comes before something that was told earlier. */
  readonly correction: boolean;
  /** What the event was told as before was a goal that awaited confirmation. */
  readonly awaited: boolean;
  readonly before: Standing;
  readonly after: Standing;
  /** Quotes at one and the same clock; undefined while there is no fixture to predict. */
  readonly quotes: BothSides | undefined;
  /** Quotes at the clock that each state shows by itself, where an event moves the clock; undefined elsewhere. */
  readonly jump: BothSides | undefined;
}

export interface BothSides {
  readonly before: Quotes;
  readonly after: Quotes;
}

/** Plays a match in order of arrival and predicts every open market before and after each event. */
export async function* playMatch(
  arrivals: readonly Arrival[],
  markets: readonly Market[],
  predictor: Predictor,
  signal: AbortSignal,
): AsyncGenerator<Step> {
  const matchId = arrivals[0]?.event.matchId ?? "";
  const predictions = new Predictions(matchId, predictor, signal);
  let log: EventLog = new Map();
  let before = standingOf(EMPTY_STATE, markets);
  for (const { event, injected } of arrivals) {
    signal.throwIfAborted();
    const correction = isCorrection(event, log, before);
    const awaited = isAwaited(log.get(eventKey(event)));
    log = appendEvent(log, event);
    const after = standingOf(foldEvents(log), markets);
    const known = before.state.fixture !== null && after.state.fixture !== null;
    const quotes = known ? await predictions.atOneClock(event, before, after) : undefined;
    const jump = known ? await predictions.atOwnClocks(event, before, after) : undefined;
    yield { matchId, event, injected, correction, awaited, before, after, quotes, jump };
    before = after;
  }
}

function isWithheld({ state }: Standing): boolean {
  return state.halted !== null || state.feedGap;
}

function isCorrection(event: MatchEvent, log: EventLog, { state }: Standing): boolean {
  const isLate = (known: MatchEvent): boolean =>
    (known.sequence ?? 0) > (event.sequence ?? Infinity) || clockOf(known) > clockOf(event, Infinity);
  const wasOver = event.period !== undefined && PERIODS.indexOf(event.period) < state.periodsPlayed;
  return event.revision > 1 || event.retracted || wasOver || [...log.values()].some(isLate);
}

function isAwaited(known: MatchEvent | undefined): boolean {
  return known !== undefined && "confirmation" in known.payload && known.payload.confirmation === "tbd";
}

/** Whole minutes into the match with each period on a stretch of its own; `unknown` where the event has no clock. */
function clockOf({ period, minute }: MatchEvent, unknown = -1): number {
  return period === undefined || minute === undefined ? unknown : PERIODS.indexOf(period) * 1_000 + minute;
}

/** Predicts, and remembers the last prediction: at an equal clock, after one event is before the next. */
class Predictions {
  readonly #matchId: string;
  readonly #predictor: Predictor;
  readonly #signal: AbortSignal;
  #last: { readonly standing: Standing; readonly clock: MatchClock; readonly quotes: Quotes } | undefined;

  constructor(matchId: string, predictor: Predictor, signal: AbortSignal) {
    this.#matchId = matchId;
    this.#predictor = predictor;
    this.#signal = signal;
  }

  async atOneClock(event: MatchEvent, before: Standing, after: Standing): Promise<BothSides> {
    const clock = eventClock(event, before.state);
    return { before: await this.#at(before, clock), after: await this.#at(after, clock) };
  }

  /** Undefined where the event leaves the clock alone, or nothing may be offered on one side of it. */
  async atOwnClocks(event: MatchEvent, before: Standing, after: Standing): Promise<BothSides | undefined> {
    const old = ownClock(before.state, event);
    const now = ownClock(after.state, event);
    if (sameClock(old, now) || isWithheld(before) || isWithheld(after)) return undefined;
    return { before: await this.#at(before, old), after: await this.#at(after, now) };
  }

  async #at(standing: Standing, clock: MatchClock): Promise<Quotes> {
    if (this.#last?.standing === standing && sameClock(this.#last.clock, clock)) return this.#last.quotes;
    const quotes = await quotesOf(standing, clock, this.#predictor, this.#matchId, this.#signal);
    this.#last = { standing, clock, quotes };
    return quotes;
  }
}
