import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MatchEvent } from "../../events/event.ts";
import { playedMatch } from "../../testing/any-match.ts";
import { first, fixture, happening, HOME, logOf, retracted, second } from "../../testing/example-events.ts";
import { randomFrom } from "../../testing/random-source.ts";
import { trackText } from "../../volatility/track-text.ts";
import { type Fold, foldEvents, foldLog, foldOn, NOTHING_FOLDED } from "../fold-events.ts";
import { leavingPrices, PRICE_LIMITS } from "./past-prices.ts";
import { parsePastPrices, pastPricesText } from "./past-prices-text.ts";

const FEW = { newest: 12, perMarket: 2, atOnce: 6 };
const MARKETS = ["match_result", "over_under_2_5", "both_teams_to_score"];

const fold = (events: readonly MatchEvent[], limits = FEW): Fold =>
  events.reduce((known, event) => foldOn(known, event, limits), NOTHING_FOLDED);

/** `count` prices, one in ten seconds, of one market after another; every fifth jumps. */
function prices(count: number, fromMinute: number, random: () => number, source = "prices"): MatchEvent[] {
  return Array.from({ length: count }, (_unused, index) => {
    const home = (index % 5 === 0 ? 1.5 : 2) + random() / 5;
    const payload = { market: MARKETS[index % MARKETS.length], prices: { home, away: 3 } };
    return happening("odds_update", fromMinute + index / 6, { source, payload });
  });
}

/** The same events, each at most `by` places from where it was. */
function nearly(events: readonly MatchEvent[], by: number, random: () => number): MatchEvent[] {
  return events
    .map((event, index) => ({ event, at: index + by * random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
}

function matchWithPrices(seed: number): MatchEvent[] {
  const random = randomFrom(seed);
  // Its own prices are quoted long before the minute that they name.
  const played = playedMatch(seed, { corrections: true }).filter(({ type }) => type !== "odds_update");
  const events = [...played, ...prices(60, -30, random), ...prices(300, -5, random)];
  return events.sort((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt));
}

describe("a match whose old prices have left the log", () => {
  it("has the state of all of them, also when each arrives some places late", () => {
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        const events = matchWithPrices(seed);
        const whole = foldEvents(logOf(events));
        const kept = fold(nearly(events, 5, randomFrom(seed)));
        expect(kept.log.size).toBeLessThan(events.length - 200);
        expect(kept.state).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  it("is read from its log and from what is kept beside it as it stood in memory", () => {
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        const { log, past, state } = fold(matchWithPrices(seed));
        expect(foldLog(log, parsePastPrices(pastPricesText(past))).state).toEqual(state);
      }),
      { numRuns: 10 },
    );
  });

  it("names what leaves the log, once", () => {
    const events = prices(300, 0, randomFrom(1));
    let known = NOTHING_FOLDED;
    const gone = new Set<string>();
    for (const event of events) {
      const next = foldOn(known, event, FEW);
      const missing = [...known.log.keys()].filter((key) => !next.log.has(key));
      const leaving = leavingPrices(known, next);
      expect((leaving?.keys ?? []).toSorted()).toEqual(missing.toSorted());
      for (const key of leaving?.keys ?? []) gone.add(key);
      known = next;
    }
    expect(gone.size + known.log.size).toBe(events.length);
  });

  it("keeps the newest of a market that is quiet, before kick-off and in play, open to correction", () => {
    const quiet = (minutes: number, home: number) =>
      happening("odds_update", minutes, { payload: { market: "half_time_result", prices: { home } } });
    const [before, inPlay] = [quiet(-60, 2), quiet(2, 3)];
    const flood = prices(400, 3, randomFrom(2));
    const known = fold([fixture(), before, happening("kick_off", 0, { period: "first_half" }), inPlay, ...flood]);
    expect(known.state.prematchOdds["half_time_result"]).toEqual({ home: 2 });
    expect(known.state.odds["half_time_result"]).toEqual({ home: 3 });
    const corrected = foldOn(
      known,
      { ...before, revision: 2, payload: { market: "half_time_result", prices: { home: 2.5 } } },
      FEW,
    );
    expect(corrected.state.prematchOdds["half_time_result"]).toEqual({ home: 2.5 });
    expect(foldOn(corrected, { ...retracted(inPlay), revision: 3 }, FEW).state.odds["half_time_result"]).toEqual({
      home: 2.5,
    });
  });

  it("takes no notice of a price that is gone and is sent again, of one taken back too", () => {
    const flood = prices(400, 0, randomFrom(3));
    const taken = flood[390];
    const known = fold([...flood, ...(taken ? [retracted(taken)] : [])]);
    for (const event of flood) expect(foldOn(known, event, FEW)).toBe(known);
  });

  it("keeps what a price has proved of the clock", () => {
    const proof = second(80, "odds_update", { payload: { market: "match_result", prices: { home: 2 } } });
    const known = fold([proof, ...prices(100, 170, randomFrom(4))]);
    expect(known.log.has(`${proof.source}/${proof.id}`)).toBe(false);
    expect(known.state.marksPassed).toEqual(foldEvents(logOf([proof])).marksPassed);
    expect(known.state.marksPassed).not.toEqual([]);
  });

  it("keeps the price that has corrected when play began", () => {
    const doubted = happening("kick_off", -180, { period: "first_half" });
    const price = { market: "match_result", prices: { home: 2 } };
    const proof = first(10, "odds_update", { payload: price });
    const events = [fixture(), doubted, proof, ...prices(100, 11, randomFrom(7))];
    const known = fold(events);
    expect(known.state.correctedStart).not.toBeNull();
    expect(known.log.has(`${proof.source}/${proof.id}`)).toBe(true);
    expect(known.state).toEqual(foldEvents(logOf(events)));
  });

  it("knows the prices from before play when the kick-off is reported after all of them", () => {
    const [before, after] = [prices(30, -6, randomFrom(8)), prices(200, 0.5, randomFrom(9))];
    const events = [fixture(), ...before, ...after, happening("kick_off", 0, { period: "first_half" })];
    const known = fold(events);
    expect(known.log.size).toBeLessThan(100);
    expect(known.state.prematchOdds).toEqual(foldEvents(logOf(events)).prematchOdds);
  });

  it("keeps everything else", () => {
    const goal = happening("goal", 1, HOME);
    expect(fold([goal, ...prices(400, 2, randomFrom(5))]).state.score).toEqual({ home: 1, away: 0 });
  });

  it("is bounded whatever is sent: 5,000 prices of one match", () => {
    const known = fold(prices(5_000, 0, randomFrom(6)), PRICE_LIMITS);
    expect(known.log.size).toBeLessThanOrEqual(PRICE_LIMITS.newest + PRICE_LIMITS.atOnce);
    expect(trackText(known.past.track).length).toBeLessThan(20_000);
  });
});
