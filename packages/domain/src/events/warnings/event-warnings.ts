import { isKnownType, type MatchEvent, sideOf } from "../event.ts";
import { Fixture, PAYLOADS } from "../event-payloads.ts";
import { type EventWarning, meant, shown, textsOf } from "./event-warning.ts";
import { isInMatch } from "../../match/fold-cards.ts";
import type { MatchState } from "../../match/match-state.ts";
import { payloadWarnings } from "./payload-warnings.ts";
import { unlistedSource } from "./source-warnings.ts";
import { PERIOD_START_MINUTE, PERIODS } from "../period.ts";

/**
 * What a producer should know of an event that is taken: a feed may know more than Touchline does, but it should not
 * believe that something counts which does not.
 *
 * @param sent the event as it was sent   @param event the same, read
 * @param state its match as far as it is known; undefined where it is not, and then nothing is said about it
 */
export function eventWarnings(sent: unknown, event: MatchEvent, state?: MatchState): EventWarning[] {
  if (event.retracted) return [];
  const { type } = event;
  if (!isKnownType(type)) return [unknownType(type), ...clockWarnings(sent, event)];
  const payload = textsOf(sent).payload;
  return [
    ...clockWarnings(sent, event),
    ...payloadWarnings(type, payload, event),
    ...(state ? stateWarnings(event, state) : []),
  ];
}

/** What to say of an event that contradicts another of its identity and revision. */
export function conflictWarning({ source, id, revision }: MatchEvent): EventWarning {
  return {
    code: "conflict",
    path: "revision",
    message:
      `conflict: ${source}/${id} is known in revision ${revision} with other content. Of the two, the same one counts in ` +
      "whatever order they come; send a higher revision to correct an event",
  };
}

function unknownType(type: string): EventWarning {
  return {
    code: "unknown_type",
    path: "type",
    message: `no event type is called ${type}, so it has no effect${meant(type, Object.keys(PAYLOADS))}`,
  };
}

/** Minutes that a period may last, stoppage included; more is a mistake. */
const LONGEST_MINUTES = { half: 45 + 30, extra: 15 + 20 } as const;

function clockWarnings(sent: unknown, { period, minute }: MatchEvent): EventWarning[] {
  const named = textsOf(sent).period;
  if (period === undefined && typeof named === "string")
    return [
      {
        code: "unknown_period",
        path: "period",
        message: `no period is called ${shown(named)}, so it has no effect${meant(named, PERIODS)} (${PERIODS.join(", ")})`,
      },
    ];
  if (minute === undefined) return [];
  if (period === undefined)
    return [
      { code: "minute_without_period", path: "minute", message: "a minute without a period has no effect: send both" },
    ];
  if (period === "shoot_out") return [];
  const from = PERIOD_START_MINUTE[period];
  const to = from + (period.startsWith("extra_") ? LONGEST_MINUTES.extra : LONGEST_MINUTES.half);
  if (minute >= from && minute <= to) return [];
  return [
    {
      code: "minute_outside_period",
      path: "minute",
      message: `minute ${minute} lies outside ${period}, which starts at ${from}: minutes are elapsed and run over the match`,
    },
  ];
}

const CARDS: ReadonlySet<string> = new Set(["yellow_card", "second_yellow_card", "red_card"]);
/** What may well come after the end. */
const CLOSING: ReadonlySet<string> = new Set(["full_time", "awarded", "void", "resumed", "model_refitted", "fixture"]);

function stateWarnings(event: MatchEvent, state: MatchState): EventWarning[] {
  const { type, player } = event;
  const warnings: EventWarning[] = [];
  if (CARDS.has(type) && player !== undefined && !isInMatch(state, sideOf(event), player))
    warnings.push({
      code: "not_on_pitch",
      path: "player",
      message: `${player} is not on the pitch, as far as team sheets, substitutions and cards tell: the card counts for nothing`,
    });
  const unlisted = unlistedSource(event, state);
  if (unlisted) warnings.push(unlisted);
  const other = type === "fixture" && state.fixture ? otherFixture(event, state.fixture) : undefined;
  if (other) warnings.push(other);
  if (state.over && !CLOSING.has(type))
    warnings.push({
      code: "after_the_end",
      path: "type",
      message: "the match is over: what it says counts only as a late word of what was played",
    });
  return warnings;
}

/**
 * An id that passes to other teams is a mistake more often than a wish: the log of the old match goes on as that of the
 * new one.
 */
function otherFixture({ payload }: MatchEvent, known: Fixture): EventWarning | undefined {
  const { home, away } = Fixture.safeParse(payload).data ?? known;
  if (home === known.home || away === known.away) return undefined;
  return {
    code: "other_fixture",
    path: "matchId",
    message:
      `the match is ${shown(known.home)} against ${shown(known.away)}, and all that was reported of it goes on counting: ` +
      "give the new match an id of its own, or delete this one first",
  };
}
