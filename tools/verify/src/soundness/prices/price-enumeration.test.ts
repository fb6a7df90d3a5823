import {
  appendEvent,
  clockAt,
  type CountGrid,
  type EventLog,
  foldEvents,
  type HalfFullGrid,
  type Distributions,
  type CatalogueMarket,
  type MatchEvent,
  type MatchState,
  marketsOf,
  priceMarket,
  settlementOf,
} from "@touchline/domain";
import { AdjustedExpectations, FittedExpectations, situationOf } from "@touchline/model";
import { describe, expect, it } from "vitest";
import { MatchDistributions } from "../../../../../packages/model/src/prediction/match-distributions.ts";
import { paceOf } from "../../../../../packages/model/src/situation/pace.ts";
import type { Two } from "../settlement/final-facts.ts";
import type { Paid } from "../settlement/independent-bets.ts";
import { expectedSettlement } from "../settlement/independent-settlement.ts";
import { finalOfCount, finalOfHalves } from "../settlement/possible-finals.ts";
import { bundledMatches } from "../testing/bundled-matches.ts";

/**
 * Prices against a sum over all final results of the model's distributions, each paid by rules that know nothing of the
 * catalogue's lines, margins and tables.
 */
const expectations = new AdjustedExpectations(new FittedExpectations());

/** The distributions of one state, as the shipped predictor computes them. */
function distributionsOf(state: MatchState, event: MatchEvent, blend: "none" | "market"): MatchDistributions {
  const { rates, expectedStoppage } = expectations.expectationOf(state, blend);
  const situation = situationOf(state, clockAt(state, Date.parse(event.occurredAt)), expectedStoppage);
  return new MatchDistributions({ state, rates, situation: { ...situation, pace: paceOf(rates, situation) } });
}

/** A stake's share that is won, and lost, by what it pays. */
function sharesOf(paid: Paid): readonly [won: number, lost: number] {
  return paid > 0.5 ? [2 * paid - 1, 0] : [0, 1 - 2 * paid];
}

const known = new Map<CatalogueMarket, Map<number, readonly Paid[]>>();
/** More than anything is counted up to. */
const BASE = 64;

/** What each outcome of the market pays once its counts have come to `counted`, by side, or by half and side. */
function paymentsOf(market: CatalogueMarket, ...counted: number[]): readonly Paid[] {
  const ofMarket = known.get(market) ?? new Map<number, readonly Paid[]>();
  known.set(market, ofMarket);
  const key = counted.reduce((digits, count) => digits * BASE + count, 0);
  let paid = ofMarket.get(key);
  if (!paid) {
    const [h1 = 0, a1 = 0, h2 = 0, a2 = 0] = counted;
    const halves = market.space === "halves";
    const final = halves ? finalOfHalves([h1, a1], [h2, a2]) : finalOfCount(market.primitive, [h1, a1]);
    const expected = final && expectedSettlement(market.id, final);
    if (!expected || expected === "open") throw new Error(`no rule for ${market.id} at ${counted.join("-")}`);
    paid = market.outcomes.map((outcome) => expected[outcome] ?? 0.5);
    ofMarket.set(key, paid);
  }
  return paid;
}

function* cellsOf({ home0, away0, cols, cells }: CountGrid): Iterable<readonly [counted: Two, probability: number]> {
  for (const [index, cell] of cells.entries()) yield [[home0 + Math.floor(index / cols), away0 + (index % cols)], cell];
}

function* endsOf(
  market: CatalogueMarket,
  distributions: Distributions,
): Iterable<readonly [payments: readonly Paid[], probability: number]> {
  if (market.space === "counts")
    for (const [counted, p] of cellsOf(distributions[market.primitive]!)) yield [paymentsOf(market, ...counted), p];
  if (market.space === "halves") yield* endsOfHalves(market, distributions.half_and_full!);
}

/** Ends less likely than this are left out: all of them together weigh less than a tenth of what is compared to. */
const NEVER = 1e-18;

function* endsOfHalves(market: CatalogueMarket, { first, second }: HalfFullGrid): ReturnType<typeof endsOf> {
  let index = 0;
  for (const [half, p] of cellsOf(first))
    for (const [rest, q] of cellsOf(second[index++]!))
      if (p * q > NEVER) yield [paymentsOf(market, ...half, ...rest), p * q];
}

/** How far the market's prices are from what its ends pay. */
function deviationOf(market: CatalogueMarket, distributions: Distributions, state: MatchState): number {
  const won = market.outcomes.map(() => 0);
  const lost = market.outcomes.map(() => 0);
  for (const [payments, probability] of endsOf(market, distributions))
    for (const [outcome, paid] of payments.entries()) {
      const [win, loss] = sharesOf(paid);
      won[outcome]! += win * probability;
      lost[outcome]! += loss * probability;
    }
  const prices = priceMarket(market, distributions, state);
  return Math.max(...prices.map((price, i) => Math.abs(price * (won[i]! + lost[i]!) - won[i]!)));
}

/** States of a match that differ in what can still happen: whenever a count or the period changed. */
function tellingStates(events: readonly MatchEvent[]): { event: MatchEvent; state: MatchState }[] {
  let log: EventLog = new Map();
  return events.flatMap((event) => {
    log = appendEvent(log, event);
    const decisive = ["lineup_confirmed", "goal", "red_card", "second_yellow_card", "kick_off", "period_end"];
    return decisive.includes(event.type) ? [{ event, state: foldEvents(log) }] : [];
  });
}

const matches = bundledMatches().map(({ file, events }) => ({
  file,
  // As a cup tie, so that extra time has its markets.
  events: events.map((event): MatchEvent =>
    event.type === "fixture" ? { ...event, payload: { ...event.payload, knockout: true } } : event,
  ),
}));

describe("what every open market costs in a real match", () => {
  it.each(matches)("is what its final results pay, each by its probability: $file", ({ events }) => {
    let compared = 0;
    for (const { event, state } of tellingStates(events))
      for (const blend of ["none", "market"] as const) {
        const distributions = distributionsOf(state, event, blend);
        for (const market of marketsOf(state)) {
          if (market.space === "named" || settlementOf(market, state)) continue;
          const deviation = deviationOf(market, distributions.withPrimitive(market.primitive), state);
          if (!(deviation <= 1e-12)) expect.fail(`${market.id} after ${event.id}, ${blend}: off by ${deviation}`);
          compared++;
        }
      }
    expect(compared).toBeGreaterThan(1_000);
  });
});
