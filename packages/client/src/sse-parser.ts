/** One server-sent event. */
export interface SseMessage {
  /** `message` when the server named none. */
  readonly event: string;
  readonly data: string;
  /** The last `id` sent, with this message or before it; empty when there was none. */
  readonly lastEventId: string;
}

export interface SseParser {
  /**
   * Messages completed by the next bytes of the stream, however it was cut.
   * @throws RangeError when a message grows beyond the limit: it would otherwise fill the memory
   */
  push(bytes: Uint8Array): SseMessage[];
  /** The last `id` sent, also by a block without data, which is no message; empty when there was none. */
  readonly lastEventId: string;
  /** Reconnection delay that the server asked for, in milliseconds. */
  readonly retryMs: number | undefined;
}

const MAX_MESSAGE_LENGTH = 4 * 1024 * 1024;

/**
 * Parses an event stream as the HTML standard says: lines end in LF, CR or CRLF, a blank line ends a message, one
 * without data is dropped, and so is what the connection's end cuts off.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createSseParser(maxMessageLength = MAX_MESSAGE_LENGTH): SseParser {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  let afterReturn = false;
  let event = "";
  let data: string[] = [];
  let length = 0;
  let idSent = "";
  /** Counts from the blank line on: an id whose message was cut off must not be resumed after. */
  let lastEventId = "";
  let retryMs: number | undefined;

  function take(line: string): SseMessage | undefined {
    if (line === "") return finish();
    length += line.length;
    const colon = line.indexOf(":");
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") data.push(value);
    else if (field === "event") event = value;
    else if (field === "id" && !value.includes("\0")) idSent = value;
    else if (field === "retry" && /^\d{1,9}$/.test(value)) retryMs = Number(value);
    return undefined;
  }

  function finish(): SseMessage | undefined {
    lastEventId = idSent;
    const message = data.length > 0 ? { event: event || "message", data: data.join("\n"), lastEventId } : undefined;
    event = "";
    data = [];
    length = 0;
    return message;
  }

  return {
    push(bytes) {
      let text = rest + decoder.decode(bytes, { stream: true });
      // The LF of a CRLF that was cut in two ends no second line.
      if (afterReturn && rest === "" && text.startsWith("\n")) text = text.slice(1);
      if (text !== "") afterReturn = false;
      const messages: SseMessage[] = [];
      let from = 0;
      for (const end of text.matchAll(/\r\n|\r|\n/g)) {
        const message = take(text.slice(from, end.index));
        if (message) messages.push(message);
        from = end.index + end[0].length;
        afterReturn = end[0] === "\r" && from === text.length;
      }
      rest = text.slice(from);
      if (length + rest.length > maxMessageLength)
        throw new RangeError(`message of an event stream is longer than ${maxMessageLength}`);
      return messages;
    },
    get lastEventId() {
      return lastEventId;
    },
    get retryMs() {
      return retryMs;
    },
  };
}
