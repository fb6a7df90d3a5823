import { type ChangeMessage, textWithoutKind } from "@touchline/cache";
import type { GapMessage, SettledMessage } from "@touchline/contract";

/** What is sent first: how long to wait before coming back, and where to go on even if nothing else arrives. */
export function openingFrame(n: number): string {
  return `retry: ${RETRY_MS}\nid: ${n}\n\n`;
}

const RETRY_MS = 1_000;

/** A comment: keeps proxies from closing a quiet stream, and tells a client that it still lives. */
export const HEARTBEAT_FRAME = ": still here\n\n";

/** Messages between `after` and `next` are gone for good: whoever follows the match should read it anew. */
export function gapFrame(matchId: string, after: number, next: number): string {
  const gap: GapMessage = { matchId, after, next };
  return `event: gap\ndata: ${JSON.stringify(gap)}\n\n`;
}

const frames = new WeakMap<ChangeMessage, string>();

/** The numbered message as readers of the stream get it, made once for all of them. */
export function frameOf(message: ChangeMessage & { readonly n: number }): string {
  const known = frames.get(message);
  if (known !== undefined) return known;
  // The text is the message itself; only its kind has moved to where a stream says it.
  const frame = frameText(message.kind, message.n, textWithoutKind(message)) + settledFrame(message);
  frames.set(message, frame);
  return frame;
}

function settledFrame(message: ChangeMessage): string {
  if (message.kind !== "touched" || message.settled.length === 0) return "";
  const { matchId, n, version, settled } = message;
  const markets = Object.fromEntries(settled.map(({ market, outcomes }) => [market, { outcomes }]));
  const body: SettledMessage = { matchId, n, version, markets };
  return frameText("settled", n, JSON.stringify(body));
}

function frameText(event: string, n: number, data: string): string {
  return `event: ${event}\nid: ${n}\ndata: ${data}\n\n`;
}
