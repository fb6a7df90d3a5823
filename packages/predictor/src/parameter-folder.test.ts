import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EMPTY_STATE, type MatchState } from "@touchline/domain";
import {
  allShippedParams,
  FittedExpectations,
  type LeagueParams,
  leagueParamsText,
  parametersId,
  type Prediction,
  type PredictionRequest,
} from "@touchline/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  LoadingPredictor,
  ParameterFileError,
  readParameterFolder,
  UnknownParametersError,
} from "./parameter-folder.ts";

const shipped = allShippedParams()[0]!;
const later = (asOf: string): LeagueParams => ({ ...shipped, asOf });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "params-"));
});
afterEach(() => rm(folder, { recursive: true }));
const put = async (name: string, params: LeagueParams) => writeFile(join(folder, name), leagueParamsText(params));

describe("a folder of parameters", () => {
  it("is read whole, other files aside", async () => {
    await put("b.json", later("2022-01-01"));
    await put("a.json", later("2023-01-01"));
    await writeFile(join(folder, "a.json.123.tmp"), "half a docum");
    await mkdir(join(folder, "old"));
    expect((await readParameterFolder(folder)).map(({ asOf }) => asOf)).toEqual(["2023-01-01", "2022-01-01"]);
  });

  it.each([
    ["is not JSON", "{", "bad.json: not JSON"],
    ["is another document", "{}", "bad.json: format: "],
    [
      "has an impossible number",
      leagueParamsText({ ...shipped, goals: { ...shipped.goals, rho: 2 } }),
      "bad.json: goals.rho: ",
    ],
  ])("with a file that %s is refused, by file and rule", async (_what, text, message) => {
    await writeFile(join(folder, "bad.json"), text);
    const refused = readParameterFolder(folder);
    await expect(refused).rejects.toThrow(ParameterFileError);
    await expect(refused).rejects.toThrow(message);
  });

  it("that is not there is refused by its name", async () => {
    const missing = join(folder, "nowhere");
    await expect(readParameterFolder(missing)).rejects.toThrow(`${missing}: there is no such folder`);
  });

  it("with two documents of one name is refused", async () => {
    await put("a.json", shipped);
    await put("b.json", shipped);
    await expect(readParameterFolder(folder)).rejects.toThrow(
      `b.json: ${join(folder, "a.json")} holds ${parametersId(shipped)} already`,
    );
  });
});

describe("predicting under parameters that an event named", () => {
  const nothing: Prediction = { markets: new Map(), computeMs: new Map() };
  const never = new AbortController().signal;
  const naming = (parameters: string | null): PredictionRequest => {
    const state: MatchState = { ...EMPTY_STATE, parameters };
    return { matchId: "m-1", state, clock: { phase: "pre_match", minutesIntoPeriod: 0, rate: 0 }, markets: new Map() };
  };
  let now = 0;
  const predictor = (expectations: FittedExpectations) =>
    new LoadingPredictor({ predict: async () => nothing }, { folder, expectations, now: () => now });

  it("looks into the folder for what it does not know, once a second at most", async () => {
    const loading = predictor(new FittedExpectations());
    const id = parametersId(later("2030-01-01"));
    await expect(loading.predict(naming(id), never)).rejects.toThrow(UnknownParametersError);
    await put("new.json", later("2030-01-01"));
    await expect(loading.predict(naming(id), never)).rejects.toThrow(`no parameters ${id}`);
    now += 1_000;
    expect(await loading.predict(naming(id), never)).toBe(nothing);
    await rm(join(folder, "new.json"));
    expect(await loading.predict(naming(id), never)).toBe(nothing);
  });

  it("does not look for matches that no event was about", async () => {
    const loading = new LoadingPredictor(
      { predict: async () => nothing },
      { folder: join(folder, "gone"), expectations: new FittedExpectations() },
    );
    expect(await loading.predict(naming(null), never)).toBe(nothing);
    expect(await loading.predict(naming(parametersId(shipped)), never)).toBe(nothing);
    await expect(loading.predict(naming("X-2030-01-01"), never)).rejects.toThrow("there is no such folder");
  });

  it("looks once for many matches", async () => {
    await put("new.json", later("2030-01-01"));
    const loading = predictor(new FittedExpectations());
    now += 10_000;
    const id = parametersId(later("2030-01-01"));
    const all = Array.from({ length: 50 }, async () => loading.predict(naming(id), never));
    expect(await Promise.all(all)).toHaveLength(50);
  });
});

describe("an expectation expectations that learns a document", () => {
  const fixture = {
    home: Object.keys(shipped.teams)[0]!,
    away: Object.keys(shipped.teams)[1]!,
    competition: shipped.league.division,
  };
  const state = (parameters: string | null): MatchState => ({
    ...EMPTY_STATE,
    parameters,
    fixture: {
      ...fixture,
      kickoff: "2031-01-01T15:00:00.000Z",
      knockout: false,
      clockRate: 1,
    },
  });
  const louder = { ...later("2030-01-01"), goals: { ...shipped.goals, level: shipped.goals.level + 1 } };

  it("uses it for matches whose event names it, and for no other", () => {
    const expectations = new FittedExpectations();
    const unnamed = expectations.expectationOf(state(null), "none").rates.home;
    expectations.learn([louder]);
    expect(expectations.expectationOf(state(null), "none").rates.home).toBe(unnamed);
    expect(expectations.expectationOf(state(parametersId(louder)), "none").rates.home).toBeCloseTo(unnamed * Math.E, 6);
  });

  it("never changes what a name means", () => {
    const expectations = new FittedExpectations();
    expectations.learn([{ ...louder, asOf: shipped.asOf }]);
    expect(expectations.expectationOf(state(parametersId(shipped)), "none")).toEqual(
      expectations.expectationOf(state(null), "none"),
    );
  });

  it("takes the newest of what it started with", async () => {
    await put("new.json", louder);
    const added = await readParameterFolder(folder);
    const expectations = new FittedExpectations([...added, ...allShippedParams()]);
    const usual = new FittedExpectations().expectationOf(state(null), "none").rates.home;
    expect(expectations.expectationOf(state(null), "none").rates.home).toBeCloseTo(usual * Math.E, 5);
    expect(await readFile(join(folder, "new.json"), "utf8")).toBe(leagueParamsText(louder));
  });
});
