import { CATALOGUE, findMarket } from "../../markets/catalogue.ts";
import type { MatchEvent } from "../event.ts";
import { type EventType, GOAL_KINDS, POSITIONS } from "../event-payloads.ts";
import { type EventWarning, meant, shown, textsOf } from "./event-warning.ts";
import { CATEGORIES } from "../../markets/market.ts";

/** What of an event's payload has no effect. @param sent the payload as it came   @param event the event, read */
export function payloadWarnings(type: EventType, sent: unknown, event: MatchEvent): EventWarning[] {
  const payload = textsOf(sent);
  if (type === "goal")
    return unknownWord("unknown_kind", "payload.kind", payload["kind"], GOAL_KINDS, "it counts as open_play");
  if (type === "lineup_confirmed")
    return [...positionsIn(payload["starters"], "starters"), ...positionsIn(payload["bench"], "bench")].slice(
      0,
      MOST_LISTED,
    );
  if (PRICES.has(type)) return marketWarnings(event);
  return [...groupWarnings(event), ...nothingReported(type, event)];
}

const PRICES: ReadonlySet<EventType> = new Set(["odds_update", "odds_steam", "line_movement", "sharp_money"]);

/** Of a list as many as a reader can take in. */
const MOST_LISTED = 3;
const GROUPS = ["all", ...CATEGORIES] as const;

function unknownWord(
  code: EventWarning["code"],
  path: string,
  word: unknown,
  known: readonly string[],
  effect: string,
): EventWarning[] {
  if (word === undefined || word === null || known.includes(word as string)) return [];
  const text = typeof word === "string" ? word : JSON.stringify(word);
  return [{ code, path, message: `${shown(text)} is none of ${known.join(", ")}: ${effect}${meant(text, known)}` }];
}

function positionsIn(players: unknown, list: string): EventWarning[] {
  return (Array.isArray(players) ? players : []).flatMap((player, index) =>
    unknownWord(
      "unknown_position",
      `payload.${list}.${index}.position`,
      textsOf(player).position,
      POSITIONS,
      "the position is taken for unknown",
    ),
  );
}

function groupWarnings({ payload }: MatchEvent): EventWarning[] {
  const groups = "groups" in payload ? payload.groups : undefined;
  if (!Array.isArray(groups)) return [];
  return groups
    .flatMap((group: unknown, index) =>
      unknownWord("unknown_group", `payload.groups.${index}`, group, GROUPS, "it stops nothing"),
    )
    .slice(0, MOST_LISTED);
}

function marketWarnings({ payload }: MatchEvent): EventWarning[] {
  const { market: id, prices, outcome } = textsOf(payload);
  if (typeof id !== "string") return [];
  const market = findMarket(id);
  if (!market)
    return [
      {
        code: "unknown_market",
        path: "payload.market",
        message: `no market is called ${id}, so its prices have no effect${meant(id, MARKET_IDS)} (GET /v1/markets lists them)`,
      },
    ];
  // Scorers depend on the team sheets.
  if (market.outcomes.length === 0) return [];
  const named = prices === undefined ? [] : Object.keys(textsOf(prices));
  const sent = typeof outcome === "string" ? [...named, outcome] : named;
  const unknown = sent.filter((name) => !market.outcomes.includes(name));
  const missing = market.outcomes.filter((name) => !named.includes(name));
  return [
    ...unknown
      .slice(0, MOST_LISTED)
      .flatMap((name) =>
        unknownWord("unknown_outcome", "payload.prices", name, market.outcomes, `${id} has no such outcome`),
      ),
    ...(prices !== undefined && missing.length > 0
      ? [
          {
            code: "partial_book" as const,
            path: "payload.prices",
            message: `${id} is no full book without ${missing.slice(0, MOST_LISTED).join(", ")}: no probabilities follow from it`,
          },
        ]
      : []),
  ];
}

const MARKET_IDS = CATALOGUE.map(({ id }) => id);

/** Fields without which an event of the type says nothing. */
const TELLING: Readonly<Partial<Record<EventType, string>>> = {
  stoppage_time_announced: "minutes",
  goalkeeper_change: "goalkeeper",
  formation_change: "formation",
  referee_assigned: "referee",
  venue_changed: "venue",
};

function nothingReported(type: EventType, { payload }: MatchEvent): EventWarning[] {
  const field = TELLING[type];
  if (field === undefined || textsOf(payload)[field] !== undefined) return [];
  return [{ code: "nothing_told", path: `payload.${field}`, message: `${type} without ${field} says nothing` }];
}
