import type { MatchEvent } from "../events/event.ts";
import type { Period } from "../events/period.ts";
import { otherSide, type Side } from "../events/side.ts";
import { randomFrom } from "./random-source.ts";
import {
  endOf,
  fixture,
  fullTime,
  happening,
  lineups,
  numbered,
  play,
  retracted,
  revised,
  startOf,
} from "./example-events.ts";

export interface MatchOptions {
  /** Revisions, retractions, VAR reviews and late confirmations among the events. */
  readonly corrections: boolean;
  readonly knockout?: boolean;
}

/**
 * A whole match as a well-behaved feed sends it, in match order: team sheets, both halves, extra time where it may
 * come.
 */
export function playedMatch(seed: number, { corrections, knockout }: MatchOptions): MatchEvent[] {
  const random = randomFrom(seed);
  const cup = knockout ?? random() < 0.4;
  const match = new Match(random, corrections);
  match.add(fixture({ knockout: cup }), ...lineups());
  match.playPeriod("first_half", 0, 47);
  match.playBreak("first_half", 48);
  match.playPeriod("second_half", 45, 93);
  if (cup && match.isLevel() && random() < 0.9) {
    match.playPeriod("extra_first_half", 90, 106);
    match.playPeriod("extra_second_half", 105, 121);
    if (match.isLevel()) match.shootOut();
  }
  match.add(fullTime());
  return random() < 0.5 ? numbered(match.events) : match.events;
}

class Match {
  readonly events: MatchEvent[] = [];
  readonly #random: () => number;
  readonly #corrections: boolean;
  #lead = 0;
  readonly #onPitch: Record<Side, string[]> = { home: squad("h", 1, 11), away: squad("a", 1, 11) };
  readonly #bench: Record<Side, string[]> = { home: squad("h", 12, 18), away: squad("a", 12, 18) };

  constructor(random: () => number, corrections: boolean) {
    this.#random = random;
    this.#corrections = corrections;
  }

  add(...events: readonly MatchEvent[]): void {
    this.events.push(...events);
  }

  isLevel(): boolean {
    return this.#lead === 0;
  }

  playPeriod(period: Period, from: number, to: number): void {
    this.add(startOf(period));
    for (let minute = from; minute < to; minute += 1 + Math.floor(this.#random() * 7)) this.#something(period, minute);
    this.add(endOf(period));
  }

  /** Cards and substitutions of the break. */
  playBreak(period: Period, minute: number): void {
    const team = this.#side();
    if (this.#random() < 0.2) this.add(play(period, minute, "yellow_card", { team }));
  }

  shootOut(): void {
    this.add(startOf("shoot_out"));
    for (let kick = 0; kick < 5; kick++) {
      this.add(play("shoot_out", 120 + kick, "shootout_kick", { team: "home", payload: { scored: true } }));
      this.add(play("shoot_out", 120 + kick, "shootout_kick", { team: "away", payload: { scored: kick < 4 } }));
    }
    this.add(endOf("shoot_out"));
  }

  #something(period: Period, minute: number): void {
    const random = this.#random;
    const team = this.#side();
    const player = this.#one(this.#onPitch[team]);
    const drawn = random();
    const second = Math.floor(random() * 60);
    const it = (type: string, payload = {}) =>
      play(period, minute, type, { team, second, payload, ...(player ? { player } : {}) });
    if (drawn < 0.14)
      this.#goal(it("goal", { kind: this.#one(["open_play", "open_play", "own_goal", "header"]) }), team);
    else if (drawn < 0.45) this.add(it("corner"));
    else if (drawn < 0.6) this.add(it("yellow_card"));
    else if (drawn < 0.63) this.#sendOff(it(this.#one(["red_card", "second_yellow_card"]) ?? "red_card"), team, player);
    else if (drawn < 0.75) this.#substitute(it, team, player);
    else if (drawn < 0.79) this.#penalty(it("penalty_awarded"), it("penalty_taken", { scored: random() < 0.7 }), team);
    else if (drawn < 0.84)
      this.add(
        happening("odds_update", 3, {
          period,
          minute,
          payload: { market: "match_result", prices: { home: 2 + drawn } },
        }),
      );
    else if (drawn < 0.87) this.add(it("shot"));
    else if (drawn < 0.9) this.add(it("stoppage_time_announced", { minutes: 3 }));
    else if (drawn < 0.93) this.add(it("bet_stop"), it("bet_start"));
    else if (this.#corrections)
      this.#review(it("goal", { confirmation: "tbd" }), it("var_review_started"), it("var_review_ended"), team);
  }

  #goal(goal: MatchEvent, team: Side): void {
    this.add(goal);
    this.#lead += team === "home" ? 1 : -1;
    if (!this.#corrections || this.#random() < 0.6) return;
    if (this.#random() < 0.5) this.add(revised(goal, { player: "h9" }));
    else {
      this.add(retracted(goal));
      this.#lead -= team === "home" ? 1 : -1;
    }
  }

  #review(goal: MatchEvent, started: MatchEvent, ended: MatchEvent, team: Side): void {
    const stands = this.#random() < 0.5;
    this.add(goal, started, ended, revised(goal, { payload: { confirmation: stands ? "confirmed" : "cancelled" } }));
    if (stands) this.#lead += team === "home" ? 1 : -1;
  }

  #penalty(awarded: MatchEvent, taken: MatchEvent, team: Side): void {
    if (this.#corrections && this.#random() < 0.3) return this.add(awarded, retracted(awarded));
    this.add(awarded, taken);
    if (!("scored" in taken.payload) || taken.payload.scored !== true) return;
    const { period = "first_half", minute = 0, second = 0 } = taken;
    const player = this.#one(this.#onPitch[team]) ?? "h9";
    this.#goal(play(period, minute, "goal", { team, second, player, payload: { kind: "penalty" } }), team);
  }

  #sendOff(card: MatchEvent, team: Side, player: string | undefined): void {
    this.add(card);
    this.#onPitch[team] = this.#onPitch[team].filter((id) => id !== player);
  }

  #substitute(it: (type: string, payload: object) => MatchEvent, team: Side, playerOut?: string): void {
    const playerIn = this.#bench[team].shift();
    if (!playerIn || !playerOut) return;
    this.add(it("substitution", { playerIn, playerOut }));
    this.#onPitch[team] = [...this.#onPitch[team].filter((id) => id !== playerOut), playerIn];
  }

  #side(): Side {
    return this.#random() < 0.5 ? "home" : otherSide("home");
  }

  #one<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}

function squad(prefix: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_unused, index) => `${prefix}${from + index}`);
}
