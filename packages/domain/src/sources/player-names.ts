import type { MatchEvent } from "../events/event.ts";
import type { PayloadOf } from "../events/event-payloads.ts";

/**
 * Which names of players are known to be of two. Each source may call the same player otherwise, so two names are two
 * players only where one team sheet holds both.
 */
export class PlayerNames {
  readonly #sheets: readonly ReadonlySet<string>[];

  constructor(standing: readonly MatchEvent[]) {
    this.#sheets = standing
      .filter(({ type }) => type === "lineup_confirmed")
      .map(({ payload }) => {
        const { starters, bench } = payload as PayloadOf<"lineup_confirmed">;
        return new Set([...starters, ...bench].map(({ id }) => id));
      });
  }

  areOthers(a: string, b: string): boolean {
    return a !== b && this.#sheets.some((sheet) => sheet.has(a) && sheet.has(b));
  }
}

/** The player whom an event is about: of a substitution the one who leaves. */
export function playerOf({ type, player, payload }: MatchEvent): string | undefined {
  if (type !== "substitution") return player;
  const { playerOut, playerIn } = payload as PayloadOf<"substitution">;
  return playerOut ?? playerIn ?? player;
}
