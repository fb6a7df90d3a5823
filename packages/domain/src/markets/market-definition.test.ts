import { describe, expect, it } from "vitest";
import { CATALOGUE, findMarket } from "./catalogue.ts";
import { countMarket, type Market, REFUND } from "./market.ts";
import { definitionOf, digest, settlementRules } from "./market-definition.ts";
import { COUNT_PRIMITIVES } from "../dependencies/primitives/count-primitives.ts";
import { NAMED_PRIMITIVES } from "../dependencies/primitives/named-primitives.ts";
import { foldEvents } from "../match/fold-events.ts";
import { referenceLogs } from "../planning/reference-match.ts";

const meaningOf = (market: Market) => digest(definitionOf(market));
const result = findMarket("match_result")!;

/** A market like `over_under_2_5`, but for what is changed. */
const total = (change: Partial<Parameters<typeof countMarket>[0]> = {}) =>
  countMarket({
    id: "total",
    name: "Total",
    category: "goals",
    outcomes: ["over", "under"],
    primitive: "full_time_score",
    lines: [(home, away) => (home + away > 2 ? 0 : 1)],
    ...change,
  });

describe("what a market means", () => {
  it("is the same however it is written, and whatever it is called", () => {
    const likewise = total({ name: "Goals", aliases: { over: "o" }, lines: [(h, a) => Number(!(h + a >= 3))] });
    expect(meaningOf(likewise)).toBe(meaningOf(total()));
  });

  it("changes with any payoff, outcome, primitive, and with when it is offered", () => {
    const others = [
      total({ lines: [(home, away) => (home + away > 3 ? 0 : 1)] }),
      total({ lines: [(home, away) => (home + away === 3 ? REFUND : home + away > 3 ? 0 : 1)] }),
      total({ outcomes: ["under", "over"] }),
      total({ primitive: "first_half_score" }),
      total({ scope: "knockout" }),
      total({ winners: "overlapping" }),
      total({ category: "team" }),
    ];
    expect(new Set([total(), ...others].map(meaningOf)).size).toBe(1 + others.length);
  });

  it("differs between any two markets of the catalogue, their ids and categories aside", () => {
    const meanings = CATALOGUE.map((market) => digest({ ...(definitionOf(market) as object), id: "", category: "" }));
    const alike = CATALOGUE.filter((_market, index) => meanings.indexOf(meanings[index]!) !== index).map(
      ({ id }) => id,
    );
    expect(alike).toEqual([]);
  });

  it("does not depend on who asks", () => {
    expect(meaningOf(result)).toBe(meaningOf(findMarket("match_result")!));
  });
});

describe("the rules of settlement", () => {
  const states = (referenceLogs()[0] ?? []).map(({ log }) => foldEvents(log));
  const rules = digest(settlementRules(states));

  it("are shown on a match in which every primitive comes to an end", () => {
    const last = states.at(-1)!;
    expect(last).toMatchObject({ over: true, score: { home: 2, away: 2 }, extraTimeScore: { home: 1, away: 1 } });
    for (const { settle } of Object.values(NAMED_PRIMITIVES)) expect(settle(last)).toBeDefined();
    for (const { progress } of Object.values(COUNT_PRIMITIVES)) expect(progress(last).closed).toBe(true);
  });

  it("are the same whenever they are asked for", () => {
    expect(digest(settlementRules(states))).toBe(rules);
  });

  it.each(Object.keys(NAMED_PRIMITIVES) as (keyof typeof NAMED_PRIMITIVES)[])("change with those of %s", (id) => {
    const early = { ...NAMED_PRIMITIVES[id], settle: () => undefined };
    expect(digest(settlementRules(states, { ...NAMED_PRIMITIVES, [id]: early }))).not.toBe(rules);
  });

  it("change with what counts towards a market, and until when", () => {
    const { corners } = COUNT_PRIMITIVES;
    const open = {
      ...corners,
      progress: (state: Parameters<typeof corners.progress>[0]) => ({ ...corners.progress(state), closed: false }),
    };
    expect(digest(settlementRules(states, NAMED_PRIMITIVES, { ...COUNT_PRIMITIVES, corners: open }))).not.toBe(rules);
  });
});
