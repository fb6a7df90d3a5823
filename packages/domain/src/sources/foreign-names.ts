import type { MatchEvent } from "../events/event.ts";
import type { PayloadOf } from "../events/event-payloads.ts";
import type { Side } from "../events/side.ts";

/**
 * The events that count, without names of players that the team sheets which count do not know: a source that stands in
 * may call every player otherwise. Its red card is one of a player who is not known, not one of somebody who is not on
 * the pitch, and its substitution brings on somebody whose name is not known.
 *
 * @param counting events that count   @param standing all events: a source that uses one name of the sheet uses all of
 * them
 */
export function withoutForeignNames(counting: readonly MatchEvent[], standing: readonly MatchEvent[]): MatchEvent[] {
  const sheets = namesBy(
    counting.filter(({ type }) => type === "lineup_confirmed"),
    sideKey,
  );
  if (sheets.size === 0) return [...counting];
  const used = namesBy(standing, (event) => `${event.source} ${sideKey(event)}`);
  return counting.map((event) => {
    const sheet = sheets.get(sideKey(event));
    const names = used.get(`${event.source} ${sideKey(event)}`);
    if (!sheet || !names || namesIn(event).length === 0) return event;
    return [...names].some((name) => sheet.has(name)) ? event : nameless(event);
  });
}

function sideKey({ team }: MatchEvent): Side | "" {
  return team ?? "";
}

function namesBy(events: readonly MatchEvent[], keyOf: (event: MatchEvent) => string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const event of events) {
    const key = keyOf(event);
    const names = found.get(key) ?? new Set();
    for (const name of namesIn(event)) names.add(name);
    found.set(key, names);
  }
  return found;
}

function namesIn({ type, player, payload }: MatchEvent): string[] {
  const own = player === undefined ? [] : [player];
  switch (type) {
    case "lineup_confirmed": {
      const { starters, bench } = payload as PayloadOf<"lineup_confirmed">;
      return [...starters, ...bench].map(({ id }) => id);
    }
    case "substitution": {
      const { playerIn, playerOut } = payload as PayloadOf<"substitution">;
      return [...own, playerIn, playerOut].filter((name) => name !== undefined);
    }
    case "goalkeeper_change": {
      const { goalkeeper } = payload as PayloadOf<"goalkeeper_change">;
      return [...own, goalkeeper].filter((name) => name !== undefined);
    }
    default:
      return own;
  }
}

/** Made once for each event: it is asked for with every event that follows. */
const known = new WeakMap<MatchEvent, MatchEvent>();

function nameless(event: MatchEvent): MatchEvent {
  const found = known.get(event);
  if (found) return found;
  const { player: _player, payload, ...rest } = event;
  const made: MatchEvent = { ...rest, payload: withoutNames(event.type, payload) };
  known.set(event, made);
  return made;
}

function withoutNames(type: string, payload: MatchEvent["payload"]): MatchEvent["payload"] {
  if (type !== "substitution" && type !== "goalkeeper_change") return payload;
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !NAMES.has(name)));
}

const NAMES: ReadonlySet<string> = new Set(["playerIn", "playerOut", "goalkeeper"]);
