import { type MatchEvent, sideOf } from "../events/event.ts";
import type { PayloadOf } from "../events/event-payloads.ts";
import { count, isOfRegularTime } from "./fold-counts.ts";
import { takeOff } from "./fold-lineups.ts";
import type { BenchCard, Lineup, MatchState } from "./match-state.ts";
import { addTo, type Side } from "../events/side.ts";
import { union } from "./sorted-union.ts";

type Card = Pick<MatchEvent, "team" | "player" | "period" | "minute"> & { readonly type: string };
type Show = (state: MatchState, card: Card) => MatchState;

/**
 * Cards are those of players on the pitch: a coach, an unused substitute, and who has been replaced or sent off already
 * leave eleven on it, and count for no market. So a dismissal that is reported as a second yellow card and as a red one
 * is one dismissal, in either order.
 */
export function book(state: MatchState, event: MatchEvent, payload: PayloadOf<"yellow_card">): MatchState {
  return shown(state, event, payload, yellow);
}

export function sendOff(state: MatchState, event: MatchEvent, payload: PayloadOf<"red_card">): MatchState {
  return shown(state, event, payload, dismissal);
}

function shown(state: MatchState, event: MatchEvent, { shownTo }: PayloadOf<"red_card">, show: Show): MatchState {
  if (shownTo === "staff") return state;
  const side = sideOf(event);
  const { player } = event;
  if (player === undefined || isInMatch(state, side, player)) return show(state, event);
  return onBench(state.lineups[side], player) ? withBenchCard(state, event, player) : state;
}

/** Whether a player may be shown a card now, as far as the team sheets tell. */
export function isInMatch(state: MatchState, side: Side, player: string): boolean {
  if (state.dismissed[side].includes(player)) return false;
  const lineup = state.lineups[side];
  if (!lineup || lineup.onPitch.includes(player) || state.off[side].includes(player)) return true;
  if (lineup.left.includes(player)) return false;
  // Someone came on whose name is not known: he may be it.
  if (lineup.unnamed) return true;
  const isNamed = [...lineup.starters, ...lineup.bench].some(({ id }) => id === player);
  // Nobody else can be in a team whose sheet is complete; a part of a sheet proves nothing.
  return !isNamed && lineup.starters.length < COMPLETE;
}

const COMPLETE = 11;

function onBench(lineup: Lineup | null, player: string): boolean {
  return lineup?.bench.some(({ id }) => id === player) === true && !lineup.left.includes(player);
}

function yellow(state: MatchState, card: Card): MatchState {
  return count({ ...state, yellowCards: addTo(state.yellowCards, sideOf(card)) }, card, "cards");
}

function dismissal(state: MatchState, card: Card): MatchState {
  const side = sideOf(card);
  const { player } = card;
  const lineup = state.lineups[side];
  const gone = player === undefined ? state : withoutPlayer(state, side, player);
  const next = {
    ...gone,
    redCards: addTo(state.redCards, side),
    regularRedCards: isOfRegularTime(state, card) ? addTo(state.regularRedCards, side) : state.regularRedCards,
    lineups: { ...state.lineups, [side]: player && lineup ? takeOff(lineup, player) : lineup },
  };
  return count(next, card, "cards");
}

/** Who is sent off while he stands beside the pitch is one man less, not two. */
function withoutPlayer(state: MatchState, side: Side, player: string): MatchState {
  return {
    ...state,
    dismissed: { ...state.dismissed, [side]: union(state.dismissed[side], [player]) },
    off: { ...state.off, [side]: state.off[side].filter((id) => id !== player) },
  };
}

/** At most so many cards wait for their players; no bench is larger. */
const MOST_BENCH_CARDS = 60;

function withBenchCard(state: MatchState, event: MatchEvent, player: string): MatchState {
  const { type, period, minute } = event;
  if (!isCardType(type) || period === undefined || minute === undefined) return state;
  if (state.benchCards.length >= MOST_BENCH_CARDS) return state;
  return { ...state, benchCards: [...state.benchCards, { type, side: sideOf(event), player, period, minute }] };
}

function isCardType(type: string): type is BenchCard["type"] {
  return type === "yellow_card" || type === "second_yellow_card" || type === "red_card";
}

/** Shows a player who has just come on the cards that were reported of him in the same minute. */
export function withCardsOf(state: MatchState, event: MatchEvent, player: string): MatchState {
  const side = sideOf(event);
  const isHis = (card: BenchCard): boolean =>
    card.side === side && card.player === player && card.period === event.period && card.minute === event.minute;
  const his = state.benchCards.filter(isHis);
  if (his.length === 0) return state;
  const rest = state.benchCards.filter((card) => !isHis(card));
  return his.reduce<MatchState>(
    (shownSoFar, { type, period, minute }) =>
      isInMatch(shownSoFar, side, player)
        ? (type === "yellow_card" ? yellow : dismissal)(shownSoFar, { type, team: side, player, period, minute })
        : shownSoFar,
    { ...state, benchCards: rest },
  );
}
