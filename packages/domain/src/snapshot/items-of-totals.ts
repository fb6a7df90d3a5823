import type { MatchEventInput } from "../events/event.ts";
import { type Period, PERIODS } from "../events/period.ts";
import { type Pair, type Side, SIDES } from "../events/side.ts";
import type { SnapshotItem } from "./diff-snapshot.ts";
import { type Count, COUNTED, COUNTED_NAMES, type CountedName, isByPeriod, type Totals } from "./totals.ts";

export interface TotalsOf {
  readonly matchId: string;
  readonly source: string;
  /** When the numbers held, RFC 3339. */
  readonly at: string;
  /** What the source has said of the match so far. */
  readonly known: readonly MatchEventInput[];
}

/**
 * Numbers as a list of what must have happened: so many goals, corners and cards of each side in each period, without
 * minute and player, and the periods as far as they have been played. With `diffSnapshot`, a number that rises adds one
 * and a number that falls takes the last one back.
 *
 * A number of the whole match is spread over its periods: what stood there in earlier ones stays, and what is new
 * belongs to the present one. What the totals leave out is listed as it stands.
 */
export function itemsOfTotals(totals: Totals, { matchId, source, at, known }: TotalsOf): SnapshotItem[] {
  const { period, phase } = totals;
  const base = { source, matchId, occurredAt: at };
  const standing = known.filter(({ retracted, type }) => retracted !== true && type !== "retraction");
  const reached = period === null ? -1 : PERIODS.indexOf(period);
  const played = playedPeriods(totals, reached);
  const items: SnapshotItem[] = [];
  for (const each of played) {
    items.push({ ...base, type: "period_start", period: each });
    for (const name of COUNTED_NAMES) items.push(...rowsOf(name, each, totals, standing, base));
    if (PERIODS.indexOf(each) < reached || phase === "break" || phase === "ended")
      items.push({ ...base, type: "period_end", period: each });
  }
  if (period !== null && phase === "ended") items.push({ ...base, type: "full_time" });
  if (phase === "abandoned" || phase === "postponed") items.push({ ...base, type: phase });
  return [...items, ...untouched(totals, standing)];
}

/**
 * The first counted name whose number is one for the whole match, where nobody has said what earlier periods had of it.
 */
export function unknownByPeriod(totals: Totals, known: readonly MatchEventInput[]): CountedName | undefined {
  const reached = totals.period === null ? -1 : PERIODS.indexOf(totals.period);
  const isFollowed = known.some(({ period, retracted }) => period === "first_half" && retracted !== true);
  if (reached < 1 || isFollowed) return undefined;
  return COUNTED_NAMES.find((name) => {
    const value = totals[name];
    return value !== undefined && !isByPeriod(value) && value.home + value.away > 0;
  });
}

function playedPeriods(totals: Totals, reached: number): Period[] {
  const named = new Set(
    COUNTED_NAMES.flatMap((name) => {
      const value = totals[name];
      return value && isByPeriod(value) ? (Object.keys(value) as Period[]) : [];
    }),
  );
  return PERIODS.filter((each, k) => k <= reached && (k < 2 || k === reached || named.has(each)));
}

function rowsOf(
  name: CountedName,
  period: Period,
  totals: Totals,
  standing: readonly MatchEventInput[],
  base: Pick<SnapshotItem, "source" | "matchId" | "occurredAt">,
): SnapshotItem[] {
  const value = totals[name];
  if (value === undefined) return [];
  const inPeriod = shareOf(value, COUNTED[name], period, totals.period, standing);
  const kick = name === "score" && period === "shoot_out";
  const type = kick ? "shootout_kick" : COUNTED[name];
  return SIDES.flatMap((team) =>
    Array.from({ length: inPeriod[team] }, (): SnapshotItem => {
      return { ...base, type, period, team, ...(kick ? { payload: { scored: true } } : {}) };
    }),
  );
}

function shareOf(
  value: Count,
  type: string,
  period: Period,
  present: Period | null,
  standing: readonly MatchEventInput[],
): Pair {
  if (isByPeriod(value)) return value[period] ?? { home: 0, away: 0 };
  const share = (team: Side): number => {
    let left = value[team];
    for (const each of PERIODS.slice(0, PERIODS.indexOf(period))) left -= Math.min(left, knownIn(each, team));
    return period === present ? left : Math.min(left, knownIn(period, team));
  };
  const knownIn = (each: Period, team: Side): number =>
    standing.filter((event) => event.type === type && event.period === each && event.team === team).length;
  return { home: share("home"), away: share("away") };
}

const PLAYED = ["period_start", "period_end", "full_time", "abandoned", "postponed"];

/** What stands of things that the totals do not mention. */
function untouched(totals: Totals, standing: readonly MatchEventInput[]): SnapshotItem[] {
  const counted = COUNTED_NAMES.filter((name) => totals[name] !== undefined).map((name): string => COUNTED[name]);
  const mentioned = new Set([...PLAYED, ...counted, ...(totals.score ? ["shootout_kick"] : [])]);
  return standing.filter(({ type }) => !mentioned.has(type));
}
