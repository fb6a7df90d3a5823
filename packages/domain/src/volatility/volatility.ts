import { advanceCircuit } from "./circuit-breaker.ts";
import { inSampleOrder, logOdds, type OddsSample, stretchOf } from "./odds-sample.ts";
import { VOLATILITY_WINDOW_MS, withinWindow, withPanicSpan } from "./panic-time.ts";
import { levelOf, MAX_EARLIER, MIN_EARLIER, moveScore, type VolatilityLevel } from "./price-move.ts";
import { CALM, type Panic, spansOf, type VolatilityRecord } from "./volatility-record.ts";

/** A record with what is needed to fold further prices into it. */
export interface VolatilityTrack extends VolatilityRecord {
  /** Recent prices by `market/outcome`, the one that was silent longest first. */
  readonly series: ReadonlyMap<string, PriceSeries>;
  /**
   * The prices of the newest moment, in their order, and what stood before them: another price of that moment may have
   * its place among them. Null before the first price.
   */
  readonly moment: { readonly samples: readonly OddsSample[]; readonly before: VolatilityTrack } | null;
}

/** The recent prices of one outcome, oldest first, at most `MAX_EARLIER`. */
export interface PriceSeries {
  readonly times: readonly number[];
  /** Decimal odds, and the same in log-odds. */
  readonly prices: readonly number[];
  readonly logOdds: readonly number[];
  /** The stretch of play that they were quoted in. */
  readonly stretch: number;
  /** Of the newest price: it lasts until the next one, or until the window has passed. */
  readonly level: VolatilityLevel;
}

/** Outcomes watched in one match: twice those of the whole catalogue. */
export const MAX_PRICE_SERIES = 1_024;

export const CALM_TRACK: VolatilityTrack = { ...CALM, series: new Map(), moment: null };

/** The volatility of a match from all its prices, in whatever order and however often they arrived. */
export function foldVolatility(samples: Iterable<OddsSample>): VolatilityTrack {
  return foldInOrder(CALM_TRACK, inSampleOrder(samples));
}

/**
 * `track` with further prices: what folding all of them again would give, for the cost of these and of one copy of the
 * list of outcomes. Repetitions of the newest moment's prices, and what is no price, leave it as it is.
 * @returns undefined when one is older than the newest known: then only folding again puts it in its place
 */
export function stepVolatility(track: VolatilityTrack, samples: Iterable<OddsSample>): VolatilityTrack | undefined {
  const further = inSampleOrder(samples);
  const [first] = further;
  if (!first) return track;
  const { moment } = track;
  const at = moment?.samples[0]?.at;
  if (!moment || at === undefined || first.at > at) return foldInOrder(track, further);
  if (first.at < at) return undefined;
  const all = inSampleOrder([...moment.samples, ...further]);
  return all.length === moment.samples.length ? track : foldInOrder(moment.before, all);
}

/** @param samples in their order, each later than all of the track */
function foldInOrder(track: VolatilityTrack, samples: readonly OddsSample[]): VolatilityTrack {
  const at = samples.at(-1)?.at;
  if (at === undefined) return track;
  const first = samples.findIndex((sample) => sample.at === at);
  const before = first === 0 ? { ...track, moment: null } : withSamples(track, samples.slice(0, first));
  const newest = samples.slice(first);
  return { ...withSamples(before, newest), moment: { samples: newest, before } };
}

function withSamples(track: VolatilityTrack, samples: readonly OddsSample[]): VolatilityTrack {
  const series = new Map(track.series);
  let record = recordOf(track);
  for (const sample of samples) record = advance(record, series, sample);
  return { ...record, series, moment: null };
}

/** What has to be stored for readers: the track without its prices. */
export function recordOf({ lastAt, panic, warningUntil, spans, circuit }: VolatilityRecord): VolatilityRecord {
  return { lastAt, panic, warningUntil, spans, circuit };
}

/** The record after `sample`, the newest of all; `series` is brought up to date on the way. */
function advance(record: VolatilityRecord, series: Map<string, PriceSeries>, sample: OddsSample): VolatilityRecord {
  const { at } = sample;
  const before = passTime(record, at);
  const key = `${sample.market}/${sample.outcome}`;
  const was = series.get(key);
  if (!was && !makeRoom(series, at)) return before;
  const is = withPrice(was, sample);
  series.delete(key);
  series.set(key, is);
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

/**
 * The newest move after `sample`. Prices of one millisecond are folded in an order of their own, not in that of
 * arrival.
 */
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

/**
 * Panic that goes on keeps its beginning, and so does one that ended at this very moment: prices of one instant have no
 * order.
 */
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
  const { times, prices, logOdds: known } = series?.stretch === stretch ? series : NO_PRICES;
  const inWindow = times.findIndex((time) => time > at - VOLATILITY_WINDOW_MS);
  const first = Math.max(0, Math.min(inWindow < 0 ? Infinity : inWindow, times.length - MIN_EARLIER));
  const earlier = { times: times.slice(first), logOdds: known.slice(first) };
  const level = levelOf(moveScore(value, at, earlier));
  const from = Math.max(0, earlier.times.length + 1 - MAX_EARLIER);
  return {
    times: [...earlier.times.slice(from), at],
    prices: [...prices.slice(first + from), sample.price],
    logOdds: [...earlier.logOdds.slice(from), value],
    stretch,
    level,
  };
}

const NO_PRICES: Pick<PriceSeries, "times" | "prices" | "logOdds"> = { times: [], prices: [], logOdds: [] };

/**
 * When warnings and panic end if no further price comes: with the last outcome that is at that level. Null where none
 * is.
 */
function endsOf(
  series: ReadonlyMap<string, PriceSeries>,
  at: number,
): { warningUntil: number | null; panicUntil: number | null } {
  const ends = { warning: at, panic: at };
  for (const candidate of series.values()) {
    if (candidate.level === "normal") continue;
    ends[candidate.level] = Math.max(ends[candidate.level], lastPriceAt(candidate) + VOLATILITY_WINDOW_MS);
  }
  return { warningUntil: ends.warning > at ? ends.warning : null, panicUntil: ends.panic > at ? ends.panic : null };
}

/** Whether one more outcome can be watched, in place of the one that was silent longest, if for the whole window. */
function makeRoom(series: Map<string, PriceSeries>, at: number): boolean {
  if (series.size < MAX_PRICE_SERIES) return true;
  const [oldest] = series;
  if (!oldest || lastPriceAt(oldest[1]) > at - VOLATILITY_WINDOW_MS) return false;
  return series.delete(oldest[0]);
}

function lastPriceAt({ times }: PriceSeries): number {
  return times.at(-1) ?? -Infinity;
}
