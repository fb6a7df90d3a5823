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

/** How long to wait before coming back, for streams whose ids come with their messages. */
export const RETRY_FRAME = `retry: ${RETRY_MS}\n\n`;

/** A comment: keeps proxies from closing a quiet stream, and tells a client that it still lives. */
export const HEARTBEAT_FRAME = ": still here\n\n";

/** Messages between `after` and `next` are gone for good: whoever follows the match should read it anew. */
export function gapFrame(matchId: string, after: number, next: number): string {
  const gap: GapMessage = { matchId, after, next };
  return `event: gap\ndata: ${JSON.stringify(gap)}\n\n`;
}

/**
 * The store's history of one match has changed: what was reported before may never have happened, and the numbers have
 * begun anew. Whoever follows the match should read it anew; its messages go on after `position`.
 * @param id where the stream goes on; undefined where its next message says so
 */
export function historyFrame(
  matchId: string,
  { epoch, n }: StreamPosition,
  version: number | undefined,
  id: string | undefined,
): string {
  return frameText("reset", id, JSON.stringify({ matchId, epoch, n, version, reason: "history_changed" }));
}

const frames = new WeakMap<ChangeMessage, string>();

/** The numbered message as readers of the stream get it, made once for all of them. */
export function frameOf(message: ChangeMessage & { readonly n: number }): string {
  const known = frames.get(message);
  if (known !== undefined) return known;
  const frame = frameWithId(message, idOf(positionOf(message)));
  frames.set(message, frame);
  return frame;
}

/**
 * The message under an id of another numbering. Its text is the message itself, but for its kind, which the frame says.
 */
export function frameWithId(message: ChangeMessage, id: string): string {
  return frameText(message.kind, id, textWithoutKind(message)) + settledFrame(message, id);
}

/** Begin anew: what was sent before counts no more. `data` says where things stand at this id. */
export function resetFrame(id: string, data: object): string {
  return frameText("reset", id, JSON.stringify(data));
}

/** How far accepted events have been applied. Without an id: it is no message of a match, and is not sent again. */
export function watermarkFrame(data: object): string {
  return frameText("watermark", undefined, JSON.stringify(data));
}

function positionOf({ epoch = "", n }: { readonly epoch?: string | undefined; readonly n: number }): StreamPosition {
  return { epoch, n };
}

function settledFrame(message: ChangeMessage, id: string): string {
  if (message.kind !== "touched" || message.settled.length === 0) return "";
  const { matchId, epoch, n, version, settled } = message;
  const markets = Object.fromEntries(settled.map(({ market, outcomes }) => [market, { outcomes }]));
  const body: SettledMessage = { matchId, epoch, n, version, markets };
  return frameText("settled", id, JSON.stringify(body));
}

function frameText(event: string, id: string | undefined, data: string): string {
  return `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`;
}
