import type { Distribution, Distributions, MatchState, PrimitiveId } from "@touchline/domain";
import { COMPUTE, type PrimitiveContext } from "./compute-primitive.ts";
import { type SquadChances, squadChances } from "../scorers/scorer-distribution.ts";
import type { MatchRates, Situation } from "../situation/situation.ts";

/** The model has no clock of its own. */
export const noClock = (): number => 0;

/** What the distributions of a match are computed from. */
export interface PricedMatch {
  readonly state: MatchState;
  readonly rates: MatchRates;
  readonly situation: Situation;
}

/** The distributions of one match at one moment, each computed when it is first asked for. */
export class MatchDistributions {
  readonly #computeMs: Map<PrimitiveId, number>;
  readonly #now: () => number;
  readonly #distributions: { [P in PrimitiveId]?: Distribution<P> } = {};
  readonly #context: PrimitiveContext;
  #squad: SquadChances | undefined;
  /** Of the distribution under way: what the distributions that it asked for took, milliseconds. */
  #insideMs = 0;

  /**
   * @param computeMs milliseconds by primitive are added here: its own time, without that of the distributions it asked
   * for, so that they sum to the time that all of them took
   * @param now a monotonic clock, milliseconds; without one, all costs are 0
   */
  constructor(
    { state, rates, situation }: PricedMatch,
    computeMs: Map<PrimitiveId, number> = new Map(),
    now: () => number = noClock,
  ) {
    this.#computeMs = computeMs;
    this.#now = now;
    this.#context = {
      state,
      rates,
      situation,
      distribution: (primitive) => this.#distribution(primitive),
      squad: () => (this.#squad ??= squadChances(state, rates, situation, this.#distribution("full_time_score"))),
    };
  }

  withPrimitive(primitive: PrimitiveId): Distributions {
    this.#distribution(primitive);
    return this.#distributions;
  }

  #distribution<P extends PrimitiveId>(primitive: P): Distribution<P> {
    const known: Distribution<P> | undefined = this.#distributions[primitive];
    if (known !== undefined) return known;
    const outsideMs = this.#insideMs;
    this.#insideMs = 0;
    const began = this.#now();
    const distribution: Distribution<P> = COMPUTE[primitive](this.#context);
    const tookMs = this.#now() - began;
    Object.assign(this.#distributions, { [primitive]: distribution });
    this.#computeMs.set(primitive, (this.#computeMs.get(primitive) ?? 0) + tookMs - this.#insideMs);
    this.#insideMs = outsideMs + tookMs;
    return distribution;
  }
}
