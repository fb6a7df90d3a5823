import type { Fixture } from "../events/event-payloads.ts";
import type { MatchState } from "../match/match-state.ts";
import { clockAnchor, isInPlay } from "../match/clock.ts";
import type { VolatilityLimit, VolatilityReason } from "../volatility/volatility-policy.ts";
import { isPlayOver } from "../match/play-over.ts";

export type Freshness = "fresh" | "stale" | "suspended" | "too_stale" | "settled" | "missing";

export type FreshnessReason =
  | "within_lifetime"
  | "early_refresh"
  | "expired"
  | "overtaken"
  | "clock_moved"
  | "no_marker"
  | "no_entry"
  | "hard_event"
  | "not_offered"
  | "settled"
  | VolatilityReason;

/** What the policy needs to know of a cached prediction. Times in wall-clock milliseconds. */
export interface EntryAge {
  /** Match version that the worker saw before it read any input. */
  readonly seen: number;
  readonly computedAt: number;
  readonly freshUntil: number;
  /** Measured time from refresh request to commit of the refresh that made it. */
  readonly deltaMs: number;
  /** Clock anchor it was computed on. */
  readonly anchor: string;
}

/** Match versions that the market's prediction must have seen. */
export interface Requirement {
  /** Any change of a fact it reads. */
  readonly version: number;
  /** The last change after which no older price may be served. */
  readonly hardVersion: number;
}

/** What volatility asks of every prediction of a match at one moment. */
export interface VolatilityEffect {
  readonly limit: VolatilityLimit;
  /** Match version of the newest panicking price. */
  readonly movedVersion: number;
}

export interface FreshnessInput {
  readonly entry: EntryAge | undefined;
  /** Undefined when the marker is gone: then nothing proves that the entry is current. */
  readonly requirement: Requirement | undefined;
  readonly settled: boolean;
  readonly offered: boolean;
  readonly state: MatchState | undefined;
  readonly volatility: VolatilityEffect;
  readonly now: number;
  /** Uniform in (0, 1]; injected, so that the decision is a function. */
  readonly random: number;
  readonly xfetchBeta: number;
}

export interface FreshnessDecision {
  readonly status: Freshness;
  readonly reason: FreshnessReason;
  /** Enqueue a refresh: the entry should be recomputed. */
  readonly refresh: boolean;
  /**
   * Until when the entry counts as fresh if no event comes, wall-clock milliseconds: by its lifetime, by volatility
   * and by the clock it was timed on. `now` where there is no entry or no match.
   */
  readonly expiry: number;
  /**
   * Until when time alone leaves status and reason as they are, wall-clock milliseconds, later than `now`; Infinity
   * where only an event changes them. Which reader refreshes early is drawn with every read and not counted.
   */
  readonly until: number;
}

/** Decides how a cached prediction may be served. Total: every input has an answer, and doubt reads stale. */
export function freshnessOf(input: FreshnessInput): FreshnessDecision {
  const { entry, requirement, settled, offered, state, now } = input;
  const { limit, movedVersion } = input.volatility;
  const freshUntil = entry && state ? freshUntilOf(entry, limit, state) : now;
  const { expiry, moved } = entry && state ? expiryOf({ ...entry, freshUntil }, state) : { expiry: now, moved: false };
  const always = { expiry, until: Infinity };
  if (settled) return { status: "settled", reason: "settled", refresh: false, ...always };
  if (!offered) {
    const refresh = !entry || !requirement || !(entry.seen >= requirement.version);
    return { status: "suspended", reason: "not_offered", refresh, ...always };
  }
  if (!entry) return { status: "missing", reason: "no_entry", refresh: true, ...always };
  if (!requirement || !state) return { status: "stale", reason: "no_marker", refresh: true, ...always };
  // Asked this way round, a version that cannot be read counts as overtaken.
  if (!(entry.seen >= requirement.hardVersion))
    return { status: "suspended", reason: "hard_event", refresh: true, ...always };
  if (limit.waitForFresh && !(entry.seen >= movedVersion))
    return { status: "too_stale", reason: "panic", refresh: true, expiry, until: limit.until };

  const overtaken = !(entry.seen >= requirement.version);
  if (!overtaken && now < expiry) {
    const early = isEarlyRefreshDue(entry.deltaMs, expiry - now, input.xfetchBeta, input.random);
    const reason = early ? "early_refresh" : "within_lifetime";
    return { status: "fresh", reason, refresh: early, expiry, until: Math.min(expiry, limit.until) };
  }
  const grace = entry.computedAt + GRACE_FACTOR * (freshUntil - entry.computedAt);
  const promised = promisedUntil(entry, state);
  const volatile = now < promised ? limit.reason : "expired";
  const reason = overtaken ? "overtaken" : moved ? "clock_moved" : volatile;
  const until = Math.min(limit.until, ...[grace, promised, expiry].filter((moment) => moment > now));
  return { status: now < grace ? "stale" : "too_stale", reason, refresh: true, expiry, until };
}

