import type { Effect, ExplainAnswer } from "@touchline/contract";
import type { MatchTruth, StepMessage } from "@touchline/cache";
import {
  eventKey,
  foldLog,
  type Graph,
  type InvalidationPlan,
  type Market,
  type MatchEvent,
  planInvalidation,
  type Variant,
} from "@touchline/domain";
import { effectOf } from "./effect.ts";
import { listed } from "./listed.ts";
import { causeWords, iso } from "./words.ts";

type EventEffect = NonNullable<ExplainAnswer["event"]>;

/** Which predictions are asked about, and what they are made from. */
export interface AboutMarket {
  readonly market: Market;
  readonly variant: Variant;
  readonly graph: Graph;
}

interface AskedEvent {
  readonly source: string;
  readonly id: string;
  /** What the log holds of it. */
  readonly event: MatchEvent | undefined;
}

/** What an event did to the market, by the step that was published for it. */
export function publishedEffect(asked: AskedEvent, step: StepMessage, about: AboutMarket): EventEffect {
  const { source, id } = asked;
  const { type, reason } = step.event;
  const event = asked.event ? { ...asked.event } : null;
  const what = causeWords({ type, source, eventId: id, event, ...(reason === undefined ? {} : { reason }) });
  return {
    source,
    id,
    event,
    basis: "published",
    at: step.at === undefined ? null : iso(step.at),
    version: step.version,
    ...effectWords(what, step, about),
  };
}

/**
 * What an event means for the market as the log stands now: what taking it out would change. For events whose step has
 * left the feed.
 */
export function foldedEffect(
  asked: AskedEvent & { readonly event: MatchEvent },
  { log, past, state }: MatchTruth,
  about: AboutMarket,
): EventEffect {
  const { source, id } = asked;
  const event = { ...asked.event };
  const without = new Map(log);
  without.delete(eventKey(event));
  const plan = planInvalidation(foldLog(without, past).state, state, about.graph.markets, about.graph.reads);
  const what = causeWords({ type: event.type, source, eventId: id, event });
  return {
    source,
    id,
    event,
    basis: "folded",
    at: null,
    version: null,
    ...effectWords(what, plan, about),
  };
}

function effectWords(
  what: string,
  step: StepMessage | InvalidationPlan,
  { market, variant, graph }: AboutMarket,
): Pick<EventEffect, "changed" | "reads" | "effect" | "words"> {
  const { changed } = step;
  const { effect } = effectOf(step, market.id, variant.id);
  const known = graph.reads(market, variant);
  const reads = changed.filter((fact) => Object.hasOwn(known, fact));
  return {
    changed: [...changed],
    reads,
    effect,
    words: `${what} ${changesWords(changed)}; ${MARKET_WORDS[effect](market.id, reads)}.`,
  };
}

function changesWords(changed: readonly string[]): string {
  return changed.length === 0 ? "changed no fact" : `changed ${listed(changed)}`;
}

const LEFT_ALONE = "so it was left alone";

const MARKET_WORDS: Readonly<Record<Effect, (market: string, reads: readonly string[]) => string>> = {
  none: (market, reads) =>
    reads.length === 0
      ? `${market} reads none of that, ${LEFT_ALONE}`
      : `${market} reads ${listed(reads)}, but it was settled or did not exist then, ${LEFT_ALONE}`,
  touched_hard: (market, reads) => `${market} was suspended${forWords(reads)} until predicted again`,
  touched_soft: (market, reads) => `${market} was stale${forWords(reads)} until predicted again`,
  settled: (market) => `${market} was settled`,
  reopened: (market) => `the settlement of ${market} was taken back`,
  clock_moved: (market) => `the match clock moved, which ended the lifetime of ${market}; its numbers stood`,
  offer_changed: (market) => `${market} was suspended, or offered again; its prediction stood`,
};

function forWords(reads: readonly string[]): string {
  return reads.length === 0 ? "" : ` for ${listed(reads)}`;
}
