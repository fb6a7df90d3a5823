import type { Fixture, Player } from "../events/event-payloads.ts";
import type { FactFamily } from "../events/fact-family.ts";
import type { Period } from "../events/period.ts";
import { NONE, type Pair, type Side } from "../events/side.ts";
import type { SourcesState } from "../sources/sources-state.ts";
import { CALM, type VolatilityRecord } from "../volatility/volatility-record.ts";

export interface Goal {
  /** The side that gains it. */
  readonly side: Side;
  /** Goals stand in match order; `period` is the playing period in which it fell. */
  readonly period: Period;
  /** Elapsed match minute; null when the feed knew only the period. */
  readonly minute: number | null;
  readonly player: string | null;
  readonly ownGoal: boolean;
  /** True until the feed confirms it: what it settles may still be taken back. */
  readonly provisional: boolean;
}

export interface Lineup {
  readonly starters: readonly Player[];
  readonly bench: readonly Player[];
  /** Players on the pitch now, by id, sorted. */
  readonly onPitch: readonly string[];
  /** Players who have left it for good, by id, sorted. */
  readonly left: readonly string[];
  /** Who came on, in match order: a player's bet stands only on what he could still take part in. */
  readonly entered: readonly Entry[];
  /** Substitutes who came on and are not known by name; none when absent. */
  readonly unnamed?: number;
}

/** A substitute's coming on. */
export interface Entry {
  readonly player: string;
  /** Goals that the match had by then. */
  readonly goalsBefore: number;
  readonly period: Period;
}

export type Decision =
  | { readonly kind: "void" }
  /** Abandoned, and closed by its feed. It may still be resumed, awarded or made void. */
  | { readonly kind: "abandoned" }
  | { readonly kind: "awarded"; readonly score: Pair | null; readonly winner: Side | null };

/** The last kick of a shoot-out, and the event types that have reported it. */
export interface Kick {
  readonly side: Side;
  readonly player: string | null;
  readonly scored: boolean;
  readonly types: readonly string[];
}

export interface BenchCard {
  readonly type: "yellow_card" | "second_yellow_card" | "red_card";
  readonly side: Side;
  readonly player: string;
  readonly period: Period;
  readonly minute: number;
}

/** Counts that markets settle on, once over the match and once over its first half. */
export interface Counts {
  readonly corners: Pair;
  /** Cards shown: a yellow, a second yellow and a straight red count one each. */
  readonly cards: Pair;
}

/** The period whose clock is running, and since when: the zero point of time, not a fact. */
export interface RunningClock {
  readonly period: Period;
  /** Wall-clock milliseconds at which the period began. */
  readonly startedAt: number;
  /** Wall-clock milliseconds at which an abandoned match stopped; its clock stands there until it is resumed. */
  readonly stoppedAt?: number;
  /** Some event has reported a clock time that agrees. */
  readonly proved?: true;
  /** The stamp of the whistle lies hours from the fixture, and no event has reported a clock time yet. */
  readonly doubt?: true;
}

/**
 * Since when a family of facts has holes: nobody carried it when play began (`never`), or nobody did from here on for a
 * while at least, the minute elapsed on the match clock.
 */
export type CoverageGap = "never" | { readonly period: Period; readonly minute: number };

/** Everything known about a match, folded from its event log. Plain JSON. */
export interface MatchState {
  readonly fixture: Fixture | null;
  /** Playing periods that have ended: 0 before half-time, 1 from half-time, 2 after regular time … */
  readonly periodsPlayed: number;
  readonly clock: RunningClock | null;
  /** Start of the period, wall-clock milliseconds, whose stamp was last found wrong by a reported clock time. */
  readonly correctedStart: number | null;
  readonly over: boolean;
  /**
   * The final whistle went on a match that was played to its end. False where it was abandoned, awarded or made void.
   */
  readonly playedOut: boolean;
  /** How a match ended that was not played to its end; what play had not decided is void. */
  readonly decision: Decision | null;
  /** Nothing may be offered until play is resumed. */
  readonly halted: "postponed" | "abandoned" | null;
  /** Wall-clock milliseconds at which play last went on after it had been put off or abandoned. */
  readonly resumedAt: number | null;
  /** Nobody can tell what has happened: nothing may be offered until the feed has recovered. */
  readonly feedGap: boolean;
  /** What is said to be carried: of the match by its fixture, and by each source of itself. */
  readonly carried: {
    readonly match: readonly FactFamily[] | null;
    readonly sources: Readonly<Record<string, readonly FactFamily[]>>;
  };
  /** Families of facts that are not reported in full. */
  readonly uncovered: Readonly<Partial<Record<FactFamily, CoverageGap>>>;
  readonly stoppage: Readonly<Partial<Record<Period, number>>>;

