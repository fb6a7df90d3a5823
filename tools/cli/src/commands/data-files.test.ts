import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../testing/run-cli.ts";

const HEADER = "div,season,date,home,away,fthg,ftag\n";
const THREE = `${HEADER}X9,2031/32,2031-08-13,A,B,1,0\nX9,2031/32,2031-08-13,C,D,1,1\nX9,2031/32,2031-08-20,A,C,0,2\n`;
const BROKEN_EVENT = '{"match_id":"m","seq":0,"type":"goal","minute":"x"}\n';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "touchline-data-"));
});
afterAll(() => rm(root, { recursive: true }));

let folders = 0;
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, String(++folders));
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

describe("data that cannot be used", () => {
  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ["accuracy", "a folder without results", { "timelines_a.ndjson": BROKEN_EVENT }, "no results_*.csv in "],
    ["accuracy", "an empty file", { "results_a.csv": "" }, "results_a.csv: line 1: columns missing"],
    ["accuracy", "a header alone", { "results_a.csv": HEADER }, "no match in results_a.csv"],
    [
      "accuracy",
      "a broken result",
      { "results_a.csv": `${THREE}X9,2031/32,soon,A,D,1,0\n` },
      'results_a.csv: line 5: date must be a date such as 2021-05-23, not "soon"',
    ],
    [
      "accuracy",
      "a broken timeline",
      { "results_a.csv": THREE, "timelines_a.ndjson": BROKEN_EVENT },
      "timelines_a.ndjson: line 1 is not a timeline event: minute ",
    ],
    ["savings", "a folder without timelines", {}, "no timelines_*.ndjson in "],
    ["savings", "an empty timeline", { "timelines_a.ndjson": "" }, "no match in "],
    [
      "savings",
      "a broken timeline",
      { "timelines_a.ndjson": BROKEN_EVENT },
      "timelines_a.ndjson: line 1 is not a timeline",
    ],
    ["soundness", "an empty timeline", { "timelines_a.ndjson": "" }, "no match in "],
    ["soundness", "a broken timeline", { "timelines_a.ndjson": "{" }, "timelines_a.ndjson: line 1 is not JSON"],
  ])("touchline %s names the file and what is wrong with %s", async (command, _what, files, message) => {
    const { code, stderr } = await run([command, "--data", await folderWith(files)]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(1);
  });

  it("is a feed of which one line is broken, by file and line", async () => {
    const feed = join(await folderWith({ "faulty_feed_a.ndjson": "\n{" }), "faulty_feed_a.ndjson");
    const { code, stderr } = await run(["feedcheck", "--data", feed]);
    expect(stderr).toBe(`touchline feedcheck: ${feed}: line 2 is not JSON\n`);
    expect(code).toBe(1);
  });

  it("is too little of it to score anything: the figures are there, and the exit code says that they are none", async () => {
    const { code, stdout, stderr } = await run(["accuracy", "--data", await folderWith({ "results_a.csv": THREE })]);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ matches: 0, inPlay: [] });
    expect(stderr).toContain("no match could be scored: ");
    expect(code).toBe(1);
  });
});

describe("a place to write to that is none", () => {
  it.each([
    ["a folder that does not exist", (folder: string) => join(folder, "no", "x.out"), "there is no folder "],
    ["a folder", (folder: string) => folder, " is a folder: name a file in it"],
  ])("is refused before anything is computed: %s", async (_what, placeIn, message) => {
    const folder = await folderWith({ "results_a.csv": THREE });
    const commands = [
      ["fit", join(folder, "results_a.csv"), "--out", placeIn(folder)],
      ["accuracy", "--data", folder, "--plot", placeIn(folder)],
    ];
    for (const argv of commands) {
      const { code, stdout, stderr } = await run(argv);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(message);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
    expect(await readdir(folder)).toEqual(["results_a.csv"]);
  });
});

describe("touchline fit", () => {
  it("says how many matches it takes", async () => {
    const folder = await folderWith({ "results_a.csv": THREE });
    const { code, stderr } = await run(["fit", join(folder, "results_a.csv"), "--out", join(folder, "x.json")]);
    expect(stderr).toContain("3 matches before 2031-08-21: too few to fit, it takes 50");
    expect(code).toBe(1);
  });

  it("fits a league and seasons that no shipped document knows, and leaves no draft behind", async () => {
    const folder = await folderWith({ "results_x.csv": HEADER + smallLeague() });
    const out = join(folder, "x9.json");
    const { code, stdout, stderr } = await run(["fit", join(folder, "results_x.csv"), "--out", out, "--json"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ league: "X9", matches: 90, teams: 10 });
    expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({ league: { division: "X9" } });
    expect((await readdir(folder)).toSorted()).toEqual(["results_x.csv", "x9.json"]);
  });
});

/** Every pair of ten teams at home and away, one match a day; made up, but never the same score throughout. */
function smallLeague(): string {
  const teams = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
  const pairs = teams.flatMap((home) => teams.filter((away) => away !== home).map((away) => ({ home, away })));
  const rows = pairs.map(({ home, away }, day) => {
    const date = new Date(Date.UTC(2031, 7, 1 + day)).toISOString().slice(0, 10);
    return `X9,2031/32,${date},${home},${away},${day % 4},${(day * 7) % 3}`;
  });
  return `${rows.join("\n")}\n`;
}
