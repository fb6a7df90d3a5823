import { offerSample, readKeptPrices, type StoreRedis } from "@touchline/cache";
import { CATALOGUE, drawLeftAlone, type InvalidationPlan, type Market, type MatchState } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import type { MadeStep } from "../apply-change.ts";

export interface SampleDrawerOptions {
  readonly redis: StoreRedis;
  readonly prefix: string;
  /** Share of the markets left alone that is drawn, from 0 (none) to 1. */
  readonly share: number;
  /** The markets in force; those of the catalogue by default. */
  readonly markets?: () => readonly Market[];
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly log: Logger;
  /** Called with how many samples were lost: too many waited, or one was too large. */
  readonly onLost?: (samples: number) => void;
}

/** Samples under way to the store at a time. Behind a slow store further ones are left out. */
const MOST_UNDER_WAY = 8;

/**
 * Draws, from what each step left alone, the prices that a worker is to verify. No step waits for it: the prices are
 * read and the sample is stored after the step is done, and a failure costs a sample.
 */
export class SampleDrawer {
  readonly #options: SampleDrawerOptions;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: SampleDrawerOptions) {
    this.#options = options;
  }

  /** Called for each step that was applied. */
  stepped(matchId: string, before: MatchState, after: MatchState, made: MadeStep): void {
    const { share, markets = () => CATALOGUE, random = Math.random, onLost } = this.#options;
    // A full step leaves nothing alone.
    if (share <= 0 || made.full || !made.cause) return;
    const plan: InvalidationPlan = made.plan;
    const picks = drawLeftAlone({ plan, before, after, markets: markets(), share, random });
    if (picks.length === 0) return;
    if (this.#underWay.size >= MOST_UNDER_WAY) return onLost?.(1);
    const offered = this.#offer(matchId, before, after, made, picks).finally(() => this.#underWay.delete(offered));
    this.#underWay.add(offered);
  }

  /** Resolves once what is under way has ended. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #offer(
    matchId: string,
    before: MatchState,
    after: MatchState,
    { version, epoch, plan, cause }: MadeStep,
    picks: ReturnType<typeof drawLeftAlone>,
  ): Promise<void> {
    const { redis, prefix, share, log, onLost } = this.#options;
    try {
      const kept = await readKeptPrices(redis, prefix, matchId, { epoch, version, before }, picks);
      if (kept.length === 0 || !cause) return;
      const sample = { matchId, version, event: cause, before, after, changed: plan.changed, kept, share };
      const lost = await offerSample(redis, prefix, sample);
      if (lost > 0) onLost?.(lost);
    } catch (err) {
      log.debug({ err, matchId }, "no sample for verification");
      onLost?.(1);
    }
  }
}
