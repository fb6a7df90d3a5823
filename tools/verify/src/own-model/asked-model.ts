import type { MatchClock, MatchState } from "@touchline/domain";
import { type Market, VARIANTS } from "@touchline/domain";
import type { Predictor } from "@touchline/model";
import { type Quotes, quotesOf } from "../soundness/standing.ts";

/** A rule that the model's answers broke, such as lines that are not monotone. */
export interface BrokenRule {
  readonly rule: string;
  /** How often, and where first. */
  count: number;
  readonly matchId: string;
}

const MOST_RULES = 50;

/** A model that is asked many questions: counts and times them, and notes which of its answers break a rule. */
export class AskedModel {
  requests = 0;
  /** Milliseconds from each request to its answer, summed. */
  tookMs = 0;
  readonly broken = new Map<string, BrokenRule>();
  readonly #predictor: Predictor;
  readonly #isBroken: (error: unknown) => boolean;
  readonly #signal: AbortSignal;

  /** @param isBroken whether an error of the predictor says that its answer breaks a rule; others are thrown on */
  constructor(predictor: Predictor, isBroken: (error: unknown) => boolean, signal: AbortSignal) {
    this.#predictor = predictor;
    this.#isBroken = isBroken;
    this.#signal = signal;
  }

  /** Quotes of `open` in all variants; undefined where the answer breaks a rule. */
  async quotes(
    matchId: string,
    state: MatchState,
    clock: MatchClock,
    open: readonly Market[],
  ): Promise<Quotes | undefined> {
    this.#signal.throwIfAborted();
    if (open.length === 0) return new Map(VARIANTS.map(({ id }) => [id, new Map()]));
    const began = performance.now();
    this.requests++;
    try {
      return await quotesOf({ state, settled: new Map(), open }, clock, this.#predictor, matchId, this.#signal);
    } catch (error) {
      if (!this.#isBroken(error)) throw error;
      this.#note(error instanceof Error ? error.message : String(error), matchId);
      return undefined;
    } finally {
      this.tookMs += performance.now() - began;
    }
  }

  #note(message: string, matchId: string): void {
    // One rule, whatever the match and the numbers.
    const rule = message.replace(/^match \S+?[:,] ?/, "").replaceAll(/\d+\.\d+(e-?\d+)?/g, "#");
    const known = this.broken.get(rule);
    if (known) known.count++;
    else if (this.broken.size < MOST_RULES) this.broken.set(rule, { rule, count: 1, matchId });
  }
}
