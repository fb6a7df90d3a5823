import type { Lineup } from "@touchline/domain";
import { type LinedUpPlayer, SUBSTITUTION_LAW } from "@touchline/model";
import type { RandomDraws } from "./random-draws.ts";

type Position = LinedUpPlayer["position"];

/** A substitution at a place on the clock; see `placeOf`. */
interface Change {
  readonly at: number;
  readonly into: string;
  readonly out: string;
}

/** Minutes since kick-off with the second half from 1000 on, so that stoppage comes before the half after it. */
export const placeOf = (half: "first" | "second", minute: number): number => (half === "second" ? 1_000 : 0) + minute;

/** One side's men over the rest of one match that might be. */
export class SquadPath {
  readonly #positions: ReadonlyMap<string, Position>;
  readonly #start: ReadonlySet<string>;
  readonly #changes: readonly Change[];
  readonly #draws: RandomDraws;

  /** @param until place on the clock at which the match will end */
  constructor(lineup: Lineup, left: number, now: number, until: number, draws: RandomDraws) {
    this.#draws = draws;
    this.#positions = new Map([...lineup.starters, ...lineup.bench].map(({ id, position }) => [id, position ?? "MD"]));
    this.#start = new Set(lineup.onPitch);
    this.#changes = this.#drawChanges(lineup, left, now, until);
  }

  /** Substitutes who have come on by then. */
  cameOnBy(place: number): string[] {
    return this.#changes.filter(({ at }) => at <= place).map(({ into }) => into);
  }

  /** Who scores a goal at that place, of those on the pitch. */
  scorerAt(place: number, penalty: boolean): string {
    const on = [...this.#onAt(place)];
    const weights = penalty ? SUBSTITUTION_LAW.takes : SUBSTITUTION_LAW.scores;
    return on[this.#draws.weighted(on.map((id) => weights[this.#positions.get(id) ?? "MD"]))] ?? "";
  }

  #onAt(place: number): Set<string> {
    const on = new Set(this.#start);
    for (const { at, into, out } of this.#changes)
      if (at <= place) {
        on.delete(out);
        on.add(into);
      }
    return on;
  }

  #drawChanges(lineup: Lineup, left: number, now: number, until: number): Change[] {
    const made = madeAt(now, until);
    const times = Array.from({ length: left }, () => placeWhere(made + this.#draws.uniform() * (1 - made), until));
    const on = [...lineup.onPitch];
    const bench = lineup.bench
      .map(({ id }) => id)
      .filter((id) => !lineup.onPitch.includes(id) && !lineup.left.includes(id));
    const fresh = new Set(lineup.entered.map(({ player }) => player));
    const changes: Change[] = [];
    for (const at of times.filter((time) => time !== undefined).sort((a, b) => a - b)) {
      const { leaves, enters, leavesAgain } = SUBSTITUTION_LAW;
      const eager = on.map((id) => leaves[this.#positions.get(id) ?? "MD"] * (fresh.has(id) ? leavesAgain : 1));
      const out = on.splice(this.#draws.weighted(eager), 1)[0];
      const into = bench.splice(this.#draws.weighted(bench.map((id) => enters[this.#positions.get(id) ?? "MD"])), 1)[0];
      if (out === undefined || into === undefined) break;
      on.push(into);
      fresh.add(into);
      changes.push({ at, into, out });
    }
    return changes;
  }
}

/** Points of the curve: place on the clock, share of the substitutions allowed that is made by it. */
function curve(until: number): (readonly [number, number])[] {
  const { first, second } = SUBSTITUTION_LAW.madeBy;
  return [
    ...first.map(([minute, made]) => [minute, made] as const),
    ...second.map(([minute, made]) => [1_000 + minute, made] as const),
    [until, SUBSTITUTION_LAW.madeByTheEnd],
  ];
}

function madeAt(place: number, until: number): number {
  const points = curve(until);
  for (const [index, [to, high]] of points.entries()) {
    if (place > to) continue;
    const [from, low] = points[index - 1] ?? [to, high];
    return to === from ? high : low + ((high - low) * (place - from)) / (to - from);
  }
  return SUBSTITUTION_LAW.madeByTheEnd;
}

function placeWhere(made: number, until: number): number | undefined {
  const points = curve(until);
  for (const [index, [to, high]] of points.entries()) {
    if (made > high) continue;
    const [from, low] = points[index - 1] ?? [to, high];
    return high === low ? from : from + ((to - from) * (made - low)) / (high - low);
  }
  return undefined;
}
