import { createHash } from "node:crypto";
import type { KeptPrice } from "@touchline/cache";
import {
  CATALOGUE,
  clockAnchor,
  clockAt,
  drawLeftAlone,
  eventsUntilFound,
  type FactName,
  factsOf,
  findMarket,
  findVariant,
  type InvalidationPlan,
  type Market,
  type MatchClock,
  type MatchState,
  planInvalidation,
  type ReadsOf,
  readsOf,
  settlementOf,
  VARIANTS,
} from "@touchline/domain";
import type { Predictor } from "@touchline/model";
import { samePrice, verifySample } from "@touchline/refresh";
import { describe, expect, it } from "vitest";
import { type Situation, situationsOf } from "../../tools/verify/src/own-model/situations.ts";
import { seededRandom } from "../../tools/verify/src/seeded-random.ts";
import { bundledMatches } from "../../tools/verify/src/soundness/testing/bundled-matches.ts";

const never = new AbortController().signal;
const SHARE = 0.01;
const SEED = 15;
const HIDDEN: FactName = "corners";
const variant = VARIANTS[0]!;

/** The events of four real matches, replayed again and again. */
const matches: Situation[][] = bundledMatches().map(({ events }) =>
  situationsOf(events.map((event) => ({ event, injected: false }))),
);

/** The same in every replay, so worked out once. */
const declaredPlans = new Map<Situation, InvalidationPlan>();
function declaredPlanOf(situation: Situation): InvalidationPlan {
  const plan = declaredPlans.get(situation) ?? planInvalidation(situation.before, situation.after, CATALOGUE, readsOf);
  declaredPlans.set(situation, plan);
  return plan;
}

/** A model whose price is another one whenever a fact that it reads is: it reads what the graph says, and a bit more. */
function modelThatHides(target: string): Predictor {
  return {
    async predict({ state, clock, markets }) {
      const facts = factsOf(state);
      const priced = [...markets].map(([id, wanted]) => {
        const prices = wanted.map((market) => {
          const read = Object.keys(readsOf(findMarket(market)!, findVariant(id)!)) as FactName[];
          const seen = [...read, ...(market === target ? [HIDDEN] : [])].map((fact) => facts[fact]);
          const digest = createHash("sha1")
            .update(JSON.stringify([market, clock, seen]))
            .digest();
          const chance = digest.readUInt32BE() / 2 ** 32;
          return [market, { probabilities: [chance, 1 - chance], driftSeconds: 10 }] as const;
        });
        return [id, new Map(prices)] as const;
      });
      return { markets: new Map(priced), computeMs: new Map() };
    },
  };
}

/** An entry: what it was computed from, and when. */
interface Entry {
  readonly state: MatchState;
  readonly computedAt: number;
  /** Of the clock on which it was computed. */
  readonly anchor: string;
}

interface Replay {
  /** Events that changed what the market hides while it had a price that stood, up to the one at which it was found. */
  readonly events: number;
  /** Prices of the market after it was found, and those of them that were not what the model says. */
  readonly served: number;
  readonly stale: number;
  readonly blamed: readonly FactName[];
  readonly elsewhere: readonly string[];
}

