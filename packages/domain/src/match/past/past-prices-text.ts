import { z } from "zod";
import { parseTrack, trackText } from "../../volatility/track-text.ts";
import { WINDOW_MARKS } from "../goal-window.ts";
import type { PastPrices } from "./past-prices.ts";

const PastPricesText = z.object({
  through: z.number(),
  marks: z.array(z.literal(WINDOW_MARKS)),
  left: z.int().min(0),
  track: z.string(),
});

/** What is kept of the prices that have left a log, as it is stored beside it. */
export function pastPricesText({ through, marks, left, track }: PastPrices): string {
  return JSON.stringify({ through, marks, left, track: trackText(track) });
}

/** The inverse of `pastPricesText`. @throws ZodError, SyntaxError when `text` is nothing like it */
export function parsePastPrices(text: string): PastPrices {
  const { track, ...past } = PastPricesText.parse(JSON.parse(text));
  return { ...past, track: parseTrack(track) };
}
