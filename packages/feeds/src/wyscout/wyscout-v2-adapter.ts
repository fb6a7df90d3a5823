import { z } from "zod";
import { otherSide, PERIOD_START_MINUTE, type Period, type Side } from "@touchline/domain";
import type { Adapter } from "../adapter/adapter.ts";
import { FeedReport } from "../adapter/report.ts";
import { lengthsOf, parsedWyscout, type WyscoutHappening } from "./wyscout-items.ts";
import { readWyscout, WYSCOUT_PERIODS } from "./wyscout-document.ts";
import { matchOf } from "./wyscout-match.ts";

const NAME = "wyscout-v2";

const text = z.union([z.string(), z.number()]).transform(String);

/** Some files carry the number of an event in `eventId`, some in `eventName`. */
const Event = z.looseObject({
  id: z.int(),
  matchId: z.int().nullish(),
  teamId: z.int(),
  playerId: z.int().nullish(),
  matchPeriod: z.string(),
  /** From the start of the period. */
  eventSec: z.number().min(0).max(9_000),
  eventId: text.nullish(),
  eventName: text.nullish(),
  subEventId: text.nullish(),
  subEventName: text.nullish(),
  tags: z.array(z.looseObject({ id: z.int() })).default([]),
});
type Event = z.output<typeof Event>;

const SAVE_ATTEMPT = "9";
const SUB = { corner: "30", freeKickShot: "33", penalty: "35" } as const;
const SHOTS: ReadonlySet<string> = new Set(["10"]);
const TAG = { goal: 101, ownGoal: 102, red: 1701, yellow: 1702, secondYellow: 1703 } as const;
const CARDS = [
  [TAG.red, "red_card"],
  [TAG.secondYellow, "second_yellow_card"],
  [TAG.yellow, "yellow_card"],
] as const;

export const wyscoutV2: Adapter = {
  name: NAME,
  summary: "Wyscout v2 events (JSON), with the match record for line-ups and substitutions",
  parse(input) {
    const report = new FeedReport();
    const file = readWyscout(input.documents);
    const events = report.list(Event, file.events, `${file.document}, events`);
    const placed = events.flatMap((event) => {
      const period = WYSCOUT_PERIODS[event.matchPeriod];
      if (period) return [{ event, period, into: event.eventSec }];
      report.fault(`${file.document}, event ${event.id}`, `matchPeriod: "${event.matchPeriod}" is none of the known`);
      return [];
    });
    const lengths = lengthsOf(placed);
    const match = matchOf(
      file,
      input,
      lengths,
      events.find(({ matchId }) => matchId != null)?.matchId ?? undefined,
      NAME,
    );
    const happenings = placed.flatMap(({ event, period, into }): WyscoutHappening[] => {
      const side = match.sides.get(event.teamId);
      const said = side ? saidBy(event, side, period) : [];
      if (said.length === 0) report.unmapped(nameOf(event));
      return said.map((each, k) => ({
        id: `${event.id}${k === 0 ? "" : `_${k}`}`,
        period,
        minute: PERIOD_START_MINUTE[period] + Math.floor(into / 60),
        second: Math.floor(into) % 60,
        said: each,
      }));
    });
    return { matches: [parsedWyscout(happenings, match, lengths)], ...report.result() };
  },
};

type Said = WyscoutHappening["said"];

function saidBy(event: Event, side: Side, period: Period): Said[] {
  const tags = new Set(event.tags.map(({ id }) => id));
  const code = numberIn(event.eventId) ?? numberIn(event.eventName) ?? "";
  const sub = numberIn(event.subEventId) ?? numberIn(event.subEventName) ?? "";
  // 0 stands for nobody.
  const whose = event.playerId ? { player: event.playerId } : {};
  // The keeper's attempt to save carries the goal's tag too.
  if (code === SAVE_ATTEMPT) return [];
  if (tags.has(TAG.ownGoal)) return [{ type: "goal", team: otherSide(side), payload: { kind: "own_goal" } }];
  const scored = tags.has(TAG.goal);
  if (period === "shoot_out")
    return sub === SUB.penalty ? [{ type: "shootout_kick", team: side, ...whose, payload: { scored } }] : [];
  if (sub === SUB.penalty)
    return [
      ...(scored ? [{ type: "goal", team: side, ...whose, payload: { kind: "penalty" } }] : []),
      { type: "penalty_taken", team: side, ...whose, payload: { scored } },
    ];
  const card = CARDS.find(([tag]) => tags.has(tag))?.[1];
  if (card) return [{ type: card, team: side, ...whose }];
  const kind = sub === SUB.freeKickShot ? "free_kick" : sub === SUB.corner ? "corner_direct" : "open_play";
  const goal =
    scored && (kind !== "open_play" || SHOTS.has(code))
      ? [{ type: "goal", team: side, ...whose, payload: { kind } }]
      : [];
  return [...(sub === SUB.corner ? [{ type: "corner", team: side, ...whose }] : []), ...goal];
}

function numberIn(value: string | null | undefined): string | undefined {
  return value != null && /^\d+$/.test(value) ? value : undefined;
}

const EVENT_NAMES: Readonly<Record<string, string>> = {
  1: "duel",
  2: "foul",
  3: "free kick",
  4: "goalkeeper leaving line",
  5: "interruption",
  6: "offside",
  7: "others on the ball",
  8: "pass",
  9: "save attempt",
  10: "shot",
};

function nameOf({ eventId, eventName }: Event): string {
  const code = numberIn(eventId) ?? numberIn(eventName);
  return code === undefined ? (eventName ?? "event without type") : `${code} ${EVENT_NAMES[code] ?? ""}`.trim();
}
