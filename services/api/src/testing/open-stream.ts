import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { ALL_STREAM_MESSAGES } from "@touchline/contract";
import type { ApiFixture } from "./api-fixture.ts";

/** One event of a stream, as it came. */
export interface Frame {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: Record<string, unknown> | undefined;
}

export interface OpenStream extends AsyncDisposable {
  readonly headers: IncomingMessage["headers"];
  /** The next frame that has data; rejects when the stream ends, or when the data are not what the contract says. */
  next(): Promise<Frame & { readonly data: Record<string, unknown> }>;
  /** The next frame whatever it holds. */
  nextFrame(): Promise<Frame>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  /** Stops reading: what the server sends piles up. */
  pause(): void;
  resume(): void;
}

/** Reads a stream frame by frame. */
export async function openStream(api: ApiFixture, matchId: string, lastEventId?: number | string): Promise<OpenStream> {
  return openPath(api, `/v1/matches/${matchId}/stream`, lastEventId);
}

/** The stream over all matches. */
export async function openAllStream(api: ApiFixture, lastEventId?: string): Promise<OpenStream> {
  return openPath(api, "/v1/stream", lastEventId);
}

async function openPath(api: ApiFixture, path: string, lastEventId?: number | string): Promise<OpenStream> {
  const outgoing = request(`${api.url}${path}`, {
    agent: false,
    headers: lastEventId === undefined ? {} : { "last-event-id": String(lastEventId) },
  });
  outgoing.end();
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const ended = Promise.withResolvers<void>();
  incoming.once("close", ended.resolve);
  incoming.on("error", () => undefined);
  const frames = framesOf(incoming);
  const nextFrame = async (): Promise<Frame> => {
    const { value, done } = await frames.next();
    if (done || !value) throw new Error("the stream has ended");
    return value;
  };
  return {
    headers: incoming.headers,
    nextFrame,
    async next() {
      for (;;) {
        const { data, ...frame } = await nextFrame();
        if (!data) continue;
        ALL_STREAM_MESSAGES[frame.event as keyof typeof ALL_STREAM_MESSAGES].parse(data);
        return { ...frame, data };
      }
    },
    ended: ended.promise,
    pause: () => void outgoing.socket?.pause(),
    resume: () => void outgoing.socket?.resume(),
    [Symbol.asyncDispose]: async () => {
      incoming.destroy();
      await ended.promise;
    },
  };
}

async function* framesOf(incoming: IncomingMessage): AsyncGenerator<Frame, undefined> {
  let text = "";
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      text += chunk.toString("utf8");
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        yield frameOf(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  } catch {
    // Cut off: the stream has ended.
  }
  return undefined;
}

function frameOf(text: string): Frame {
  const field = (name: string): string | undefined =>
    text
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const data = field("data");
  return {
    event: field("event"),
    id: field("id"),
    data: data === undefined ? undefined : (JSON.parse(data) as Record<string, unknown>),
  };
}
