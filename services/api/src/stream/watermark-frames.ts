import type { AppliedUpTo } from "@touchline/queue";
import type { WatermarkWatch } from "../watermark/watermark-watch.ts";
import { watermarkFrame } from "./sse-frame.ts";

/** What a stream was sent last: only a change is sent again. */
export type SentWatermark = string;

export const CAUGHT_UP: SentWatermark = "caught_up 0";

/** The next frame for one match's stream; undefined where nothing has changed. */
export function matchWatermark(
  watermark: Pick<WatermarkWatch, "of">,
  matchId: string,
  sent: SentWatermark,
): { readonly sent: SentWatermark; readonly frame: string } | undefined {
  const applied = watermark.of(matchId);
  const seconds = secondsOf(applied);
  const now = `${applied.kind} ${seconds}`;
  if (now === sent) return undefined;
  return { sent: now, frame: watermarkFrame({ matchId, status: applied.kind, seconds }) };
}

/**
 * The same for the stream over all matches. @param lagMs how long an event may wait before that counts, milliseconds
 */
export function allWatermark(
  watermark: Pick<WatermarkWatch, "summary">,
  lagMs: number,
  sent: SentWatermark,
): { readonly sent: SentWatermark; readonly frame: string } | undefined {
  const { isBlind, blindMs, behindMs, pending } = watermark.summary();
  const status = isBlind ? "blind" : behindMs > lagMs ? "behind" : "caught_up";
  const seconds = status === "caught_up" ? 0 : wholeSeconds(isBlind ? blindMs : behindMs);
  const now = `${status} ${seconds}`;
  if (now === sent) return undefined;
  return { sent: now, frame: watermarkFrame({ status, seconds, pending }) };
}

function secondsOf(applied: AppliedUpTo): number | null {
  if (applied.kind === "caught_up") return 0;
  return wholeSeconds(applied.kind === "behind" ? applied.behindMs : applied.blindMs);
}

/** Null where nobody has ever looked. */
function wholeSeconds(ms: number): number | null {
  return Number.isFinite(ms) ? Math.ceil(ms / 1000) : null;
}
