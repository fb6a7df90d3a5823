import type { Pair } from "../counts/count-grid.ts";
import { type Intensities, LEAD_CLASSES } from "./goal-chain.ts";
import type { InPlayParams } from "../situation/in-play-params.ts";
import { expectedGoals } from "./lead-chain.ts";

/** More than this changes no probability that is shown; keeps a broken source from asking for endless grids. */
const LARGEST_RATE = 15;
const NO_REDS: Pair = { home: 0, away: 0 };
const NO_PACE: Pair = { home: 1, away: 1 };

interface Solved {
  readonly home: number;
  readonly away: number;
  readonly params: InPlayParams;
  readonly level: Pair;
}
const solvedByRates = new WeakMap<Pair, Solved>();

/**
 * Scoring intensities by lead class for the men on the pitch. The lead factors average to less than 1, so the level
 * intensity is solved for: with equal numbers the whole match must expect exactly `rates.home` and `rates.away` goals.
 * What the match has shown since is a factor on top.
 */
export function goalIntensities(rates: Pair, params: InPlayParams, reds: Pair, pace: Pair = NO_PACE): Intensities {
  const level = levelIntensity(rates, params);
  return intensitiesOf({ home: level.home * pace.home, away: level.away * pace.away }, params, reds);
}

function levelIntensity(rates: Pair, params: InPlayParams): Pair {
  const known = solvedByRates.get(rates);
  if (known && known.home === rates.home && known.away === rates.away && known.params === params) return known.level;
  const given = { home: boundedRate(rates.home), away: boundedRate(rates.away) };
  const level = params.ratesMean === "level" ? given : solveLevel(given.home, given.away, params);
  solvedByRates.set(rates, { home: rates.home, away: rates.away, params, level });
  return level;
}

function boundedRate(rate: number): number {
  if (!(rate >= 0)) throw new RangeError(`goal rate must be a number of at least 0, got ${rate}`);
  return Math.min(rate, LARGEST_RATE);
}

/** Fixed point of level = wanted / (expected goals per unit of level); contracts by the factors' distance from 1. */
function solveLevel(home: number, away: number, params: InPlayParams): Pair {
  let level: Pair = { home, away };
  if (home === 0 && away === 0) return level;
  for (let round = 0; round < 40; round++) {
    const expected = expectedGoals(intensitiesOf(level, params, NO_REDS), 0, 1);
    const next = {
      home: home === 0 ? 0 : (level.home * home) / expected.home,
      away: away === 0 ? 0 : (level.away * away) / expected.away,
    };
    const moved = Math.abs(next.home - level.home) + Math.abs(next.away - level.away);
    level = next;
    if (moved < 1e-11) break;
  }
  return level;
}

function intensitiesOf(level: Pair, params: InPlayParams, reds: Pair): Intensities {
  const { home: homeRed, away: awayRed } = redFactors(reds, params);
  const home = new Float64Array(LEAD_CLASSES);
  const away = new Float64Array(LEAD_CLASSES);
  for (let index = 0; index < LEAD_CLASSES; index++) {
    home[index] = level.home * params.leadFactors.home[index]! * homeRed;
    // The away side's own lead is the home lead turned round.
    away[index] = level.away * params.leadFactors.away[LEAD_CLASSES - 1 - index]! * awayRed;
  }
  return { home, away };
}

/** Only the difference in men counts, and no more than three of it: a fourth red ends few matches, a fifth all. */
function redFactors(reds: Pair, params: InPlayParams): Pair {
  const short = Math.max(-3, Math.min(3, reds.home - reds.away));
  const down = params.redFactors.short ** Math.abs(short);
  const up = params.redFactors.opponent ** Math.abs(short);
  return short === 0 ? { home: 1, away: 1 } : short > 0 ? { home: down, away: up } : { home: up, away: down };
}
