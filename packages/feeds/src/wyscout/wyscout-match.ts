import { PERIOD_START_MINUTE, type Period, type Side, type SnapshotItem } from "@touchline/domain";
import { FeedError, type FeedInput } from "../adapter/adapter.ts";
import { namespacedId } from "../adapter/feed-id.ts";
import { fixtureFrom } from "../adapter/fixture-from.ts";
import { instantOf, periodStarts, type PeriodStarts, timeAt } from "../adapter/wall-clock.ts";
import { type WyscoutInput, WYSCOUT_PERIODS } from "./wyscout-document.ts";

export interface WyscoutMatch {
  readonly matchId: string;
  readonly source: string;
  readonly sides: ReadonlyMap<number, Side>;
  readonly played: boolean;
  readonly fixture: ReturnType<typeof fixtureFrom>;
  /** Fixture and line-ups: what is known without any event. */
  readonly announced: readonly SnapshotItem[];
  readonly substitutions: readonly SnapshotItem[];
  readonly hasRecord: boolean;
  readonly starts: PeriodStarts;
}

/**
 * @param lengths seconds that each period lasted, from its last event   @param eventMatchId as the events name it
 * @throws FeedError where nobody says which side is at home, when it started, or which match it is
 */
export function matchOf(
  { document, record, parts }: WyscoutInput,
  input: FeedInput,
  lengths: Readonly<Partial<Record<Period, number>>>,
  eventMatchId: number | undefined,
  defaultSource: string,
): WyscoutMatch {
  const sides = sidesOf(record, parts, input.home);
  if (sides.size !== 2)
    throw new FeedError(`${document}: which side is at home? Add the match record, or say it by hand`);
  const kickoff = instantOf(record?.dateutc ? `${record.dateutc.replace(" ", "T")}Z` : undefined) ?? input.kickoff;
  if (kickoff === undefined)
    throw new FeedError(`${document}: when did it start? Add the match record, or say it by hand`);
  const ownId = record?.wyId ?? eventMatchId;
  const matchId = input.matchId ?? (ownId == null ? undefined : namespacedId("wyscout", ownId));
  if (matchId === undefined) throw new FeedError(`${document} names no match; give the match id by hand`);
  const base = { source: input.source ?? defaultSource, matchId };
  const starts = periodStarts(kickoff, {}, lengths);
  const labels = record?.label?.replace(/,[^,]*$/, "").split(" - ") ?? [];
  const nameOf = (side: Side): string | undefined => {
    const team = [...sides].find(([, each]) => each === side)?.[0];
    return parts.teams?.[String(team)]?.team?.name ?? labels[side === "home" ? 0 : 1];
  };
  const competition = record?.competitionId == null ? undefined : `Wyscout competition ${record.competitionId}`;
  const fixture = fixtureFrom({ home: nameOf("home"), away: nameOf("away"), kickoff, competition });
  const before = { ...base, occurredAt: new Date(kickoff - 3_600_000).toISOString() };
  return {
    ...base,
    sides,
    starts,
    fixture,
    hasRecord: record !== undefined,
    played: record?.status === "Played",
    announced: [
      ...(fixture ? [{ ...before, id: "fixture", type: "fixture", payload: { ...fixture } }] : []),
      ...lineups(record, parts).map((said) => ({ ...before, ...said })),
    ],
    substitutions: changes(record, parts, sides).map(({ period, second, ...said }) => {
      const minute = PERIOD_START_MINUTE[period] + Math.floor(second / 60);
      const clock = { period, minute, ...(said.exact ? { second: second % 60 } : {}) };
      const { exact: _exact, ...rest } = said;
      return { ...base, occurredAt: timeAt(starts, period, minute), ...clock, ...rest };
    }),
  };
}

function sidesOf(
  record: WyscoutInput["record"],
  { teams }: WyscoutInput["parts"],
  home: string | undefined,
): Map<number, Side> {
  const reported = Object.entries(record?.teamsData ?? {});
  if (reported.length === 2) return new Map(reported.map(([team, { side }]) => [Number(team), side]));
  const named = Object.entries(teams ?? {});
  const first = named.find(([team, entry]) => team === home || entry.team?.name === home)?.[0];
  if (first === undefined) return new Map();
  return new Map(named.map(([team]) => [Number(team), team === first ? "home" : "away"]));
}

type Announced = Pick<SnapshotItem, "id" | "type" | "team" | "payload">;

function lineups(record: WyscoutInput["record"], { players: named }: WyscoutInput["parts"]): Announced[] {
  const all = Object.values(named ?? {}).flatMap((list) => list.flatMap((entry) => entry.player ?? []));
  const known = new Map(all.map((each) => [each.wyId, each]));
  const playerOf = ({ playerId }: { readonly playerId: number }): Record<string, string> => {
    const { shortName, role } = known.get(playerId) ?? {};
    const line = role?.code2 ?? "";
    return {
      id: String(playerId),
      ...(shortName ? { name: shortName.slice(0, 120) } : {}),
      ...(/^(?:GK|DF|MD|FW)$/.test(line) ? { position: line } : {}),
    };
  };
  return Object.values(record?.teamsData ?? {}).flatMap(({ side, formation }): Announced[] => {
    if (!formation || formation.lineup.length === 0) return [];
    const payload = { starters: formation.lineup.map(playerOf), bench: formation.bench.map(playerOf) };
    return [{ id: `lineup-${side}`, type: "lineup_confirmed", team: side, payload }];
  });
}

interface Change extends Pick<SnapshotItem, "type" | "team" | "payload"> {
  readonly period: Period;
  /** From the start of the period. */
  readonly second: number;
  readonly exact: boolean;
}

/** Who came on for whom: to the second where the events file says so, else to the minute from the record. */
function changes(
  record: WyscoutInput["record"],
  parts: WyscoutInput["parts"],
  sides: ReadonlyMap<number, Side>,
): Change[] {
  const exact = Object.entries(parts.substitutions ?? {}).flatMap(([team, periods]) =>
    Object.entries(periods).flatMap(([name, seconds]) =>
      Object.entries(seconds).flatMap(([second, { in: entering, out: leaving }]): Change[] => {
        const [side, period] = [sides.get(Number(team)), WYSCOUT_PERIODS[name]];
        if (!side || !period) return [];
        return Array.from({ length: Math.max(entering.length, leaving.length) }, (_none, k) => ({
          ...substitution(side, entering[k]?.playerId, leaving[k]?.playerId),
          period,
          second: Number(second),
          exact: true,
        }));
      }),
    ),
  );
  if (exact.length > 0) return exact;
  return Object.values(record?.teamsData ?? {}).flatMap(({ side, formation }) =>
    (formation?.substitutions ?? []).map(({ playerIn, playerOut, minute }): Change => {
      const elapsed = Math.max(0, minute - 1);
      const period =
        elapsed >= 105
          ? "extra_second_half"
          : elapsed >= 90
            ? "extra_first_half"
            : elapsed >= 45
              ? "second_half"
              : "first_half";
      const second = (elapsed - PERIOD_START_MINUTE[period]) * 60;
      return { ...substitution(side, playerIn ?? undefined, playerOut ?? undefined), period, second, exact: false };
    }),
  );
}

function substitution(
  side: Side,
  entering: number | undefined,
  leaving: number | undefined,
): Pick<Change, "type" | "team" | "payload"> {
  const payload = {
    ...(entering === undefined ? {} : { playerIn: String(entering) }),
    ...(leaving === undefined ? {} : { playerOut: String(leaving) }),
  };
  return { type: "substitution", team: side, payload };
}
