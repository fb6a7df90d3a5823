import { type ChangeMessage, textWithoutKind } from "@touchline/cache";
import type { GapMessage, SettledMessage } from "@touchline/contract";
import { idOf, type StreamPosition } from "./stream-position.ts";

/**
 * What is sent first: how long to wait before coming back, and where to go on even if nothing else arrives.
 * @param position undefined when a `reset` follows: it says where to go on
 */
export function openingFrame(position: StreamPosition | undefined): string {
  return `retry: ${RETRY_MS}\n${position ? `id: ${idOf(position)}\n` : ""}\n`;
}

const RETRY_MS = 1_000;

/** A comment: keeps proxies from closing a quiet stream, and tells a client that it still lives. */
export const HEARTBEAT_FRAME = ": still here\n\n";

/** Messages between `after` and `next` are gone for good: whoever follows the match should read it anew. */
export function gapFrame(matchId: string, after: number, next: number): string {
  const gap: GapMessage = { matchId, after, next };
  return `event: gap\ndata: ${JSON.stringify(gap)}\n\n`;
}

/**
 * The store's history has changed: what was told before may never have happened, and the numbers have begun anew.
 * Whoever follows the match should read it anew; the stream goes on after `position`.
 */
export function resetFrame(matchId: string, position: StreamPosition, version: number | undefined): string {
  const { epoch, n } = position;
  const data = JSON.stringify({ matchId, epoch, n, version, reason: "history_changed" });
  return frameText("reset", position, data);
}

const frames = new WeakMap<ChangeMessage, string>();

/** The numbered message as readers of the stream get it, made once for all of them. */
export function frameOf(message: ChangeMessage & { readonly n: number }): string {
  const known = frames.get(message);
  if (known !== undefined) return known;
  // The text is the message itself; only its kind has moved to where a stream says it.
  const frame = frameText(message.kind, positionOf(message), textWithoutKind(message)) + settledFrame(message);
  frames.set(message, frame);
  return frame;
}

function settledFrame(message: ChangeMessage): string {
  if (message.kind !== "touched" || message.settled.length === 0) return "";
  const { matchId, epoch, n, version, settled } = message;
  const markets = Object.fromEntries(settled.map(({ market, outcomes }) => [market, { outcomes }]));
  const body: SettledMessage = { matchId, epoch, n, version, markets };
  return frameText("settled", positionOf(message), JSON.stringify(body));
}

function positionOf({ epoch = "", n }: { readonly epoch?: string | undefined; readonly n: number }): StreamPosition {
  return { epoch, n };
}

function frameText(event: string, position: StreamPosition, data: string): string {
  return `event: ${event}\nid: ${idOf(position)}\ndata: ${data}\n\n`;
}
