import { absences, canonicalJson, keeperChanged, type MatchState, type Pair } from "@touchline/domain";
import type { MatchOutlook, OutlookBook } from "./outlook.ts";

/**
 * What circumstances do to goal rates, as factors. The shared seasons hold none of them, so these are cautious priors,
 * not measurements: a parameter set that knows better replaces them.
 */
const WEATHER_FACTOR: Readonly<Record<string, number>> = { clear: 1, rain: 0.98, wind: 0.97, snow: 0.94 };
/** On a side's own rate for each key player missing. */
const ABSENCE_FACTOR = 0.96;
/** On the opponent's rate while somebody else keeps goal than the keeper who started. */
const KEEPER_FACTOR = 1.06;

/** Outlooks kept: two blends of the matches of a busy day, in a few circumstances each. */
const LIMIT = 2_000;

/** An outlook book whose goal rates follow weather, absences, the keeper and a neutral venue. */
export class AdjustedOutlookBook implements OutlookBook {
  readonly #base: OutlookBook;
  readonly #adjusted = new WeakMap<MatchOutlook, Map<string, MatchOutlook>>();

  constructor(base: OutlookBook) {
    this.#base = base;
  }

  outlookOf(state: MatchState, blend: "none" | "market"): MatchOutlook {
    const outlook = this.#base.outlookOf(state, blend);
    const factors = factorsOf(state);
    if (factors.home === 1 && factors.away === 1) return outlook;
    const known = this.#adjusted.get(outlook) ?? new Map<string, MatchOutlook>();
    this.#adjusted.set(outlook, known);
    const key = canonicalJson(factors);
    const adjusted = known.get(key) ?? { ...outlook, rates: scaled(outlook, factors) };
    if (known.size < LIMIT) known.set(key, adjusted);
    return adjusted;
  }
}

function factorsOf(state: MatchState): Pair {
  const weather = WEATHER_FACTOR[state.weather ?? "clear"] ?? 1;
  const missing = absences(state);
  const keeper = keeperChanged(state);
  // On neutral ground the teams' shares of home advantage level out; the total stays.
  const neutral = state.neutralVenue ? Math.sqrt(HOME_ADVANTAGE) : 1;
  return {
    home: (weather * ABSENCE_FACTOR ** missing.home * (keeper.away ? KEEPER_FACTOR : 1)) / neutral,
    away: weather * ABSENCE_FACTOR ** missing.away * (keeper.home ? KEEPER_FACTOR : 1) * neutral,
  };
}

/** Goals of home sides over goals of away sides, 10,660 matches of three leagues 2011/12 to 2020/21. */
const HOME_ADVANTAGE = 1.3;

function scaled({ rates }: MatchOutlook, factors: Pair): MatchOutlook["rates"] {
  return { ...rates, home: rates.home * factors.home, away: rates.away * factors.away };
}
