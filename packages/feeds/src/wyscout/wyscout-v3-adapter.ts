import { z } from "zod";
import { otherSide, PERIOD_START_MINUTE, type Side } from "@touchline/domain";
import type { Adapter } from "../adapter/adapter.ts";
import { FeedReport } from "../adapter/report.ts";
import { lengthsOf, parsedWyscout, type WyscoutHappening } from "./wyscout-items.ts";
import { readWyscout, WYSCOUT_PERIODS } from "./wyscout-document.ts";
import { matchOf } from "./wyscout-match.ts";

const NAME = "wyscout-v3";

const Event = z.looseObject({
  id: z.int(),
  matchId: z.int().nullish(),
  matchPeriod: z.string(),
  /** Elapsed, running on in stoppage; the second half starts at 45. */
  minute: z.int().min(0).max(200),
  second: z.int().min(0).max(59),
  type: z.looseObject({ primary: z.string(), secondary: z.array(z.string()).nullish() }),
  team: z.looseObject({ id: z.int() }),
  player: z.looseObject({ id: z.int().nullish() }).nullish(),
  shot: z.looseObject({ isGoal: z.boolean().nullish() }).nullish(),
  infraction: z.looseObject({ yellowCard: z.boolean().nullish(), redCard: z.boolean().nullish() }).nullish(),
});
type Event = z.output<typeof Event>;

export const wyscoutV3: Adapter = {
  name: NAME,
  summary: "Wyscout v3 events (JSON) with their match record",
  parse(input) {
    const report = new FeedReport();
    const file = readWyscout(input.documents);
    const events = report.list(Event, file.events, `${file.document}, events`);
    const placed = events.flatMap((event) => {
      const period = WYSCOUT_PERIODS[event.matchPeriod];
      if (period) return [{ event, period, into: (event.minute - PERIOD_START_MINUTE[period]) * 60 + event.second }];
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
    const booked = new Set<number>();
    const happenings = placed.flatMap(({ event, period }): WyscoutHappening[] => {
      const side = match.sides.get(event.team.id);
      const said = side ? saidBy(event, side, period === "shoot_out", booked) : [];
      if (said.length === 0) report.unmapped(event.type.primary);
      const { minute, second } = event;
      return said.map((each, k) => ({
        id: `${event.id}${k === 0 ? "" : `_${k}`}`,
        period,
        minute,
        second,
        said: each,
      }));
    });
    return { matches: [parsedWyscout(happenings, match, lengths)], ...report.result() };
  },
};

type Said = WyscoutHappening["said"];

/** @param booked players with a yellow card so far: the format has no word for the second one */
function saidBy(
  { type, player, shot, infraction }: Event,
  side: Side,
  inShootOut: boolean,
  booked: Set<number>,
): Said[] {
  const whose = player?.id ? { player: player.id } : {};
  const scored = shot?.isGoal === true;
  // The shot as the keeper saw it carries the same shot.
  if (type.primary === "shot_against") return [];
  if (type.primary === "own_goal") return [{ type: "goal", team: otherSide(side), payload: { kind: "own_goal" } }];
  if (type.primary === "penalty" && inShootOut)
    return [{ type: "shootout_kick", team: side, ...whose, payload: { scored } }];
  if (inShootOut) return [];
  const kind =
    type.primary === "penalty"
      ? "penalty"
      : type.primary === "corner"
        ? "corner_direct"
        : type.primary === "free_kick"
          ? "free_kick"
          : "open_play";
  const card = cardIn(infraction, player?.id ?? undefined, booked);
  return [
    ...(scored ? [{ type: "goal", team: side, ...whose, payload: { kind } }] : []),
    ...(type.primary === "penalty" ? [{ type: "penalty_taken", team: side, ...whose, payload: { scored } }] : []),
    ...(type.primary === "corner" ? [{ type: "corner", team: side, ...whose }] : []),
    ...(card ? [{ type: card, team: side, ...whose }] : []),
  ];
}

function cardIn(infraction: Event["infraction"], player: number | undefined, booked: Set<number>): string | undefined {
  if (!infraction?.yellowCard) return infraction?.redCard ? "red_card" : undefined;
  if (player !== undefined && booked.has(player)) return "second_yellow_card";
  if (player !== undefined) booked.add(player);
  return infraction.redCard ? "second_yellow_card" : "yellow_card";
}
