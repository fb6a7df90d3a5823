import { CATALOGUE, findMarket, type Market, type MatchEvent } from "@touchline/domain";
import { BuiltinPredictor, type Predictor, shippedPredictor } from "@touchline/model";
import { beforeAll, describe, expect, it } from "vitest";
import type { Arrival } from "./arrival.ts";
import { checkMatch } from "./check-match.ts";
import { checkStep } from "./check-step.ts";
import { type Omission, omissionsOf, stepsByFact, type MutationOutcome, checkMutation } from "./graph-mutations.ts";
import { withInjectedEvents } from "./injection/injected-events.ts";
import { playMatch, type Step } from "./play-match.ts";
import { addTallies, emptyTally, type Tally } from "./tally.ts";
import { bundledMatches, levelMatch } from "./testing/bundled-matches.ts";
import { RecordingExpectations } from "./testing/recording-expectations.ts";

const { signal } = new AbortController();
const matches = bundledMatches().map(({ events }) => events);
const level = levelMatch();
const asPlayed = (events: readonly MatchEvent[]): Arrival[] => events.map((event) => ({ event, injected: false }));
/** Seeds under which the level match goes to penalties. */
const SEEDS = [6, 9];
/** Matches with events put into them; those hold all that was played, so that one match alone is played without. */
const PLAYED: readonly Arrival[][] = [
  ...matches.slice(0, 1).map(asPlayed),
  ...matches.map((match) => withInjectedEvents(match, 1)),
  ...SEEDS.map((seed) => withInjectedEvents(level, seed)),
];

async function stepsOf(arrivals: readonly Arrival[], predictor: Predictor): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const step of playMatch(arrivals, CATALOGUE, predictor, signal)) steps.push(step);
  return steps;
}

describe("checking real matches", () => {
  let sum: Tally;
  beforeAll(async () => {
    const predictor = shippedPredictor();
    sum = emptyTally();
    for (const arrivals of PLAYED) addTallies(sum, await checkMatch(arrivals, predictor, signal));
  });

  it("finds no market that changed without having been flagged", () => {
    expect(sum.missList).toEqual([]);
    expect(sum.misses).toBe(0);
  });

  it("finds every settlement as the independent rules have it", () => {
    expect(sum.settlement.errorList).toEqual([]);
    expect(sum.settlement.noRule).toEqual({});
    expect(sum.settlement.checked).toBeGreaterThan(1_000);
  });

  it("finds hardly any flag in vain when a goal falls", () => {
    const { flagged = 0, changed = 0 } = sum.types["goal"] ?? {};
    expect(changed / flagged).toBeGreaterThan(0.9);
  });
});

describe("a graph with one fact left out of one market", () => {
  let decisions: { market: Market; omission: Omission; outcome: MutationOutcome }[];
  beforeAll(async () => {
    const predictor = new BuiltinPredictor(new RecordingExpectations());
    const steps: Step[] = [];
    for (const arrivals of PLAYED) steps.push(...(await stepsOf(arrivals, predictor)));
    const byFact = stepsByFact(steps);
    // One rule makes all numbered goals, and the second goal stands for those that few matches see.
    const rules = CATALOGUE.filter(({ id }) => id === "goal_2" || !/^goal_\d+$/.test(id));
    decisions = rules.flatMap((market) =>
      omissionsOf([market]).map((omission) => ({
        market,
        omission,
        outcome: checkMutation(omission, byFact.get(omission.fact) ?? [], [market]),
      })),
    );
  });

  it("is caught in at least 95 % of the cases in which it flags less", () => {
    const caught = decisions.filter(({ outcome }) => outcome === "caught");
    const escaped = decisions.filter(({ outcome }) => outcome === "escaped");
    const names = escaped.map(({ market, omission }) => `${market.id} without ${omission.fact}`);
    console.info(`${caught.length} omissions caught, ${escaped.length} not: ${names.join(", ")}`);
    expect(caught.length / (caught.length + escaped.length)).toBeGreaterThanOrEqual(0.95);
  });

  it("gets the chance for most of what markets read", () => {
    const unseen = decisions.filter(({ outcome }) => outcome === "unseen" || outcome === "masked");
    expect(unseen.length / decisions.length).toBeLessThan(0.15);
  });
});

describe("a step that nothing was planned for", () => {
  const market = findMarket("over_under_2_5");

  it("is a miss for every variant whose prediction changed", async () => {
    const predictor = shippedPredictor();
    const steps = await stepsOf(asPlayed(matches[0] ?? []), predictor);
    const goal = steps.find(({ event }) => event.type === "goal");
    const tally = emptyTally();
    if (goal && market) checkStep(goal, [market], tally, () => ({}));
    expect(tally.missList.map(({ kind, variant }) => [kind, variant])).toEqual([
      ["prediction", "default"],
      ["prediction", "market-blend"],
      ["prediction", "decimal-105"],
    ]);
    expect(tally.missList[0]?.changed).toContain("score");
  });
});