  /** Goals of regular and extra time, in match order. */
  readonly goals: readonly Goal[];
  /** Score of regular time (90 minutes and stoppage). */
  readonly score: Pair;
  readonly halfTimeScore: Pair | null;
  readonly extraTimeScore: Pair;
  /** Some event of extra time was reported: a match may go from regular time straight to penalties. */
  readonly extraTimePlayed: boolean;
  readonly shootOut: { readonly scored: Pair; readonly taken: Pair };
  readonly lastKick: Kick | null;
  readonly penaltyPending: Side | null;
  /** Penalties given in regular time. */
  readonly penaltiesAwarded: number;
  readonly reviewPending: boolean;
  readonly goalPending: Side | null;

  /** Window marks (elapsed minutes) that events have come from beyond. Sorted. */
  readonly marksPassed: readonly number[];
  readonly counts: Counts;
  readonly halfTimeCounts: Counts | null;
  readonly yellowCards: Pair;
  readonly redCards: Pair;
  /** Those of regular time: the markets on cards know no other. */
  readonly regularRedCards: Pair;

  /** Players who were sent off, by id, sorted. */
  readonly dismissed: Readonly<Record<Side, readonly string[]>>;
  /**
   * Players who have left the pitch for now and whom nobody replaces, by id, sorted; an empty id where it is not known.
   */
  readonly off: Readonly<Record<Side, readonly string[]>>;
  /**
   * Cards of players who had not come on by then: a feed that tells minutes only may book them before it brings them
   * on.
   */
  readonly benchCards: readonly BenchCard[];
  readonly lineups: Readonly<Record<Side, Lineup | null>>;
  readonly goalkeepers: Readonly<Record<Side, string | null>>;
  readonly formations: Readonly<Record<Side, string | null>>;
  readonly unavailable: Readonly<Record<Side, readonly string[]>>;
  readonly referee: string | null;
  readonly venue: string | null;
  readonly neutralVenue: boolean;
  readonly weather: string | null;
  /** Prices as they stood at kick-off, by market id, then outcome: what the blended variant believes. */
  readonly prematchOdds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Latest prices by market id, then outcome. */
  readonly odds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How its prices have moved: a matter of freshness, not an input of any prediction, hence no fact. */
  readonly volatility: VolatilityRecord;
  /** Market groups under a bet stop; `all` stops every one. Sorted. */
  readonly stopped: readonly string[];
  /** Model parameters in force; null means those the workers ship with. */
  readonly parameters: string | null;
  /** What several sources make of the match; absent where nobody has said whom to believe. */
  readonly sources?: SourcesState;
}

/** The state of a match of which nothing is known. */
export const EMPTY_STATE: MatchState = {
  fixture: null,
  periodsPlayed: 0,
  clock: null,
  correctedStart: null,
  over: false,
  playedOut: false,
  decision: null,
  halted: null,
  resumedAt: null,
  feedGap: false,
  carried: { match: null, sources: {} },
  uncovered: {},
  stoppage: {},
  goals: [],
  score: NONE,
  halfTimeScore: null,
  extraTimeScore: NONE,
  extraTimePlayed: false,
  shootOut: { scored: NONE, taken: NONE },
  lastKick: null,
  penaltyPending: null,
  penaltiesAwarded: 0,
  reviewPending: false,
  goalPending: null,
  marksPassed: [],
  counts: { corners: NONE, cards: NONE },
  halfTimeCounts: null,
  yellowCards: NONE,
  redCards: NONE,
  regularRedCards: NONE,
  dismissed: { home: [], away: [] },
  off: { home: [], away: [] },
  benchCards: [],
  lineups: { home: null, away: null },
  goalkeepers: { home: null, away: null },
  formations: { home: null, away: null },
  unavailable: { home: [], away: [] },
  referee: null,
  venue: null,
  neutralVenue: false,
  weather: null,
  prematchOdds: {},
  odds: {},
  volatility: CALM,
  stopped: [],
  parameters: null,
};
