import {
  changedFacts,
  type FactName,
  factsToBlame,
  type Market,
  planInvalidation,
  type ReadsOf,
} from "@touchline/domain";
import { checkStep } from "../soundness/check-step.ts";
import type { Step } from "../soundness/play-match.ts";
import { distance, type Quotes, standingOf } from "../soundness/standing.ts";
import { emptyTally, type Tally } from "../soundness/tally.ts";
import type { AskedModel } from "./asked-model.ts";
import type { Situation } from "./situations.ts";

/** The smallest example of a read that the graph under test does not have. */
export interface HiddenRead {
  readonly market: string;
  readonly variant: string;
  /** Facts that change its price when they alone are taken over. */
  readonly facts: readonly FactName[];
  readonly matchId: string;
  readonly event: { readonly type: string; readonly id: string };
  readonly before: Readonly<Record<string, number | null>>;
  readonly after: Readonly<Record<string, number | null>>;
}

export interface OwnModelFindings {
  readonly tally: Tally;
  /** One for each market and its facts. */
  readonly hidden: Map<string, HiddenRead>;
  /** Requests that were made twice, and those of them that were answered in two ways, with the first example. */
  repeated: number;
  varied: number;
  variedExample: { readonly matchId: string; readonly market: string } | undefined;
  /** Milliseconds of the requests for what events touched, and of those for everything, at the same moments. */
  touchedMs: number;
  fullMs: number;
}

export interface OwnModelCheck {
  readonly markets: readonly Market[];
  /** The graph under test. */
  readonly reads: ReadsOf;
  /** Every so many events the same request is made twice, and what the event touched is asked for alone. */
  readonly every: number;
}

export function noOwnModelFindings(): OwnModelFindings {
  return {
    tally: emptyTally(),
    hidden: new Map(),
    repeated: 0,
    varied: 0,
    variedExample: undefined,
    touchedMs: 0,
    fullMs: 0,
  };
}

/**
 * Plays one match event by event, has the model predict all open markets before and after each event at the same
 * clock, and holds the difference against what the graph under test says.
 */
export async function checkOwnModel(
  situations: readonly Situation[],
  model: AskedModel,
  { markets, reads, every }: OwnModelCheck,
  findings: OwnModelFindings,
): Promise<void> {
  const { tally } = findings;
  tally.matches++;
  for (const [index, situation] of situations.entries()) {
    const { matchId, event, injected, clock } = situation;
    tally.events++;
    if (injected) tally.injectedEvents++;
    // Nothing that a prediction may read has changed: both sides are one request.
    if (changedFacts(situation.before, situation.after).length === 0) continue;
    const [before, after] = [standingOf(situation.before, markets), standingOf(situation.after, markets)];
    const [was, is] = [
      await model.quotes(matchId, before.state, clock, before.open),
      await model.quotes(matchId, after.state, clock, after.open),
    ];
    if (!was || !is) continue;
    tally.predictions += 2;
    const step: Step = {
      matchId,
      event,
      injected,
      correction: false,
      awaited: false,
      before,
      after,
      quotes: { before: was, after: is },
      jump: undefined,
    };
    const known = tally.misses;
    checkStep(step, markets, tally, reads);
    if (tally.misses > known) await findExamples(situation, was, is, model, { markets, reads, every }, findings);
    if (index % every === 0) await measure(situation, is, model, { markets, reads, every }, findings);
  }
}

async function findExamples(
  { matchId, event, before, after, clock }: Situation,
  was: Quotes,
  is: Quotes,
  model: AskedModel,
  { markets, reads }: OwnModelCheck,
  { hidden }: OwnModelFindings,
): Promise<void> {
  const plan = planInvalidation(before, after, markets, reads);
  const touched = new Map(plan.touched.map((touch) => [touch.market, touch.variants]));
  for (const market of markets) {
    for (const [variant, quotes] of is) {
      const [old, now] = [was.get(variant)?.get(market.id), quotes.get(market.id)];
      if (!old || !now || distance(old, now) === 0) continue;
      if (touched.has(market.id) && (touched.get(market.id)?.includes(variant) ?? true)) continue;
      // Most misses repeat what is known: nothing more is asked for them.
      const known = [...hidden.values()].filter((each) => each.market === market.id);
      if (known.some(({ facts }) => facts.every((fact) => plan.changed.includes(fact)))) break;
      const differs = async (state: typeof before): Promise<boolean> => {
        const other = await model.quotes(matchId, state, clock, [market]).catch(() => undefined);
        return other !== undefined && distance(old, other.get(variant)?.get(market.id)) !== 0;
      };
      const facts = await factsToBlame(before, after, plan.changed, differs);
      const example = { before: pairs(old), after: pairs(now) };
      const found = { market: market.id, variant, facts, matchId, event: { type: event.type, id: event.id } };
      hidden.set(`${market.id} ${facts.join("+")}`, { ...found, ...example });
      break;
    }
  }
}

function pairs({ outcomes, values }: { outcomes: readonly string[]; values: readonly (number | null)[] }) {
  return Object.fromEntries(outcomes.map((outcome, index) => [outcome, values[index] ?? null]));
}

/** The same request once more, and what the event touched alone: how long each takes the model. */
async function measure(
  { matchId, before, after, clock }: Situation,
  is: Quotes,
  model: AskedModel,
  { markets, reads }: OwnModelCheck,
  findings: OwnModelFindings,
): Promise<void> {
  const { open } = standingOf(after, markets);
  const took = async (asked: readonly Market[]): Promise<[ms: number, quotes: Quotes | undefined]> => {
    const began = model.tookMs;
    const quotes = await model.quotes(matchId, after, clock, asked);
    return [model.tookMs - began, quotes];
  };
  const [fullMs, again] = await took(open);
  findings.repeated++;
  const varied =
    again &&
    open.find(({ id }) =>
      [...is].some(([variant, quotes]) => distance(quotes.get(id), again.get(variant)?.get(id)) !== 0),
    );
  if (varied) findings.varied++;
  if (varied) findings.variedExample ??= { matchId, market: varied.id };
  const touched = new Set(planInvalidation(before, after, markets, reads).touched.map(({ market }) => market));
  const [touchedMs] = await took(open.filter(({ id }) => touched.has(id)));
  findings.fullMs += fullMs;
  findings.touchedMs += touchedMs;
}
