import {
  CATALOGUE,
  CATEGORIES,
  FACT_FAMILIES,
  type FactFamily,
  type MatchEventInput,
  otherSide,
} from "@touchline/domain";
import type { Cast } from "./match-cast.ts";

/** What happened, without where and when; `sameAs` names the beat of this story that it revises or takes back. */
export interface Beat extends Pick<MatchEventInput, "type" | "team" | "player" | "payload" | "retracted"> {
  readonly sameAs?: number;
  /** Stamped so many hours after it happened; before it, if negative. */
  readonly hoursOff?: number;
  /** Follows the beat before it at once. */
  readonly soon?: true;
}

/** Beats in the order in which they arrive, each some while after the one before. */
export type Story = (cast: Cast) => readonly Beat[];

const ODDS_MARKETS = ["match_result", "over_under_2_5"];

function prices(market: string, { random }: Cast): Record<string, number> {
  const outcomes = CATALOGUE.find(({ id }) => id === market)?.outcomes ?? ["yes", "no"];
  return Object.fromEntries(outcomes.map((outcome) => [outcome, Math.round(120 + random.next() * 400) / 100]));
}

function odds(type: string, market: string): Story {
  return (cast) => [{ type, payload: { market, prices: prices(market, cast) } }];
}

const otherOdds: Story = (cast) => {
  const { id } = cast.random.pick(CATALOGUE.filter(({ outcomes }) => outcomes.length > 0));
  return [{ type: "odds_update", payload: { market: id, prices: prices(id, cast) } }];
};

/**
 * The feed stops carrying something, and takes that back before long: the match is still checked for the rest of it.
 */
function uncovered(family: FactFamily): Story {
  return () => {
    const stop: Beat = {
      type: "coverage_changed",
      payload: { coverage: FACT_FAMILIES.filter((each) => each !== family) },
    };
    return [stop, changed(stop, 0, { retracted: true, soon: true })];
  };
}

/** Conditions of the match that change before it, and may change during it. */
export const ANY_TIME: readonly Story[] = [
  ({ random }) => [{ type: "weather", payload: { condition: random.pick(["rain", "snow", "wind"]) } }],
  () => [{ type: "weather", payload: { condition: "clear" } }],
  ({ random }) => [{ type: "referee_assigned", payload: { referee: `Referee ${random.below(20)}` } }],
  ({ random }) => [{ type: "venue_changed", payload: { venue: `Ground ${random.below(9)}`, neutral: true } }],
  ({ random }) => [{ type: "venue_changed", payload: { venue: `Ground ${random.below(9)}`, neutral: false } }],
  ...ODDS_MARKETS.map((market) => odds("odds_update", market)),
  odds("odds_steam", "match_result"),
  odds("line_movement", "over_under_2_5"),
  otherOdds,
  () => [{ type: "odds_steam", payload: { market: "match_result" } }],
  () => [{ type: "sharp_money", payload: { market: "match_result", outcome: "home" } }],
  ({ random }) => [{ type: "model_refitted", payload: { parameters: `fit-${random.below(1_000)}` } }],
  (cast) => unavailable("player_injury", cast),
  // The wrong reserve at first: as many are missing as before, but not the same.
  (cast) => {
    const team = cast.side();
    const hurt: Beat = { type: "player_injury", team, player: cast.reserve(team) };
    return [hurt, changed(hurt, 0, { player: cast.reserve(team) })];
  },
  (cast) => {
    const team = cast.side();
    return [{ type: "goalkeeper_change", team, payload: { goalkeeper: cast.reserve(team) } }];
  },
  (cast) => [
    {
      type: "formation_change",
      team: cast.side(),
      payload: { formation: cast.random.pick(["4-4-2", "3-5-2", "5-4-1"]) },
    },
  ],
  () => [{ type: "bet_stop" }, { type: "bet_start" }],
  ({ random }) => {
    const groups = [random.pick(CATEGORIES)];
    return [
      { type: "bet_stop", payload: { groups } },
      { type: "bet_start", payload: { groups } },
    ];
  },
  () => [{ type: "feed_gap" }, { type: "feed_recovered" }],
  () => [{ type: "cooling_break" }],
  ...FACT_FAMILIES.map((family) => uncovered(family)),
];

