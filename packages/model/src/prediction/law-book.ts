import type { Law, Laws, MatchState, PrimitiveId } from "@touchline/domain";
import { COMPUTE, type PrimitiveContext } from "./compute-primitive.ts";
import { squadChances } from "../scorers/scorer-law.ts";
import type { ScorerChances } from "../scorers/scorers.ts";
import type { MatchRates, Situation } from "../situation/situation.ts";

/** The model has no clock of its own. */
export const noClock = (): number => 0;

/** What a book needs to be told about the match. */
export interface BookedMatch {
  readonly state: MatchState;
  readonly rates: MatchRates;
  readonly situation: Situation;
}

/** The laws of one match at one moment, each computed when it is first asked for. */
export class LawBook {
  readonly #computeMs: Map<PrimitiveId, number>;
  readonly #now: () => number;
  readonly #laws: { [P in PrimitiveId]?: Law<P> } = {};
  readonly #context: PrimitiveContext;
  #squad: readonly ScorerChances[] | undefined;
  /** Of the law under way: what the laws that it asked for took, milliseconds. */
  #insideMs = 0;

  /**
   * @param computeMs milliseconds by primitive are added here: its own time, without that of the laws it asked for, so
   * that they sum to the time that all of them took
   * @param now a monotonic clock, milliseconds; without one, all costs are 0
   */
  constructor(
    { state, rates, situation }: BookedMatch,
    computeMs: Map<PrimitiveId, number> = new Map(),
    now: () => number = noClock,
  ) {
    this.#computeMs = computeMs;
    this.#now = now;
    this.#context = {
      state,
      rates,
      situation,
      law: (primitive) => this.#law(primitive),
      squad: () => (this.#squad ??= squadChances(state, rates, situation, this.#law("full_time_score"))),
    };
  }

  withPrimitive(primitive: PrimitiveId): Laws {
    this.#law(primitive);
    return this.#laws;
  }

  #law<P extends PrimitiveId>(primitive: P): Law<P> {
    const known: Law<P> | undefined = this.#laws[primitive];
    if (known !== undefined) return known;
    const outsideMs = this.#insideMs;
    this.#insideMs = 0;
    const began = this.#now();
    const law: Law<P> = COMPUTE[primitive](this.#context);
    const tookMs = this.#now() - began;
    Object.assign(this.#laws, { [primitive]: law });
    this.#computeMs.set(primitive, (this.#computeMs.get(primitive) ?? 0) + tookMs - this.#insideMs);
    this.#insideMs = outsideMs + tookMs;
    return law;
  }
}
