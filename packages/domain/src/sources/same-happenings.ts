/** What is compared of two reports of the same kind and side. */
export interface Report {
  /** Match clock in seconds; undefined where the source reports none. */
  readonly clock: number | undefined;
  /** By how many seconds the clock may be off, because only its minute is known. */
  readonly slack: number;
  readonly period: string | undefined;
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly player: string | undefined;
}

export interface Sameness {
  /** How far apart two reports of one happening may lie, in seconds; Infinity where their number alone decides. */
  readonly withinSeconds: number;
  /** Whether two players are known to be two: a booking of one is then none of the other. */
  readonly areOthers: (a: string, b: string) => boolean;
}

/** Pairs that are compared one by one. More than that in one group is no football, and is paired in passing. */
const MAX_PAIRS = 40_000;

/**
 * Which reports of one source are what another has reported: as many pairs as possible, none of them crossing, and of
 * those the nearest. Both lists stand in match order.
 * @returns for each of `theirs` the place in `ours` of the same happening; undefined where there is none
 */
export function sameHappenings(
  ours: readonly Report[],
  theirs: readonly Report[],
  sameness: Sameness,
): (number | undefined)[] {
  if (ours.length === 0 || theirs.length === 0) return theirs.map(() => undefined);
  return ours.length * theirs.length > MAX_PAIRS
    ? pairedInPassing(ours, theirs, sameness)
    : pairedBest(ours, theirs, sameness);
}

/** A pair is worth more than any number of seconds. */
const PAIR = 1_000;
/** Two names for a scorer make another pair the better one, where there is one. */
const OTHER_PLAYER = 0.5;

/** What a pair is worth; undefined where the two cannot be one happening. */
function worthOf(a: Report, b: Report, { withinSeconds, areOthers }: Sameness): number | undefined {
  if (a.period !== undefined && b.period !== undefined && a.period !== b.period) return undefined;
  if (withinSeconds === Infinity) return PAIR;
  const apart = secondsBetween(a, b);
  if (apart > withinSeconds) return undefined;
  const hasOther = a.player !== undefined && b.player !== undefined && a.player !== b.player;
  if (hasOther && areOthers(a.player, b.player)) return undefined;
  return PAIR - apart / withinSeconds - (hasOther ? OTHER_PLAYER : 0);
}

function secondsBetween(a: Report, b: Report): number {
  if (a.clock === undefined || b.clock === undefined) return Math.abs(a.at - b.at) / 1_000;
  return Math.max(0, Math.abs(a.clock - b.clock) - a.slack - b.slack);
}

/** The best alignment of two sequences, as for texts. */
function pairedBest(ours: readonly Report[], theirs: readonly Report[], sameness: Sameness): (number | undefined)[] {
  const width = theirs.length + 1;
  const best = new Float64Array((ours.length + 1) * width);
  const cell = (i: number, j: number): number => best[i * width + j] ?? 0;
  const worth = (i: number, j: number): number | undefined => {
    const [a, b] = [ours[i], theirs[j]];
    return a && b && worthOf(a, b, sameness);
  };
  for (let i = ours.length - 1; i >= 0; i--)
    for (let j = theirs.length - 1; j >= 0; j--) {
      const pair = worth(i, j);
      const paired = pair === undefined ? -1 : pair + cell(i + 1, j + 1);
      best[i * width + j] = Math.max(paired, cell(i + 1, j), cell(i, j + 1));
    }
  const found: (number | undefined)[] = theirs.map(() => undefined);
  for (let i = 0, j = 0; i < ours.length && j < theirs.length;) {
    const pair = worth(i, j);
    if (pair !== undefined && cell(i, j) === pair + cell(i + 1, j + 1)) found[j++] = i++;
    else if (cell(i, j) === cell(i + 1, j)) i++;
    else j++;
  }
  return found;
}

function pairedInPassing(
  ours: readonly Report[],
  theirs: readonly Report[],
  sameness: Sameness,
): (number | undefined)[] {
  const found: (number | undefined)[] = theirs.map(() => undefined);
  for (let i = 0, j = 0; i < ours.length && j < theirs.length;) {
    const [a, b] = [ours[i], theirs[j]];
    if (a && b && worthOf(a, b, sameness) !== undefined) found[j++] = i++;
    else if (a && b && a.at <= b.at) i++;
    else j++;
  }
  return found;
}
