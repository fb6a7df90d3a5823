import {
  canonicalJson,
  type FactName,
  factsOf,
  type MatchState,
  primitiveReads,
  type PrimitiveId,
} from "@touchline/domain";
import { AverageExpectations, type PreMatchExpectation, type ExpectationSource } from "@touchline/model";

/**
 * Expectations that read everything the graph lets them read: each fact that is about the match as a whole moves
 * the rates of the primitives that read it, by an amount of its own. A graph that forgets such a fact is then wrong
 * on real matches, which is what the checker has to find out.
 */
export class RecordingExpectations implements ExpectationSource {
  readonly #average = new AverageExpectations();
  readonly #known = new Map<string, PreMatchExpectation>();

  expectationOf(state: MatchState, blend: "none" | "market"): PreMatchExpectation {
    const prices: FactName[] = blend === "market" ? ["odds.match_result", "odds.over_under_2_5"] : [];
    const goals = record(state, [...contextOf("full_time_score"), ...prices]);
    const corners = record(state, contextOf("corners"));
    const cards = record(state, contextOf("cards"));
    const key = [goals, corners, cards].join();
    const known = this.#known.get(key);
    if (known) return known;
    const { rates, expectedStoppage } = this.#average.expectationOf(state);
    const expectation: PreMatchExpectation = {
      expectedStoppage,
      rates: {
        ...rates,
        home: rates.home * goals,
        away: rates.away / goals,
        corners: { ...rates.corners, home: rates.corners.home * corners },
        cards: { ...rates.cards, home: rates.cards.home * cards },
      },
    };
    this.#known.set(key, expectation);
    return expectation;
  }
}

/** What happens on the pitch reaches a prediction by way of the situation, not of the expectation. */
const SITUATION: ReadonlySet<FactName> = new Set<FactName>([
  "periods_played",
  "score",
  "red_cards",
  "penalty_pending",
  "stoppage.first_half",
  "stoppage.second_half",
  "corners",
  "cards",
]);

function contextOf(primitive: PrimitiveId): FactName[] {
  return (Object.keys(primitiveReads(primitive)) as FactName[]).filter((fact) => !SITUATION.has(fact));
}

/** Between 0.8 and 1.2, by the values of the facts. */
function record(state: MatchState, names: readonly FactName[]): number {
  const facts = factsOf(state);
  let hash = 17;
  for (const char of canonicalJson(names.map((name) => facts[name])))
    hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) >>> 0;
  return 0.8 + (0.4 * hash) / 2 ** 32;
}
