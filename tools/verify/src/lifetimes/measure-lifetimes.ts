import { CATALOGUE, isListed, lifetimeOf, type MatchClock, type MatchState, settlementOf } from "@touchline/domain";
import { AverageExpectations, BuiltinPredictor } from "@touchline/model";
import { RandomDraws } from "../simulation/random-draws.ts";
import { situationOfStory, type Told } from "../simulation/situations.ts";

/** What became of prices within their lifetimes, at one rate of the clock. */
export interface LifetimeTally {
  readonly rate: number;
  markets: number;
  /** Moved further than a label promises. */
  moved: number;
  /** Furthest move of any probability within its lifetime. */
  worst: number;
  worstMarket: string;
}

/** What a label promises. */
export const PROMISED = 0.005;
/** Moments within a lifetime at which the price is made again. */
const LOOKS = [0.5, 1];

/**
 * Makes prices of random matches, and again within their lifetimes while nothing happens.
 * @param states random matches   @param rates of the clock, match seconds a second
 */
export function measureLifetimes(states: number, rates: readonly number[], seed: number): LifetimeTally[] {
  const draws = new RandomDraws(seed);
  const predictor = new BuiltinPredictor(new AverageExpectations());
  const tallies = rates.map((rate) => ({ rate, markets: 0, moved: 0, worst: 0, worstMarket: "" }));
  for (let n = 0; n < states; n++) {
    const { state, clock } = randomMoment(draws);
    for (const tally of tallies) measure(state, clock, predictor, tally);
  }
  return tallies;
}

function measure(played: MatchState, clock: MatchClock, predictor: BuiltinPredictor, tally: LifetimeTally): void {
  const state = { ...played, fixture: played.fixture && { ...played.fixture, clockRate: tally.rate } };
  const open = CATALOGUE.filter((market) => isListed(market, state) && !settlementOf(market, state)).map(
    ({ id }) => id,
  );
  const pricesAt = (seconds: number, ids: readonly string[]) => {
    const minutesIntoPeriod = clock.minutesIntoPeriod + seconds / 60;
    const request = { state, clock: { ...clock, minutesIntoPeriod }, markets: new Map([["default", ids]]) };
    return predictor.predictNow({ matchId: "random", ...request }).markets.get("default");
  };
  const now = pricesAt(0, open);
  // Markets of one lifetime are looked at together.
  const byLifetime = new Map<number, string[]>();
  for (const id of open) {
    const lifetimeMs = lifetimeOf(
      state,
      state.clock?.startedAt ?? 0,
      ((now?.get(id)?.driftSeconds ?? 0) * 1000) / tally.rate,
    );
    const seconds = (lifetimeMs / 1000) * tally.rate;
    byLifetime.set(seconds, [...(byLifetime.get(seconds) ?? []), id]);
  }
  tally.markets += open.length;
  const furthest = new Map<string, number>();
  for (const [seconds, ids] of byLifetime)
    for (const look of LOOKS) {
      const later = pricesAt(seconds * look, ids);
      for (const id of ids) {
        const before = now?.get(id)?.probabilities ?? [];
        const after = later?.get(id)?.probabilities ?? [];
        for (let index = 0; index < before.length; index++)
          furthest.set(id, Math.max(furthest.get(id) ?? 0, Math.abs((after[index] ?? NaN) - (before[index] ?? NaN))));
      }
    }
  for (const [id, move] of furthest) {
    if (move > PROMISED) tally.moved++;
    if (move > tally.worst)
      Object.assign(tally, { worst: move, worstMarket: `${id}, ${clock.phase} ${clock.minutesIntoPeriod}` });
  }
}

/** A match in play: a score, men, corners and cards as they come, at any second of its 90 minutes and their stoppage. */
function randomMoment(draws: RandomDraws): { state: MatchState; clock: MatchClock } {
  const half = draws.chance(0.5) ? "first_half" : "second_half";
  const minute = 48 * draws.uniform();
  const told: Told[] = [];
  const often: readonly (readonly [string, number])[] = [
    ["goal", 2.7],
    ["corner", 10],
    ["yellow_card", 3.6],
    ["red_card", 0.3],
  ];
  for (const [type, mean] of often) {
    const length = half === "first_half" ? minute : 45 + minute;
    for (let count = draws.poisson((mean * length) / 93); count > 0; count--) {
      const at = Math.floor(length * draws.uniform());
      const inFirst = half === "first_half" || at < 45;
      const team = draws.chance(0.5) ? "home" : "away";
      told.push([inFirst ? "first_half" : "second_half", at, type, { team, payload: {} }]);
    }
  }
  const start = half === "first_half" ? 0 : 45;
  const { state, clock } = situationOfStory({
    name: "random",
    at: [half, start + minute],
    told: told.toSorted((a, b) => a[1] - b[1]),
    ...(draws.chance(0.3) ? { season: "2017/18" } : {}),
  });
  return { state, clock };
}
