import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runAccuracy } from "./accuracy-folder.ts";
import { exampleLeague, resultsText, trueStrength } from "../testing/example-league.ts";
import { viewOf, kickOffGrid } from "@touchline/model";
import { measureAccuracy } from "./measure-accuracy.ts";
import type { ResultRow } from "../results/result-row.ts";

const TEAMS = 8;
const rows = exampleLeague(4, TEAMS, 7);

/** What a bookmaker who knows the true strengths would offer. */
function trueProbabilities(row: ResultRow): [number, number, number] {
  const strength = (name: string) => trueStrength(Number(name.slice(5)), TEAMS);
  const edge = strength(row.home) - strength(row.away);
  const view = viewOf(kickOffGrid({ home: Math.exp(0.5 + edge), away: Math.exp(0.3 - edge), rho: 0 }));
  return [view.home, view.draw, view.away];
}

/** The first ten matches of the last season, goals spread over the clock. */
function timelineText(): string {
  const lines = rows
    .filter((row) => row.season === "2014/15")
    .slice(0, 10)
    .flatMap((row, index) => timelineOf(row, `m${index}`));
  return lines.map((line) => JSON.stringify(line)).join("\n");
}

function timelineOf(row: ResultRow, match_id: string): object[] {
  const half = row.halfTimeGoals!;
  const goals = (period: string, start: number, team: string, count: number) =>
    Array.from({ length: count }, (_, goal) => ({
      match_id,
      type: "goal",
      period,
      minute: start + 5 + 7 * goal,
      second: 12,
      team,
    }));
  return [
    {
      match_id,
      type: "match_info",
      payload: { results_key: { div: row.division, date: row.date, home: row.home, away: row.away } },
    },
    ...goals("1H", 0, "home", half.home),
    ...goals("1H", 0, "away", half.away),
    { match_id, type: "period_end", period: "1H", minute: 46, payload: { stoppage_s: 60 } },
    ...goals("2H", 45, "home", row.goals.home - half.home),
    ...goals("2H", 45, "away", row.goals.away - half.away),
    { match_id, type: "card", period: "2H", minute: 80, second: null, team: "home", payload: { colour: "red" } },
    { match_id, type: "period_end", period: "2H", minute: 94, payload: { stoppage_s: 240 } },
    {
      match_id,
      type: "match_end",
      payload: { score_90: [row.goals.home, row.goals.away], score_ht: [half.home, half.away] },
    },
  ];
}

const files = [
  { name: "results_made-up.csv", text: resultsText(rows, trueProbabilities) },
  { name: "timelines_made-up.ndjson", text: timelineText() },
];

describe("measuring accuracy", () => {
  const steps: string[] = [];
  const summary = measureAccuracy(files, ({ step, part }) => steps.push(`${step} ${part}`));

  it("scores the later seasons on the same matches for everybody", () => {
    expect(summary.matches).toBe(2 * TEAMS * (TEAMS - 1));
    expect(summary.seasons.map(({ season, matches }) => [season, matches])).toEqual([
      ["2013/14", 56],
      ["2014/15", 56],
    ]);
  });

  it("ranks who knows more above who knows less", () => {
    expect(summary.closingLogLoss).toBeLessThan(summary.logLoss);
    expect(summary.logLoss).toBeLessThan(summary.baseLogLoss);
    expect(Math.abs(summary.blendedRps - summary.marketRps)).toBeLessThan(0.002);
  });

  it("scores in-play predictions, which get better as the match goes on", () => {
    expect(summary.inPlay.map(({ minute }) => minute)).toEqual(["0", "15", "30", "HT", "60", "75", "85"]);
    expect(summary.inPlay.every(({ matches }) => matches === 10)).toBe(true);
    expect(summary.inPlay[6]!.logLoss).toBeLessThan(summary.inPlay[0]!.logLoss);
    expect(summary.inPlayShipped).toHaveLength(7);
  });

  it("draws what it found", () => {
    expect(summary.svg).toContain(">2013/14<");
    expect(summary.svg.trim().endsWith("</svg>")).toBe(true);
  });

  it("tells how far it is", () => {
    expect(steps).toContain("forecasts X1");
    expect(steps.at(-1)).toBe("in play fitted constants");
  });

  it("needs neither odds nor timelines", () => {
    const bare = measureAccuracy([{ name: "results_bare.csv", text: resultsText(rows) }]);
    expect(bare.matches).toBe(112);
    expect(bare.rps).toBeCloseTo(summary.rps, 12);
    expect(bare.closingRps).toBeNaN();
    expect(bare.inPlayShipped).toEqual([]);
  });

  it("makes do with a single season, forecasting its later part", () => {
    const season = exampleLeague(1, 14, 3);
    const alone = measureAccuracy([{ name: "results_one.csv", text: resultsText(season) }]);
    expect(alone.matches).toBe(season.length - 100);
    expect(alone.rps).toBeLessThan(alone.baseRps);
  });

  it("does not let a result reach its own forecast", () => {
    const last = rows.at(-1)!;
    const changed = rows.map((row) => (row.day === last.day ? { ...row, goals: { home: 9, away: 0 } } : row));
    const one = measureAccuracy([
      { name: "results_a.csv", text: resultsText(rows.filter((row) => row.day < last.day)) },
    ]);
    const other = measureAccuracy([
      { name: "results_b.csv", text: resultsText(changed.filter((row) => row.day < last.day)) },
    ]);
    expect(other.rps).toBe(one.rps);
  });
});

describe("measuring a folder", () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  it("reads whatever leagues it holds", async () => {
    const folder = await mkdtemp(join(tmpdir(), "accuracy-"));
    folders.push(folder);
    for (const { name, text } of files) await writeFile(join(folder, name), text);
    await writeFile(join(folder, "notes.txt"), "not read");
    const summary = await runAccuracy({ folder });
    expect(summary.matches).toBe(112);
    expect(summary.inPlay[0]!.matches).toBe(10);
  });

  it("says which line of which kind of file is wrong", async () => {
    expect(() => measureAccuracy([{ name: "results_x.csv", text: "a,b\n1,2" }])).toThrow("columns missing");
    const text = `${resultsText(rows.slice(0, 3)).trim()}\nX1,2011/12,2012-13-40,A,B,1,0`;
    expect(() => measureAccuracy([{ name: "results_x.csv", text }])).toThrow(
      'results_x.csv: line 5: date must be a date such as 2021-05-23, not "2012-13-40"',
    );
    expect(() => measureAccuracy([files[0]!, { name: "timelines_x.ndjson", text: "{}" }])).toThrow(
      "timelines_x.ndjson: line 1",
    );
    expect(() => measureAccuracy([])).toThrow(RangeError);
  });
});
