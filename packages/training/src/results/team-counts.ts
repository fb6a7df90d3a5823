import { solveSymmetric } from "./cholesky.ts";

/**
 * Counts of two sides explained by teams: log mean of the home side = level + home advantage + attack(home) -
 * defence(away), of the away side = level + attack(away) - defence(home) (Maher 1982), with the Dixon-Coles weight on
 * the four lowest scores if asked for (1997). Serves goals, and with any positive measure also shots, corners, cards.
 */
export interface TeamCounts {
  readonly teams: number;
  /** One entry for each match: team indices, counts, weight. */
  readonly homeTeam: ArrayLike<number>;
  readonly awayTeam: ArrayLike<number>;
  readonly homeCount: ArrayLike<number>;
  readonly awayCount: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
  /** Log of a known factor on both sides' means (the referee's, say). */
  readonly offset?: ArrayLike<number>;
}

export interface TeamEffects {
  readonly level: number;
  readonly homeAdvantage: number;
  readonly attack: Float64Array;
  readonly defence: Float64Array;
  readonly rho: number;
}

export interface TeamCountOptions {
  /** Fit rho, or leave it at 0: plain Poisson. */
  readonly rho: "fit" | "none";
  /** Prior precision of every attack and defence, in counts; 0 is maximum likelihood. */
  readonly shrinkage: number;
  /** What attack and defence are shrunk to; 0 when absent. */
  readonly prior?: ArrayLike<number>;
  /** Where to start: yesterday's answer saves most of the work. */
  readonly start?: TeamEffects;
}

export interface TeamCountFit extends TeamEffects {
  /** Weighted log-likelihood, without the prior. */
  readonly logLikelihood: number;
  readonly iterations: number;
}

const MOST_ITERATIONS = 100;
const CONVERGED = 1e-9;
/** Holds the sums of attack and of defence at those of the prior; the likelihood does not see them. */
const SUM_PENALTY = 1;

/**
 * Maximum (penalised) likelihood with the analytic gradient. Steps solve with the Poisson information matrix, which is
 * Newton's method but for the little that tau adds; a step that does not improve is halved.
 */
