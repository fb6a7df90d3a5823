import { z } from "zod";
import { CIRCUIT_STATES } from "./circuit-breaker.ts";
import { logOdds } from "./odds-sample.ts";
import { VOLATILITY_LEVELS } from "./price-move.ts";
import { type PriceSeries, recordOf, type VolatilityTrack } from "./volatility.ts";

/** A track as it is stored: times as differences, prices as they were quoted; about ten bytes for each price. */
export function trackText(track: VolatilityTrack): string {
  return JSON.stringify({ record: recordOf(track), series: [...track.series].map(seriesFields) });
}

/** The inverse of `trackText`. @throws ZodError, SyntaxError when `text` is no track */
export function parseTrack(text: string): VolatilityTrack {
  const { record, series } = TrackText.parse(JSON.parse(text));
  return { ...record, series: new Map(series.map((fields) => [fields[0], seriesOf(fields)])), moment: null };
}

type SeriesFields = z.infer<typeof SeriesFields>;

function seriesFields([key, { stretch, level, times, prices }]: readonly [string, PriceSeries]): SeriesFields {
  return [key, stretch, level, times.map((time, index) => time - (times[index - 1] ?? 0)), [...prices]];
}

function seriesOf([, stretch, level, steps, prices]: SeriesFields): PriceSeries {
  let time = 0;
  return { times: steps.map((step) => (time += step)), prices, logOdds: prices.map(logOdds), stretch, level };
}

const Time = z.int();

const SeriesFields = z
  .tuple([z.string(), z.int().min(0), z.enum(VOLATILITY_LEVELS), z.array(z.int()), z.array(z.number().gt(1))])
  .refine(([, , , steps, prices]) => steps.length === prices.length, "as many times as prices");

const TrackText = z.object({
  record: z.object({
    lastAt: Time.nullable(),
    panic: z.object({ since: Time, until: Time, movedAt: Time, movedBy: z.int() }).nullable(),
    warningUntil: Time.nullable(),
    spans: z.array(z.object({ from: z.number(), until: z.number() })),
    circuit: z.enum(CIRCUIT_STATES),
  }),
  series: z.array(SeriesFields),
});
