import { advanceCircuit } from "./circuit-breaker.ts";
import { compareSamples, inSampleOrder, isSample, logOdds, type OddsSample, stretchOf } from "./odds-sample.ts";
import { VOLATILITY_WINDOW_MS, withinWindow, withPanicSpan } from "./panic-time.ts";
import { levelOf, MAX_EARLIER, MIN_EARLIER, moveScore, type VolatilityLevel } from "./price-move.ts";
import { CALM, type Panic, spansOf, type VolatilityRecord } from "./volatility-record.ts";

/** A record with what is needed to fold further prices into it. Plain JSON. */
export interface VolatilityTrack extends VolatilityRecord {
  readonly newest: OddsSample | null;
  /** Recent prices by `market/outcome`. */
  readonly series: Readonly<Record<string, PriceSeries>>;
}

/** The recent prices of one outcome, oldest first, at most `MAX_EARLIER`. */
export interface PriceSeries {
  readonly times: readonly number[];
  readonly logOdds: readonly number[];
  /** The stretch of play that they were quoted in. */
  readonly stretch: number;
  /** Of the newest price: it lasts until the next one, or until the window has passed. */
  readonly level: VolatilityLevel;
}

/** Outcomes watched in one match: twice those of the whole catalogue. */
export const MAX_PRICE_SERIES = 1_024;

export const CALM_TRACK: VolatilityTrack = { ...CALM, newest: null, series: {} };

/** The volatility of a match from all its prices, in whatever order and however often they arrived. */
export function foldVolatility(samples: Iterable<OddsSample>): VolatilityTrack {
  const series: Record<string, PriceSeries> = {};
  let record = CALM;
  let newest: OddsSample | null = null;
  for (const sample of inSampleOrder(samples)) {
    record = advance(record, series, sample);
    newest = sample;
  }
  return { ...record, newest, series };
}

/**
 * `track` with one more price: what folding all of them again would give, for the cost of one. A repetition of the
 * newest price, or what is no price, leaves it as it is.
 * @returns undefined when the price is older than the newest one: then only folding again puts it in its place
 */
export function stepVolatility(track: VolatilityTrack, sample: OddsSample): VolatilityTrack | undefined {
  if (!isSample(sample)) return track;
  const order = track.newest ? compareSamples(sample, track.newest) : 1;
  if (order <= 0) return order === 0 ? track : undefined;
  const series = { ...track.series };
  return { ...advance(recordOf(track), series, sample), newest: sample, series };
}

/** What has to be stored for readers: the track without its prices. */
export function recordOf({ lastAt, panic, warningUntil, spans, circuit }: VolatilityRecord): VolatilityRecord {
  return { lastAt, panic, warningUntil, spans, circuit };
}

/** The record after `sample`, the newest of all; `series` is brought up to date on the way. */
function advance(record: VolatilityRecord, series: Record<string, PriceSeries>, sample: OddsSample): VolatilityRecord {
  const { at } = sample;
  const before = passTime(record, at);
  const key = `${sample.market}/${sample.outcome}`;
  const was = series[key];
  if (!was && !makeRoom(series, at)) return before;
  const is = withPrice(was, sample);
  series[key] = is;
  // What was calm and stays calm changes nothing for the match.
  if (is.level === "normal" && (was?.level ?? "normal") === "normal") return before;
  const { warningUntil, panicUntil } = endsOf(series, at);
  if (panicUntil === null) return { ...before, warningUntil, ...endPanic(before, at) };
  const moved = movedBy(before.panic, sample, is.level === "panic");
  return { ...before, warningUntil, ...beginPanic(before, { since: at, until: panicUntil, ...moved }) };
}

/** What time alone does to a record up to `at`, a moment not before its last. */
function passTime(record: VolatilityRecord, at: number): VolatilityRecord {
  const { lastAt, panic, circuit, warningUntil } = record;
  if (lastAt === at) return record;
  const ended = panic !== null && panic.until <= at ? endPanic(record, panic.until) : record;
  return {
    lastAt: at,
    panic: ended.panic,
    spans: withinWindow(ended.spans, at),
    warningUntil: warningUntil !== null && warningUntil > at ? warningUntil : null,
    circuit: lastAt === null ? circuit : advanceCircuit(circuit, spansOf(record), lastAt, at),
  };
}