/**
 * Until when an entry counts as fresh while prices and kick-offs move. Volatility applies when an entry is read, for it
 * may have begun since the entry was stored. In full panic, what has seen the move holds for the shortest lifetime that
 * there is: with none at all a reader could not even get what was computed for him.
 */
export function freshUntilOf(
  entry: EntryAge,
  { lifetimeMs, waitForFresh }: VolatilityLimit,
  state: MatchState | undefined,
): number {
  const volatileUntil = entry.computedAt + (waitForFresh ? IN_PLAY_LIFETIME_MS.min : lifetimeMs);
  return Math.min(promisedUntil(entry, state), volatileUntil);
}

/**
 * Until when the entry was promised to count as fresh; if the kick-off has come nearer since, no longer than it would
 * be promised now. A kick-off that went further away does not make a promise longer.
 */
function promisedUntil({ freshUntil, computedAt }: EntryAge, state: MatchState | undefined): number {
  if (!state?.fixture || isPlayOver(state) || isInPlay(state)) return freshUntil;
  return Math.min(freshUntil, computedAt + lifetimeOf(state, computedAt, Infinity));
}

/** Served as stale until the age is this many lifetimes. */
const GRACE_FACTOR = 2;

/**
 * Early refresh by XFetch: due when `now - δ·β·ln(u) >= expiry`. With δ the time that a refresh takes, a brand-new
 * entry practically never triggers, and one about to expire nearly always does.
 * @see Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB 2015
 */
export function isEarlyRefreshDue(deltaMs: number, remainingMs: number, beta: number, random: number): boolean {
  return -deltaMs * beta * Math.log(random) >= remainingMs;
}

/** Once the clock has started or was corrected, a lifetime measured on the old clock ends at the shortest one. */
function expiryOf(entry: EntryAge, state: MatchState): { expiry: number; moved: boolean } {
  if (entry.anchor === clockAnchor(state)) return { expiry: entry.freshUntil, moved: false };
  const since = state.clock?.startedAt ?? entry.computedAt;
  return { expiry: Math.min(entry.freshUntil, since + inPlayLifetimeMs(state).min), moved: true };
}

export const IN_PLAY_LIFETIME_MS = { min: 2_000, max: 60_000 } as const;

/** The same time of the match where its clock runs faster: a price moves as far in it. */
function inPlayLifetimeMs({ fixture }: MatchState): { readonly min: number; readonly max: number } {
  const rate = Math.max(1, fixture?.clockRate ?? 1);
  return { min: IN_PLAY_LIFETIME_MS.min / rate, max: IN_PLAY_LIFETIME_MS.max / rate };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Time zones before kick-off ("golden hour"), nearest first. */
export const KICKOFF_ZONES = [
  { zone: "warmup", within: 15 * MINUTE, lifetimeMs: 30 * SECOND, lineupDoubles: false },
  { zone: "golden", within: HOUR, lifetimeMs: 60 * SECOND, lineupDoubles: false },
  { zone: "active", within: 6 * HOUR, lifetimeMs: 15 * MINUTE, lineupDoubles: true },
  { zone: "prematch", within: 24 * HOUR, lifetimeMs: HOUR, lineupDoubles: true },
  { zone: "standard", within: Infinity, lifetimeMs: 6 * HOUR, lineupDoubles: true },
] as const;

export type KickoffZone = (typeof KICKOFF_ZONES)[number]["zone"];

/** The zone in which `now` lies; undefined once the match is in play or over, and before the fixture is known. */
export function kickoffZoneOf(state: MatchState, now: number): KickoffZone | undefined {
  return state.fixture && !isPlayOver(state) && !isInPlay(state) ? zoneAt(state, now).zone : undefined;
}

function zoneAt({ fixture }: MatchState, now: number): (typeof KICKOFF_ZONES)[number] {
  const untilKickoff = fixture ? kickoffOf(fixture) - now : 0;
  return KICKOFF_ZONES.find(({ within }) => untilKickoff < within) ?? KICKOFF_ZONES[0];
}

/** Read once for each fixture: every entry of every read asks for it. */
const kickoffs = new WeakMap<Fixture, number>();

function kickoffOf(fixture: Fixture): number {
  const known = kickoffs.get(fixture) ?? Date.parse(fixture.kickoff);
  kickoffs.set(fixture, known);
  return known;
}

const LONGEST_LIFETIME_MS = 24 * HOUR;

/**
 * How long a prediction made at `now` may count as fresh, in milliseconds.
 * @param driftMs wall-clock time after which some probability would have moved by more than ε; Infinity while the clock
 * stands
 */
export function lifetimeOf(state: MatchState, now: number, driftMs: number): number {
  const { min, max } = inPlayLifetimeMs(state);
  // Asked this way round, a drift that nobody could measure gives the shortest lifetime.
  if (isInPlay(state)) return driftMs > min ? Math.min(max, driftMs) : min;
  const zone = zoneAt(state, now);
  const lineupsKnown = state.lineups.home !== null && state.lineups.away !== null;
  return Math.min(LONGEST_LIFETIME_MS, zone.lifetimeMs * (zone.lineupDoubles && lineupsKnown ? 2 : 1));
}
