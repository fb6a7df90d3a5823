import type { MatchEventInput } from "@touchline/domain";
import { type LiveMatch, takenBack } from "../faults/support/live-match.ts";

/** Draws what happens next in a match. Most of it forbids older prices. */
export class RandomEvents {
  readonly #match: LiveMatch;
  readonly #random: () => number;
  readonly #goals: MatchEventInput[] = [];

  /** @param random from 0 to 1 */
  constructor(match: LiveMatch, random: () => number) {
    this.#match = match;
    this.#random = random;
  }

  next(): MatchEventInput {
    const team = this.#random() < 0.5 ? "home" : "away";
    const last = this.#goals.at(-1);
    const draw = this.#random();
    if (draw < 0.2 && last && last.revision === undefined) {
      this.#goals.pop();
      return takenBack(last);
    }
    if (draw < 0.6) {
      const goal = this.#match.goal(team);
      this.#goals.push(goal);
      return goal;
    }
    return draw < 0.7 ? this.#match.happening("red_card", team) : this.#match.corner(team);
  }
}