export const BEFORE_KICK_OFF: readonly Story[] = [
  (cast) => unavailable("key_player_suspended", cast),
  () => [{ type: "postponed" }, { type: "resumed" }],
  // Put off, and played all the same without another word.
  () => [{ type: "postponed" }],
];

function unavailable(type: string, cast: Cast): Beat[] {
  const team = cast.side();
  const player = cast.random.next() < 0.5 ? cast.starter(team) : cast.reserve(team);
  return [{ type, team, player }];
}

/** A goal for one side as its feed first reports it. */
function goal(cast: Cast, confirmation: string): Beat {
  const team = cast.side();
  return { type: "goal", team, player: cast.starter(team), payload: { kind: "open_play", confirmation } };
}

function changed(beat: Beat, sameAs: number, change: Partial<Beat>): Beat {
  return { ...beat, ...change, sameAs };
}

/** Play that is reported, corrected and retracted. None of it stands at the end, unless it says so. */
export const IN_PLAY: readonly Story[] = [
  // A goal under review, taken back before it was confirmed.
  (cast) => {
    const given = goal(cast, "tbd");
    return [
      given,
      { type: "var_review_started" },
      changed(given, 0, { retracted: true }),
      { type: "var_review_ended" },
    ];
  },
  // A possible goal that was none, and one that counts for a while.
  (cast) => {
    const possible = goal(cast, "possible");
    return [possible, changed(possible, 0, { payload: { kind: "open_play", confirmation: "cancelled" } })];
  },
  (cast) => {
    const first = goal(cast, "possible");
    const side = first.team ?? "home";
    const own = changed(first, 0, {
      team: otherSide(side),
      payload: { kind: "own_goal", confirmation: "tbd" },
    });
    return [first, own, changed(own, 0, { retracted: true })];
  },
  // A penalty that is missed stands: penalties awarded are counted.
  (cast) => {
    const team = cast.side();
    return [
      { type: "penalty_awarded", team },
      { type: "penalty_missed", team },
    ];
  },
  (cast) => {
    const team = cast.side();
    const given: Beat = { type: "penalty_awarded", team };
    return [
      given,
      { type: "var_review_started", payload: { subject: "penalty" } },
      changed(given, 0, { retracted: true }),
    ];
  },
  () => [{ type: "var_review_ended" }],
  // A card upgraded, downgraded and rescinded.
  (cast) => {
    const team = cast.side();
    const yellow: Beat = { type: "yellow_card", team, player: cast.starter(team) };
    return [
      yellow,
      changed(yellow, 0, { type: "red_card" }),
      changed(yellow, 0, { type: "second_yellow_card" }),
      changed(yellow, 0, { retracted: true }),
    ];
  },
  // A corner given to the wrong side, then to nobody.
  (cast) => {
    const team = cast.side();
    const corner: Beat = { type: "corner", team };
    return [corner, changed(corner, 0, { team: otherSide(team) }), changed(corner, 0, { retracted: true })];
  },
  () => [{ type: "abandoned" }, { type: "resumed" }],
  // One dismissal reported twice, and rescinded.
  (cast) => {
    const team = cast.side();
    const player = cast.starter(team);
    const second: Beat = { type: "second_yellow_card", team, player };
    const red: Beat = { type: "red_card", team, player };
    return [second, red, changed(second, 0, { retracted: true }), changed(red, 1, { retracted: true })];
  },
  // Cards of people who are not on the pitch, rescinded.
  (cast) => {
    const staff: Beat = { type: "red_card", team: cast.side(), payload: { shownTo: "staff" } };
    return [staff, changed(staff, 0, { retracted: true })];
  },
  (cast) => {
    const coach: Beat = { type: "yellow_card", team: cast.side(), player: "coach" };
    return [coach, changed(coach, 0, { retracted: true })];
  },
  // A side plays on with ten for a while, whether or not the feed says who went off.
  (cast) => {
    const team = cast.side();
    const player = cast.starter(team);
    return [
      { type: "player_off", team, player },
      { type: "player_on", team, player },
    ];
  },
  (cast) => {
    const team = cast.side();
    return [
      { type: "player_off", team },
      { type: "player_on", team },
    ];
  },
];
