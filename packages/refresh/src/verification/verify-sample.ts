import type { ComparisonOutcome, KeptPrice, VerificationMiss, VerificationSample } from "@touchline/cache";
import {
  clockAt,
  factsToBlame,
  findMarket,
  findVariant,
  groupBy,
  type Market,
  type MatchState,
} from "@touchline/domain";
import type { Predictor } from "@touchline/model";
import { quotedOutcomes } from "../quoted-outcomes.ts";
import { samePrice } from "./same-price.ts";

export interface VerifyOptions {
  readonly predictor: Predictor;
  /** How far apart two equal prices may be; 0 means to the bit. */
  readonly tolerance: number;
  /** The markets in force; those of the catalogue by default. */
  readonly findMarket?: (id: string) => Market | undefined;
}

export interface VerifiedMarket {
  readonly market: string;
  readonly outcome: ComparisonOutcome;
  /** The miss, where there is one. */
  readonly miss?: Omit<VerificationMiss, "at">;
  /** What the predictor threw, where it did. */
  readonly error?: unknown;
}

/**
 * Predicts the prices of a sample again, for the state after its step and at the clock at which each was computed. One
 * market is one comparison, whatever the number of its variants: they are quotes of one prediction, or of its blend.
 *
 * Equal to the kept price: the step left it alone rightly, and so did every step since it was computed. Otherwise the
 * predictor is asked for both sides of this one step, at one and the same clock and several times in turn. Only where
 * each side repeats itself and the two differ is it a miss. So neither a refresh or an event that came meanwhile nor a
 * change of the model can make one.
 * @throws the signal's reason; errors of the predictor are outcomes
 */
export async function verifySample(
  options: VerifyOptions,
  sample: VerificationSample,
  signal: AbortSignal,
): Promise<VerifiedMarket[]> {
  const verified: VerifiedMarket[] = [];
  for (const [market, kept] of groupBy(sample.kept, (price) => price.market)) {
    const ask: Ask = async (state, prices) => predictAgain(options, sample, state, prices, signal);
    try {
      verified.push({ market, ...(await verifyMarket(ask, options.tolerance, sample, kept)) });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      verified.push({ market, outcome: "failed", error });
    }
  }
  return verified;
}

/** Prices of one market for a state, each at the clock of the kept one, in their order. */
type Ask = (state: MatchState, kept: readonly KeptPrice[]) => Promise<string[]>;

async function verifyMarket(
  ask: Ask,
  tolerance: number,
  sample: VerificationSample,
  kept: readonly KeptPrice[],
): Promise<Omit<VerifiedMarket, "market">> {
  const { before, after, changed, matchId, version, event } = sample;
  const now = await ask(after, kept);
  const suspect = kept.find(({ outcomes }, index) => !samePrice(outcomes, now[index] ?? "", tolerance));
  if (!suspect) return { outcome: "equal" };
  const askOne = async (state: MatchState): Promise<string> => (await ask(state, [suspect]))[0] ?? "";
  const [was, is]: [string[], string[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    was.push(await askOne(before));
    is.push(await askOne(after));
  }
  const [old = "", next = ""] = [was[0], is[0]];
  const repeats = [was, is].every((side) => side.every((answer) => samePrice(answer, side[0] ?? "", tolerance)));
  if (!repeats) return { outcome: "unrepeatable" };
  if (samePrice(old, next, tolerance)) return { outcome: "unexplained" };
  const differs = async (state: MatchState): Promise<boolean> =>
    // A state that no events lead to may have no price: then it proves nothing.
    !samePrice(old, await askOne(state).catch(() => old), tolerance);
  const facts = await factsToBlame(before, after, changed, differs);
  const { market, variant } = suspect;
  return { outcome: "miss", miss: { matchId, version, market, variant, event, facts, before: old, after: next } };
}

/** How often a suspicion is asked for again: a model server behind a balancer may be two builds for a while. */
const ROUNDS = 3;

async function predictAgain(
  { predictor, findMarket: find = findMarket }: VerifyOptions,
  { matchId, before }: VerificationSample,
  state: MatchState,
  kept: readonly KeptPrice[],
  signal: AbortSignal,
): Promise<string[]> {
  const texts = new Map<KeptPrice, string>();
  for (const [computedAt, prices] of groupBy(kept, (price) => price.computedAt)) {
    const markets = new Map(prices.map(({ market, variant }) => [variant, [market]]));
    const clock = clockAt(before, computedAt);
    const prediction = await predictor.predict({ matchId, state, clock, markets }, signal);
    for (const price of prices) {
      const [market, variant] = [find(price.market), findVariant(price.variant)];
      const predicted = prediction.markets.get(price.variant)?.get(price.market);
      if (!market || !variant || !predicted) throw new Error(`prediction lacks ${price.variant}/${price.market}`);
      texts.set(price, JSON.stringify(quotedOutcomes(market, state, variant, predicted.probabilities)));
    }
  }
  return kept.map((price) => texts.get(price) ?? "");
}
