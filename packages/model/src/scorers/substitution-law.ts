import type { Fixture } from "@touchline/domain";
import { halvesPlayed, type Situation } from "../situation/situation.ts";
import type { Position } from "./position.ts";

/**
 * Substitutions a side may make. Three by the laws of the game until May 2020 and five since June 2022; in between
 * five where the competition chose so, which all but the Premier League did.
 */
export function substitutionsAllowed({ competition, season, kickoff }: Fixture): 3 | 5 {
  const start = seasonStart(season) ?? seasonOf(kickoff);
  if (start >= 2022) return 5;
  if (start < 2020) return 3;
  return THREE_UNTIL_2022.has(competition) ? 3 : 5;
}

const THREE_UNTIL_2022: ReadonlySet<string> = new Set(["E0", "ENG-Premier League", "Premier League"]);

/** `2017/18` and the like; a replay kicks off today and still plays by the laws of its season. */
function seasonStart(season: string | undefined): number | undefined {
  const year = /^(\d{4})/.exec(season ?? "")?.[1];
  return year === undefined ? undefined : Number(year);
}

function seasonOf(kickoff: string): number {
  const day = new Date(kickoff);
  return day.getUTCFullYear() - (day.getUTCMonth() < 6 ? 1 : 0);
}

/** Share of the substitutions allowed that are made by a minute of the half: 6,047 of 6,396, three leagues 2017/18. */
const MADE_BY = {
  first: [
    [0, 0],
    [30, 0.0206],
    [45, 0.0397],
  ],
  second: [
    // Those of half-time are known once play has gone on for a while; its start alone says nothing of them.
    [0, 0.0397],
    [1, 0.1045],
    [5, 0.1107],
    [10, 0.1331],
    [15, 0.2022],
    [20, 0.3154],
    [25, 0.4298],
    [30, 0.5622],
    [35, 0.7037],
    [40, 0.8358],
    [45, 0.9248],
  ],
} as const;
/** Some substitutions are never made. */
export const MADE_BY_THE_END = 0.9454;

/**
 * How eager a man is to leave the pitch and to come on, by position: -ln(1 - share), from the shares of starters who
 * left (GK 0.008, DF 0.108, MD 0.376, FW 0.463) and of substitutes who came on (0.009, 0.234, 0.530, 0.657).
 */
export const LEAVES: Readonly<Record<Position, number>> = { GK: 0.008, DF: 0.114, MD: 0.472, FW: 0.622 };
export const ENTERS: Readonly<Record<Position, number>> = { GK: 0.009, DF: 0.267, MD: 0.755, FW: 1.07 };
/** Who has come on leaves a twentieth as often as who has started. */
export const LEAVES_AGAIN = 0.05;

/** Share of the substitutions allowed made by `minute` of a half, regular time of it only. */
export function madeBy(half: "first" | "second", minute: number): number {
  const steps = MADE_BY[half];
  for (let index = 1; index < steps.length; index++) {
    const [from, low] = steps[index - 1]!;
    const [to, high] = steps[index]!;
    if (minute <= to) return low + ((high - low) * (minute - from)) / (to - from);
  }
  return steps.at(-1)![1];
}

/** Share made by now. @param stoppageLeft of the second half's stoppage, the share still to be played: 1 before it */
export function madeByNow({ stage, minute }: Situation, stoppageLeft: number): number {
  const played = halvesPlayed(stage);
  if (played === 2) return MADE_BY_THE_END;
  if (stage === "pre_match") return 0;
  if (stage === "first_half") return madeBy("first", minute);
  if (stage === "half_time") return madeBy("second", 0);
  if (minute <= 45) return madeBy("second", minute);
  return MADE_BY_THE_END - (MADE_BY_THE_END - madeBy("second", 45)) * stoppageLeft;
}

/**
 * Chances that each of some men is among the first `number` drawn without return, in proportion to how eager they are:
 * the men of a race of exponential times who are in by the time at which `number` are expected to be.
 */
export function drawnChances(eagerness: readonly number[], number: number): number[] {
  const able = eagerness.filter((value) => value > 0);
  if (number <= 0 || able.length === 0) return eagerness.map(() => 0);
  if (number >= able.length) return eagerness.map((value) => (value > 0 ? 1 : 0));
  let time = 0;
  // Newton from below on a concave function: it rises to the root and never passes it.
  for (let round = 0; round < 60; round++) {
    let drawn = 0;
    let rate = 0;
    for (const value of able) {
      const left = Math.exp(-value * time);
      drawn += 1 - left;
      rate += value * left;
    }
    const step = (number - drawn) / rate;
    if (!(step > 1e-12 * (1 + time))) break;
    time += step;
  }
  return eagerness.map((value) => -Math.expm1(-value * time));
}