/** Replays the matches until the hidden read has been found, and once more after that. */
async function replay(target: Market): Promise<Replay> {
  const predictor = modelThatHides(target.id);
  const seeded = seededRandom(SEED, target.id);
  const random = (): number => seeded.next();
  const priceOf = async (matchId: string, state: MatchState, clock: MatchClock): Promise<string> => {
    const { markets } = await predictor.predict(
      { matchId, state, clock, markets: new Map([[variant.id, [target.id]]]) },
      never,
    );
    return JSON.stringify(markets.get(variant.id)?.get(target.id)?.probabilities);
  };
  let blamed: readonly FactName[] = [];
  const elsewhere: string[] = [];
  const reads: ReadsOf = (market, of) =>
    market === target && blamed.length > 0
      ? { ...readsOf(market, of), ...Object.fromEntries(blamed.map((fact) => [fact, "soft"])) }
      : readsOf(market, of);
  let [events, served, stale, roundsSince] = [0, 0, 0, 0];
  while (roundsSince < 1) {
    if (blamed.length > 0) roundsSince++;
    for (const situations of matches) {
      const entries = new Map<string, Entry>();
      for (const situation of situations) {
        const { matchId, event, before, after } = situation;
        const now = Date.parse(event.occurredAt);
        const anchor = clockAnchor(before);
        const anchorAfter = clockAnchor(after);
        const stands = ({ id }: { readonly id: string }): Entry | undefined => {
          const entry = entries.get(id);
          return entry?.anchor === anchor ? entry : undefined;
        };
        const plan = blamed.length > 0 ? planInvalidation(before, after, CATALOGUE, reads) : declaredPlanOf(situation);
        const picks = drawLeftAlone({ plan, before, after, markets: CATALOGUE, share: SHARE, random });
        const isLeftAlone = !plan.touched.some(({ market }) => market === target.id) && !settlementOf(target, after);
        if (blamed.length === 0 && plan.changed.includes(HIDDEN) && isLeftAlone && stands(target)) events++;
        const kept: KeptPrice[] = [];
        for (const { market } of picks) {
          const entry = stands({ id: market });
          if (!entry) continue;
          const clock = clockAt(entry.state, entry.computedAt);
          const asked = { matchId, state: entry.state, clock, markets: new Map([[variant.id, [market]]]) };
          const price = (await predictor.predict(asked, never)).markets.get(variant.id)?.get(market);
          const outcomes = findMarket(market)!.outcomes.map((name, index) => [name, price?.probabilities[index] ?? 0]);
          kept.push({
            market,
            variant: variant.id,
            outcomes: JSON.stringify(Object.fromEntries(outcomes)),
            computedAt: entry.computedAt,
          });
        }
        const cause = { type: event.type, source: event.source, eventId: event.id };
        const sample = { matchId, version: 1, event: cause, before, after, changed: plan.changed, kept, share: SHARE };
        for (const { miss } of await verifySample({ predictor, tolerance: 0 }, sample, never)) {
          if (!miss) continue;
          if (miss.market !== target.id) elsewhere.push(miss.market);
          blamed = miss.facts as FactName[];
          // Widened: what the market was left at may be stale, so it is predicted again.
          entries.delete(target.id);
        }
        // What an event touched is predicted again at once, and what has no price or another clock as well.
        const touched = new Set(plan.touched.map(({ market }) => market));
        const fresh = { state: after, computedAt: now, anchor: anchorAfter };
        for (const market of CATALOGUE)
          if (touched.has(market.id) || entries.get(market.id)?.anchor !== anchorAfter) entries.set(market.id, fresh);
        const entry = entries.get(target.id);
        if (blamed.length === 0 || !entry || settlementOf(target, after) || roundsSince === 0) continue;
        served++;
        const clock = clockAt(entry.state, entry.computedAt);
        const [shown, right] = [await priceOf(matchId, entry.state, clock), await priceOf(matchId, after, clock)];
        if (!samePrice(shown, right, 0)) stale++;
      }
    }
  }
  return { events, served, stale, blamed, elsewhere };
}

/** Markets on goals that are open from the beginning and read no corners. */
const targets = CATALOGUE.filter(
  (market) =>
    market.category === "goals" && market.outcomes.length === 2 && readsOf(market, variant)[HIDDEN] === undefined,
).slice(0, 6);

describe("a read that a model hides, with one price in a hundred verified", () => {
  it(`is found within the events that the formula says, 95 times in a hundred, and never a price is stale after it; seed ${SEED}`, async () => {
    const bound = eventsUntilFound(SHARE);
    expect(targets).toHaveLength(6);
    const replays: Replay[] = [];
    for (const target of targets) replays.push(await replay(target));
    for (const { served, stale, blamed, elsewhere } of replays) {
      expect({ stale, blamed, elsewhere }).toEqual({ stale: 0, blamed: [HIDDEN], elsewhere: [] });
      expect(served).toBeGreaterThan(50);
    }
    // Of 6 replays, three late ones come once in 450 series.
    const late = replays.filter(({ events }) => events > bound).length;
    expect(late).toBeLessThanOrEqual(2);
    const mean = replays.reduce((sum, { events }) => sum + events, 0) / replays.length;
    expect(mean).toBeGreaterThan(30);
    expect(mean).toBeLessThan(200);
  });
});
