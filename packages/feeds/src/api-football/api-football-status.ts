import { PERIODS, type Period } from "@touchline/domain";

/** What a status says of the match: the periods that have begun, those that have ended, and its end. */
export interface StatusFrame {
  readonly begun: readonly Period[];
  readonly ended: readonly Period[];
  readonly last?: "full_time" | "abandoned" | "postponed" | undefined;
}

/**
 * `fixture.status.short`. ET stands for both halves of extra time and the break between them, so only its first half
 * is known to have begun; LIVE says no more than that play is on, and so does every word that is not known.
 * @param extraTimePlayed false where a shoot-out followed the ninety minutes at once
 */
export function frameOf(short: string, extraTimePlayed: boolean): StatusFrame {
  const played = (period: Period): boolean => extraTimePlayed || !period.startsWith("extra_");
  const upTo = (begun: number, ended: number, last?: StatusFrame["last"]): StatusFrame => ({
    begun: PERIODS.slice(0, begun).filter(played),
    ended: PERIODS.slice(0, ended).filter(played),
    ...(last ? { last } : {}),
  });
  switch (short) {
    case "1H":
      return upTo(1, 0);
    case "HT":
      return upTo(1, 1);
    case "2H":
      return upTo(2, 1);
    case "BT":
      return upTo(2, 2);
    case "ET":
      return upTo(3, 2);
    case "P":
      return upTo(5, 4);
    case "FT":
      return upTo(2, 2, "full_time");
    case "AET":
      return upTo(4, 4, "full_time");
    case "PEN":
      return upTo(5, 5, "full_time");
    case "PST":
      return { begun: [], ended: [], last: "postponed" };
    case "CANC":
    case "ABD":
    case "SUSP":
    case "INT":
      // Play that is interrupted may go on: then the row is missing from the next list, and taken back.
      return { begun: [], ended: [], last: "abandoned" };
    default:
      return { begun: [], ended: [] };
  }
}

export const KNOWN_STATUS: ReadonlySet<string> = new Set(
  ["TBD", "NS", "1H", "HT", "2H", "BT", "ET", "P", "FT", "AET", "PEN"].concat([
    "PST",
    "CANC",
    "ABD",
    "SUSP",
    "INT",
    "LIVE",
  ]),
);
