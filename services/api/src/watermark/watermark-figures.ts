import type { WatermarkSummary } from "@touchline/queue";

/** What readiness says of the watermark. */
export function watermarkFigures({ pending, behindMs, blindMs, isBlind }: WatermarkSummary) {
  return {
    pending,
    behindSeconds: Math.round(behindMs / 100) / 10,
    lookedSecondsAgo: Number.isFinite(blindMs) ? Math.round(blindMs / 100) / 10 : null,
    isBlind,
  };
}
