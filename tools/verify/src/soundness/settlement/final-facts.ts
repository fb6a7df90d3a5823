import type { MatchEvent, Side } from "@touchline/domain";

/** Home, away. */
export type Two = readonly [home: number, away: number];

export interface FinalGoal {
  readonly side: Side;
  readonly period: string;
  /** Elapsed minute; null where the feed does not say. */
  readonly minute: number | null;
  readonly player: string | null;
  readonly own: boolean;
}

/**
 * What a match came to, counted straight from its events and its final whistle. Deliberately naive and apart from the
 * fold: settlements are checked against it, so it must not share the fold's mistakes.
 */
export interface FinalFacts {
  readonly firstHalf: Two;
  readonly secondHalf: Two;
  readonly fullTime: Two;
  /** Undefined when there was none. */
  readonly extraTime: Two | undefined;
  readonly shootOut: Two | undefined;
  /** Goals of regular time, in match order. */
  readonly goals: readonly FinalGoal[];
  readonly corners: Two;
  readonly firstHalfCorners: Two;
  readonly cards: Two;
  readonly firstHalfCards: Two;
  readonly penalties: number;
  readonly reds: number;
  readonly squad: readonly string[];
  readonly played: ReadonlySet<string>;
  /** Those who had been on the pitch when the first goal fell that was no own goal; all of `played` without one. */
  readonly playedByFirstGoal: ReadonlySet<string>;
  /** Where the final whistle's own account differs from the events: the feed contradicts itself. */
  readonly contradictions: readonly string[];
}

const CARDS: ReadonlySet<string> = new Set(["yellow_card", "second_yellow_card", "red_card"]);
const DISALLOWED: ReadonlySet<unknown> = new Set(["possible", "cancelled"]);
const HALVES = ["first_half", "second_half"];

/** @param events the match as it stands at the end: each event once, in its last word, in match order */
export function finalFactsOf(events: readonly MatchEvent[]): FinalFacts {
  const count = (types: readonly string[], periods: readonly string[]): Two => {
    const counted = events.filter(({ type, period }) => types.includes(type) && periods.includes(period ?? ""));
    return twoOf(counted.map(({ team }) => team));
  };
  const goals = goalsIn(events, HALVES);
  const extraGoals = goalsIn(events, ["extra_first_half", "extra_second_half"]);
  const happened = (period: string): boolean => events.some((event) => event.period === period);
  const kicks = events.filter(
    ({ type, period, payload }) =>
      (period === "shoot_out" && type === "goal") ||
      ((type === "shootout_kick" || (period === "shoot_out" && type === "penalty_taken")) &&
        "scored" in payload &&
        payload.scored),
  );
  const shown = cardsIn(events);
  const cards = (periods: readonly string[]): Two =>
    twoOf(shown.filter(({ period }) => periods.includes(period ?? "")).map(({ team }) => team));
  const facts = {
    firstHalf: twoOf(goals.filter(({ period }) => period === "first_half").map(({ side }) => side)),
    secondHalf: twoOf(goals.filter(({ period }) => period === "second_half").map(({ side }) => side)),
    fullTime: twoOf(goals.map(({ side }) => side)),
    extraTime: happened("extra_first_half") ? twoOf(extraGoals.map(({ side }) => side)) : undefined,
    shootOut: happened("shoot_out") ? twoOf(kicks.map(({ team }) => team)) : undefined,
    goals,
    corners: count(["corner"], HALVES),
    firstHalfCorners: count(["corner"], ["first_half"]),
    cards: cards(HALVES),
    firstHalfCards: cards(["first_half"]),
    penalties: events.filter(({ type, period }) => type === "penalty_awarded" && period !== "shoot_out").length,
    reds: shown.filter(({ type, period }) => type !== "yellow_card" && HALVES.includes(period ?? "")).length,
    ...playersOf(events),
  };
  // The sheet counts cards that were shown to anybody.
  const sheet = { ...facts, cards: count([...CARDS], HALVES) };
  return { ...facts, contradictions: contradictionsOf(events, sheet) };
}

