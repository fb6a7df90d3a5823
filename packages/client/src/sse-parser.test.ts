import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSseParser, type SseMessage } from "./sse-parser.ts";

function parse(...chunks: string[]): SseMessage[] {
  const parser = createSseParser();
  return chunks.flatMap((chunk) => parser.push(Buffer.from(chunk)));
}

const message = (data: string, event = "message", lastEventId = "") => ({ event, data, lastEventId });

describe("parsing an event stream", () => {
  it("reads name, data and id", () => {
    expect(parse('id: 7\nevent: touched\ndata: {"n":7}\n\n')).toEqual([message('{"n":7}', "touched", "7")]);
  });

  it("joins several lines of data", () => {
    expect(parse("data: a\ndata:\ndata:  b\n\n")).toEqual([message("a\n\n b")]);
  });

  it("remembers the id for messages without one, and the name for none", () => {
    expect(parse("id: 1\nevent: x\ndata: a\n\ndata: b\n\n")).toEqual([
      message("a", "x", "1"),
      message("b", "message", "1"),
    ]);
  });

  it("takes an id from a message without data, which is no message", () => {
    expect(parse("id: 5\nevent: x\n\ndata: a\n\n")).toEqual([message("a", "message", "5")]);
  });

  it("skips comments, unknown fields and a byte order mark", () => {
    expect(parse("\uFEFF: hello\nfoo: bar\ndata: a\n\n:\n\n")).toEqual([message("a")]);
  });

  it("drops what the end of the connection cut off", () => {
    expect(parse("data: whole\n\ndata: half\n")).toEqual([message("whole")]);
  });

  it("ends a line once where CRLF is cut in two", () => {
    expect(parse("data: a\r", "\ndata: b\r", "\n\r", "\n")).toEqual([message("a\nb")]);
  });

  it("ends a message at two bare returns", () => {
    expect(parse("data: a\r\rdata: b\r", "\r")).toEqual([message("a"), message("b")]);
  });

  it("knows where to resume: after the last whole block, also one without data", () => {
    const parser = createSseParser();
    parser.push(Buffer.from("retry: 1000\nid: 41\n\n"));
    expect(parser.lastEventId).toBe("41");
    parser.push(Buffer.from("id: 42\ndata: cut"));
    expect(parser.lastEventId).toBe("41");
  });

  it("keeps the reconnection delay that the server asks for, unless it is no number", () => {
    const parser = createSseParser();
    parser.push(Buffer.from("retry: 1500\nretry: soon\n"));
    expect(parser.retryMs).toBe(1500);
  });

  it("refuses a message that would fill the memory", () => {
    const parser = createSseParser(100);
    expect(parser.push(Buffer.from(`data: ${"x".repeat(60)}\n`))).toEqual([]);
    expect(() => parser.push(Buffer.from(`data: ${"x".repeat(60)}`))).toThrow(RangeError);
  });

  it("gives the same messages however the bytes are cut and the lines end", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 }).map((s) => s.replace(/[\r\n\0]/g, ""));
    const sent = fc.record({
      event: text.map((name) => name.trim()),
      data: fc.array(text, { minLength: 1, maxLength: 3 }),
      id: fc.option(text),
      ending: fc.constantFrom("\n", "\r", "\r\n"),
      comment: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 6 }), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (all, cuts) => {
        let lastEventId = "";
        const expected: SseMessage[] = [];
        let wire = "";
        for (const { event, data, id, ending, comment } of all) {
          if (comment) wire += `: ping${ending}`;
          if (event !== "") wire += `event: ${event}${ending}`;
          if (id !== null) wire += `id: ${(lastEventId = id)}${ending}`;
          for (const part of data) wire += `data: ${part}${ending}`;
          wire += ending;
          expected.push({ event: event || "message", data: data.join("\n"), lastEventId });
        }
        const bytes = Buffer.from(wire);
        const parser = createSseParser();
        const got: SseMessage[] = [];
        for (let from = 0; from < bytes.length;) {
          const { value: size } = cuts.next() as IteratorYieldResult<number>;
          got.push(...parser.push(bytes.subarray(from, from + size)));
          from += size;
        }
        expect(got).toEqual(expected);
      }),
    );
  });
});