type Move = Pick<Panic, "movedAt" | "movedBy">;

/** The newest move after `sample`. Prices of one millisecond are folded in an order of their own, not in that of arrival. */
function movedBy(before: Panic | null, sample: OddsSample, panics: boolean): Move {
  const { at: movedAt } = sample;
  if (!panics) return { movedAt: before?.movedAt ?? movedAt, movedBy: before?.movedBy ?? 0 };
  return { movedAt, movedBy: fingerprint(sample, before?.movedAt === movedAt ? before.movedBy : 0) };
}

/** FNV-1a over one more price, 32 bits. */
function fingerprint({ market, outcome, price }: OddsSample, known: number): number {
  let hash = known ^ 0x811c9dc5;
  for (const char of `${market}/${outcome}=${price};`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

type PanicHistory = Pick<VolatilityRecord, "panic" | "spans">;

function endPanic({ panic, spans }: PanicHistory, until: number): PanicHistory {
  return { panic: null, spans: panic ? withPanicSpan(spans, { from: panic.since, until }) : spans };
}

/** Panic that goes on keeps its beginning, and so does one that ended at this very moment: prices of one instant have no order. */
function beginPanic({ panic, spans }: PanicHistory, begun: Panic): PanicHistory {
  if (panic) return { panic: { ...begun, since: panic.since }, spans };
  const last = spans.at(-1);
  if (last?.until !== begun.since) return { panic: begun, spans };
  return { panic: { ...begun, since: last.from }, spans: spans.slice(0, -1) };
}

/**
 * A price stands until the next one. So a feed that reports changes only is silent in a quiet half hour, and the jump
 * that ends it is measured against the last prices from before, however old: three are always kept.
 */
function withPrice(series: PriceSeries | undefined, sample: OddsSample): PriceSeries {
  const { at } = sample;
  const stretch = stretchOf(sample);
  const value = logOdds(sample.price);
  const { times, logOdds: known } = series?.stretch === stretch ? series : NO_PRICES;
  const inWindow = times.findIndex((time) => time > at - VOLATILITY_WINDOW_MS);
  const first = Math.max(0, Math.min(inWindow < 0 ? Infinity : inWindow, times.length - MIN_EARLIER));
  const earlier = { times: times.slice(first), logOdds: known.slice(first) };
  const level = levelOf(moveScore(value, at, earlier));
  const from = Math.max(0, earlier.times.length + 1 - MAX_EARLIER);
  return {
    times: [...earlier.times.slice(from), at],
    logOdds: [...earlier.logOdds.slice(from), value],
    stretch,
    level,
  };
}

const NO_PRICES: Pick<PriceSeries, "times" | "logOdds"> = { times: [], logOdds: [] };

/** When warnings and panic end if no further price comes: with the last outcome that is at that level. Null where none is. */
function endsOf(
  series: Readonly<Record<string, PriceSeries>>,
  at: number,
): { warningUntil: number | null; panicUntil: number | null } {
  const ends = { warning: at, panic: at };
  for (const candidate of Object.values(series)) {
    if (candidate.level === "normal") continue;
    ends[candidate.level] = Math.max(ends[candidate.level], lastPriceAt(candidate) + VOLATILITY_WINDOW_MS);
  }
  return { warningUntil: ends.warning > at ? ends.warning : null, panicUntil: ends.panic > at ? ends.panic : null };
}

/** Whether one more outcome can be watched, in place of one that has been silent for the whole window if need be. */
function makeRoom(series: Record<string, PriceSeries>, at: number): boolean {
  const keys = Object.keys(series);
  if (keys.length < MAX_PRICE_SERIES) return true;
  const silent = keys.find((key) => lastPriceAt(series[key]) <= at - VOLATILITY_WINDOW_MS);
  if (silent === undefined) return false;
  delete series[silent];
  return true;
}

function lastPriceAt(series: PriceSeries | undefined): number {
  return series?.times.at(-1) ?? -Infinity;
}
