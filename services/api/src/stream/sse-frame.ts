import { type ChangeMessage, textWithoutKind } from "@touchline/cache";

/** What is sent first: how long to wait before coming back, and where to go on even if nothing else arrives. */
export function openingFrame(n: number): string {
  return `retry: ${RETRY_MS}\nid: ${n}\n\n`;
}

const RETRY_MS = 1_000;

/** How long to wait before coming back, for streams whose ids come with their messages. */
export const RETRY_FRAME = `retry: ${RETRY_MS}\n\n`;

/** A comment: keeps proxies from closing a quiet stream, and tells a client that it still lives. */
export const HEARTBEAT_FRAME = ": still here\n\n";

/** Messages between `after` and `next` are gone for good: whoever follows the match should read it anew. */
export function gapFrame(matchId: string, after: number, next: number): string {
  return `event: gap\ndata: ${JSON.stringify({ matchId, after, next })}\n\n`;
}

const frames = new WeakMap<ChangeMessage, string>();

/** The numbered message as readers of the stream get it, made once for all of them. */
export function frameOf(message: ChangeMessage & { readonly n: number }): string {
  const known = frames.get(message);
  if (known !== undefined) return known;
  // The text is the message itself; only its kind has moved to where a stream says it.
  const frame = frameWithId(message, message.n);
  frames.set(message, frame);
  return frame;
}

/** The message under an id of another numbering. */
export function frameWithId(message: ChangeMessage, id: string | number): string {
  return frameText(message.kind, id, textWithoutKind(message)) + settledFrame(message, id);
}

/** Begin anew: what was sent before counts no more. `data` says where things stand at this id. */
export function resetFrame(id: string, data: object): string {
  return frameText("reset", id, JSON.stringify(data));
}

/** How far accepted events have been applied. Without an id: it is no message of a match, and is not sent again. */
export function watermarkFrame(data: object): string {
  return `event: watermark\ndata: ${JSON.stringify(data)}\n\n`;
}

function settledFrame(message: ChangeMessage, id: string | number): string {
  if (message.kind !== "touched" || message.settled.length === 0) return "";
  const { matchId, n, version, settled } = message;
  const markets = Object.fromEntries(settled.map(({ market, outcomes }) => [market, { outcomes }]));
  return frameText("settled", id, JSON.stringify({ matchId, n, version, markets }));
}

function frameText(event: string, id: string | number, data: string): string {
  return `event: ${event}\nid: ${id}\ndata: ${data}\n\n`;
}
