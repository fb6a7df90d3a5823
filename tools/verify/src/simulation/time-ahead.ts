import type { ClockProfile, InPlayParams, Situation } from "@touchline/model";

export interface Moment {
  readonly half: "first" | "second";
  /** Minutes since the half began. */
  readonly minute: number;
}

/** A piece of the clock that is still to be played. */
interface Piece {
  readonly half: Moment["half"];
  readonly from: number;
  readonly to: number;
  /** What the piece weighs, as a share of a whole match. */
  readonly weight: number;
}

const HALF = 45;
const HALVES = ["first", "second"] as const;

/** The rest of the 90 minutes on the clock, and what each piece of it weighs under one profile. */
export class TimeAhead {
  readonly #pieces: Piece[] = [];
  /** Share of a match still to come, and that of the first half. */
  readonly total: number;
  readonly first: number;
  /** Share of a match that has been played. */
  readonly played: number;

  constructor(now: Situation, profile: ClockProfile, params: InPlayParams) {
    const reached = { pre_match: 0, first_half: 0, half_time: 1, second_half: 1 }[now.stage as string] ?? 2;
    const stoppageWeight = { first: profile.firstStoppagePerMinute, second: profile.secondStoppagePerMinute };
    const width = (half: Moment["half"]): number => HALF / profile[half].length;
    let whole = 0;
    for (const half of HALVES) {
      for (const bin of profile[half]) whole += bin;
      whole += now.expectedStoppage[half] * stoppageWeight[half];
    }
    let played = 0;
    for (const [index, half] of HALVES.entries()) {
      const running = now.stage === `${half}_half`;
      const elapsed = index < reached ? HALF + now.expectedStoppage[half] : running ? now.minute : 0;
      for (const [number, bin] of profile[half].entries()) {
        const from = number * width(half);
        const to = from + width(half);
        const gone = Math.min(1, Math.max(0, (elapsed - from) / (to - from)));
        played += gone * bin;
        if (index >= reached && gone < 1)
          this.#pieces.push({ half, from: from + gone * (to - from), to, weight: ((1 - gone) * bin) / whole });
      }
      const overtime = Math.max(0, elapsed - HALF);
      played += overtime * stoppageWeight[half];
      if (index < reached) continue;
      const left = stoppageAhead(half, overtime, now, params);
      const from = Math.max(HALF, elapsed);
      this.#pieces.push({ half, from, to: from + left, weight: (left * stoppageWeight[half]) / whole });
    }
    this.first = this.#weightOf((piece) => piece.half === "first");
    this.total = this.#weightOf(() => true);
    this.played = played / whole;
  }

  /** The moment at which a share of the match will have been played from now. */
  momentAfter(share: number): Moment {
    let before = 0;
    for (const { half, from, to, weight } of this.#pieces) {
      if (share < before + weight) return { half, minute: from + ((share - before) / weight) * (to - from) };
      before += weight;
    }
    const last = this.#pieces.at(-1);
    return { half: last?.half ?? "second", minute: last?.to ?? HALF };
  }

  #weightOf(counts: (piece: Piece) => boolean): number {
    return this.#pieces.filter(counts).reduce((sum, { weight }) => sum + weight, 0);
  }
}

/** Minutes of stoppage that are still expected: never quite none while the half goes on. */
function stoppageAhead(half: Moment["half"], played: number, now: Situation, params: InPlayParams): number {
  const announced = now.stoppage[half];
  const expected = announced === undefined ? now.expectedStoppage[half] : announced + params.stoppageOverrun;
  if (played === 0) return expected;
  const spread = announced === undefined ? params.stoppageSpread.expected[half] : params.stoppageSpread.announced;
  const bend = Math.min(0.8 * spread, expected);
  const distance = expected - bend ** 2 / expected - played;
  return (distance + Math.hypot(distance, 2 * bend)) / 2;
}
