import { describe, expect, it } from "vitest";
import { parseTimelines, TimelineError } from "./timeline-file.ts";

const row = (match: string, seq: number) => JSON.stringify({ match_id: match, seq, type: "corner", team: "home" });

describe("reading a timeline file", () => {
  it("gives each match its lines in match order, however the file mixes them", () => {
    const text = [row("a", 1), row("b", 0), "", row("a", 0), ""].join("\n");
    const matches = parseTimelines(text);
    expect([...matches.keys()]).toEqual(["a", "b"]);
    expect(matches.get("a")?.map(({ seq }) => seq)).toEqual([0, 1]);
  });

  it("reads lines that end in CRLF", () => {
    expect(parseTimelines(`${row("a", 0)}\r\n${row("a", 1)}\r\n`).get("a")).toHaveLength(2);
  });

  it.each([
    ["{", "line 2 is not JSON"],
    ['{"match_id":"a"}', "line 2 is not a timeline event: seq"],
    ['{"match_id":"a:b","seq":1,"type":"corner"}', "match_id must start with a letter"],
    ['{"match_id":"a","seq":1,"type":"corner","team":"both"}', "team Invalid option"],
  ])("names the line that is none: %s", (bad, message) => {
    const read = () => parseTimelines(`${row("a", 0)}\n${bad}\n`);
    expect(read).toThrow(TimelineError);
    expect(read).toThrow(message);
  });
});
