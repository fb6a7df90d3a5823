import { type MatchEvent, type Side, SIDES } from "@touchline/domain";
import type { Random } from "../../seeded-random.ts";

/** Who may appear in an injected story: the players of both team sheets. */
export interface Cast {
  readonly random: Random;
  side(): Side;
  starter(side: Side): string;
  reserve(side: Side): string;
}

export function castOf(events: readonly MatchEvent[], random: Random): Cast {
  const sheets = new Map(SIDES.map((side) => [side, sheetOf(events, side)]));
  return {
    random,
    side: () => random.pick(SIDES),
    starter: (side) => random.pick(sheets.get(side)?.starters ?? []),
    reserve: (side) => random.pick(sheets.get(side)?.bench ?? []),
  };
}

interface Sheet {
  readonly starters: readonly string[];
  readonly bench: readonly string[];
}

function sheetOf(events: readonly MatchEvent[], side: Side): Sheet {
  const sheet = events.findLast(({ type, team }) => type === "lineup_confirmed" && team === side);
  const players: Readonly<Record<string, unknown>> = sheet?.payload ?? {};
  const starters = idsOf(players["starters"]);
  const bench = idsOf(players["bench"]);
  // A match without team sheets still needs somebody to be told about.
  return {
    starters: starters.length > 0 ? starters : [`${side}-1`],
    bench: bench.length > 0 ? bench : [`${side}-12`],
  };
}

function idsOf(players: unknown): string[] {
  if (!Array.isArray(players)) return [];
  return players.flatMap((player: unknown) =>
    typeof player === "object" && player !== null && "id" in player ? [String(player.id)] : [],
  );
}