/** Cards of players who are playing: no coach, nobody who has yet to come on, has left or has been sent off. */
function cardsIn(events: readonly MatchEvent[]): MatchEvent[] {
  const gone = new Set<string>();
  const came = new Set<string>();
  const unnamed = new Set<string | undefined>();
  const counted: MatchEvent[] = [];
  for (const event of events) {
    const { type, player, payload } = event;
    if (type === "lineup_confirmed") for (const starter of idsOf(payload, "starters")) came.add(starter);
    if (type === "substitution") {
      // Whoever it was may be shown a card as well.
      if ("playerIn" in payload) came.add(String(payload.playerIn));
      else unnamed.add(event.team);
      if ("playerOut" in payload) gone.add(String(payload.playerOut));
    }
    if (!CARDS.has(type) || ("shownTo" in payload && payload.shownTo === "staff")) continue;
    const isKnown = player === undefined || came.size === 0 || came.has(player) || unnamed.has(event.team);
    if (!isKnown || (player !== undefined && gone.has(player))) continue;
    counted.push(event);
    if (type !== "yellow_card" && player !== undefined) gone.add(player);
  }
  return counted;
}

function goalsIn(events: readonly MatchEvent[], periods: readonly string[]): FinalGoal[] {
  return events.flatMap(({ type, team, player, period = "", minute, payload }) => {
    if (type !== "goal" || !team || !periods.includes(period)) return [];
    if ("confirmation" in payload && DISALLOWED.has(payload.confirmation)) return [];
    const own = "kind" in payload && payload.kind === "own_goal";
    return [{ side: team, period, minute: minute ?? null, player: player ?? null, own }];
  });
}

function playersOf(events: readonly MatchEvent[]): Pick<FinalFacts, "squad" | "played" | "playedByFirstGoal"> {
  const sheets = events.filter(({ type }) => type === "lineup_confirmed").map(({ payload }) => payload);
  const starters = sheets.flatMap((sheet) => idsOf(sheet, "starters"));
  const reserves = sheets.flatMap((sheet) => idsOf(sheet, "bench"));
  const first = events.findIndex((event) => goalsIn([event], HALVES).some(({ own }) => !own));
  return {
    squad: [...starters, ...reserves],
    played: new Set([...starters, ...substitutesIn(events)]),
    playedByFirstGoal: new Set([...starters, ...substitutesIn(first < 0 ? events : events.slice(0, first))]),
  };
}

function substitutesIn(events: readonly MatchEvent[]): string[] {
  // Scorers are those of regular time, so who comes on later has not played.
  return events.flatMap(({ type, period = "", payload }) =>
    type === "substitution" && !period.startsWith("extra_") && "playerIn" in payload ? [String(payload.playerIn)] : [],
  );
}

function idsOf(payload: object, list: "starters" | "bench"): string[] {
  const players: unknown = Object.entries(payload).find(([name]) => name === list)?.[1];
  return Array.isArray(players) ? players.map((player: { id: string | number }) => String(player.id)) : [];
}

function twoOf(sides: readonly (Side | undefined)[]): Two {
  return [sides.filter((side) => side === "home").length, sides.filter((side) => side === "away").length];
}

type Counted = Pick<FinalFacts, "firstHalf" | "fullTime" | "corners" | "cards">;

function contradictionsOf(events: readonly MatchEvent[], { firstHalf, fullTime, corners, cards }: Counted): string[] {
  const whistle = events.findLast(({ type }) => type === "full_time");
  const sheet = new Map<string, unknown>(Object.entries(whistle?.payload ?? {}));
  const yellow = twoIn(sheet.get("yellow"));
  const red = twoIn(sheet.get("red"));
  const shown: Two | undefined = yellow && red && [yellow[0] + red[0], yellow[1] + red[1]];
  const accounts: [string, Two | undefined, Two][] = [
    ["score_ht", twoIn(sheet.get("score_ht")), firstHalf],
    ["score_90", twoIn(sheet.get("score_90")), fullTime],
    ["corners", twoIn(sheet.get("corners")), corners],
    ["cards", shown, cards],
  ];
  return accounts.flatMap(([name, said, counted]) =>
    said && said.join() !== counted.join() ? [`${name} ${said.join("-")}, events ${counted.join("-")}`] : [],
  );
}

function twoIn(value: unknown): Two | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [home, away] = value as unknown[];
  return typeof home === "number" && typeof away === "number" ? [home, away] : undefined;
}