export function fitTeamCounts(counts: TeamCounts, options: TeamCountOptions): TeamCountFit {
  const work = new Workspace(counts, options);
  let value = work.evaluate();
  let iterations = 0;
  while (iterations++ < MOST_ITERATIONS) {
    const step = work.direction();
    const next = work.advance(step, value);
    // Measured by the largest move of a log rate, not by the likelihood, whose last digits are rounding.
    const moved = next.scale * largest(step);
    value = next.value;
    if (moved < CONVERGED) break;
  }
  return { ...work.effects(), logLikelihood: work.logLikelihood, iterations };
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/** Parameters in one vector: level, home advantage, attacks, defences, rho. */
class Workspace {
  readonly #counts: TeamCounts;
  readonly #options: TeamCountOptions;
  readonly #size: number;
  #point: Float64Array;
  #gradient: Float64Array;
  #information: Float64Array;
  #rhoInformation = 0;
  logLikelihood = 0;

  constructor(counts: TeamCounts, options: TeamCountOptions) {
    this.#counts = counts;
    this.#options = options;
    this.#size = 2 + 2 * counts.teams;
    this.#gradient = new Float64Array(this.#size + 1);
    this.#information = new Float64Array(this.#size * this.#size);
    this.#point = new Float64Array(this.#size + 1);
    const { start } = options;
    if (start && start.attack.length === counts.teams) {
      this.#point.set([start.level, start.homeAdvantage]);
      this.#point.set(start.attack, 2);
      this.#point.set(start.defence, 2 + counts.teams);
      this.#point[this.#size] = options.rho === "fit" ? start.rho : 0;
    } else {
      this.#point[0] = Math.log(meanCount(counts));
    }
  }

  effects(): TeamEffects {
    const { teams } = this.#counts;
    return {
      level: this.#point[0]!,
      homeAdvantage: this.#point[1]!,
      attack: this.#point.slice(2, 2 + teams),
      defence: this.#point.slice(2 + teams, 2 + 2 * teams),
      rho: this.#point[this.#size]!,
    };
  }

  /** Penalised log-likelihood at the point, with gradient and information; -Infinity where a tau is not positive. */
  evaluate(): number {
    this.#gradient.fill(0);
    this.#information.fill(0);
    this.#rhoInformation = 1e-9;
    this.logLikelihood = 0;
    const matches = this.#counts.homeTeam.length;
    for (let match = 0; match < matches; match++) this.#addMatch(match);
    return this.logLikelihood + this.#addPrior();
  }

  #addMatch(match: number): void {
    const { teams, homeTeam, awayTeam, homeCount, awayCount, weight, offset } = this.#counts;
    const share = weight[match]!;
    if (share === 0) return;
    const point = this.#point;
    const homeAttack = 2 + homeTeam[match]!;
    const awayAttack = 2 + awayTeam[match]!;
    const known = point[0]! + (offset ? offset[match]! : 0);
    const homeLog = known + point[1]! + point[homeAttack]! - point[awayAttack + teams]!;
    const awayLog = known + point[awayAttack]! - point[homeAttack + teams]!;
    const home = Math.exp(homeLog);
    const away = Math.exp(awayLog);
    const x = homeCount[match]!;
    const y = awayCount[match]!;
    let homeSlope = x - home;
    let awaySlope = y - away;
    let value = x * homeLog - home + y * awayLog - away - logFactorial(x) - logFactorial(y);
    const rho = point[this.#size]!;
    if (this.#options.rho === "fit" && x <= 1 && y <= 1) {
      // tau = 1 + rho * slope, where slope = -home*away, home, away, -1 at 0-0, 0-1, 1-0, 1-1.
      const slope = x === 0 ? (y === 0 ? -home * away : home) : y === 0 ? away : -1;
      const tau = 1 + rho * slope;
      value += tau > 0 ? Math.log(tau) : -Infinity;
      if (x === 0) homeSlope += (rho * slope) / tau;
      if (y === 0) awaySlope += (rho * slope) / tau;
      this.#gradient[this.#size]! += (share * slope) / tau;
      this.#rhoInformation += share * (slope / tau) ** 2;
    }
    this.logLikelihood += share * value;
    this.#addSide(homeAttack, awayAttack + teams, true, share * homeSlope, share * home);
    this.#addSide(awayAttack, homeAttack + teams, false, share * awaySlope, share * away);
  }

  /** Slope and information of one side's log mean, spread over the parameters it is the sum of. */
  #addSide(attack: number, defence: number, isHome: boolean, slope: number, information: number): void {
    const gradient = this.#gradient;
    const matrix = this.#information;
    const size = this.#size;
    gradient[0]! += slope;
    gradient[attack]! += slope;
    gradient[defence]! -= slope;
    matrix[0]! += information;
    matrix[attack * size]! += information;
    matrix[defence * size]! -= information;
    matrix[attack * size + attack]! += information;
    matrix[defence * size + defence]! += information;
    // Defences come after attacks in the vector, so this is the lower triangle.
    matrix[defence * size + attack]! -= information;
    if (!isHome) return;
    gradient[1]! += slope;
    matrix[size]! += information;
    matrix[size + 1]! += information;
    matrix[attack * size + 1]! += information;
    matrix[defence * size + 1]! -= information;
  }

  #addPrior(): number {
    const { teams } = this.#counts;
    const { shrinkage, prior } = this.#options;
    const size = this.#size;
    let value = 0;
    for (let first = 2; first < size; first += teams) {
      let sum = 0;
      for (let index = first; index < first + teams; index++) {
        const away = this.#point[index]! - (prior ? prior[index - 2]! : 0);
        sum += away;
        value -= 0.5 * shrinkage * away * away;
        this.#gradient[index]! -= shrinkage * away;
        this.#information[index * size + index]! += shrinkage;
      }
      value -= 0.5 * SUM_PENALTY * sum * sum;
      for (let row = first; row < first + teams; row++) {
        this.#gradient[row]! -= SUM_PENALTY * sum;
        for (let col = first; col <= row; col++) this.#information[row * size + col]! += SUM_PENALTY;
      }
    }
    return value;
  }

  direction(): Float64Array {
    const step = this.#gradient.slice(0, this.#size);
    // A team without a match and without a prior has no information at all: leave it where it is.
    for (let index = 0; index < this.#size; index++) this.#information[index * this.#size + index]! += 1e-10;
    solveSymmetric(this.#information, step, this.#size);
    const whole = new Float64Array(this.#size + 1);
    whole.set(step);
    if (this.#options.rho === "fit") whole[this.#size] = this.#gradient[this.#size]! / this.#rhoInformation;
    return whole;
  }

  /** Moves along `step`, halving it until the value does not fall. */
  advance(step: Float64Array, before: number): { value: number; scale: number } {
    const from = this.#point;
    let scale = 1;
    for (let halving = 0; halving < 30; halving++) {
      this.#point = from.map((value, index) => value + scale * step[index]!);
      const value = this.evaluate();
      if (value >= before - 1e-9 * Math.abs(before)) return { value, scale };
      scale /= 2;
    }
    this.#point = from;
    return { value: this.evaluate(), scale: 0 };
  }
}

function meanCount(counts: TeamCounts): number {
  let sum = 0;
  let weights = 0;
  for (let match = 0; match < counts.homeTeam.length; match++) {
    sum += counts.weight[match]! * (counts.homeCount[match]! + counts.awayCount[match]!);
    weights += 2 * counts.weight[match]!;
  }
  if (!(sum > 0)) throw new RangeError("no match with a count to fit to");
  return sum / weights;
}

const logFactorials = new Float64Array(256);
for (let n = 2; n < logFactorials.length; n++) logFactorials[n] = logFactorials[n - 1]! + Math.log(n);

function logFactorial(n: number): number {
  return logFactorials[n]!;
}
