import { groupBy } from "../collections/group-by.ts";
import type { MatchEvent } from "../events/event.ts";
import { placeOf } from "../events/event-place.ts";
import { eventKey } from "../events/event-log.ts";
import type { PayloadOf } from "../events/event-payloads.ts";
import type { SourcesPolicy } from "../events/sources-policy.ts";
import { type HappeningKind, kindOf } from "./happening-kind.ts";
import { playerOf, PlayerNames } from "./player-names.ts";
import type { Ranking } from "./ranking.ts";
import { type Report, sameHappenings, type Sameness } from "./same-happenings.ts";

/** One thing that happened, and all that sources report of it. */
export interface Happening {
  readonly kind: HappeningKind;
  /** One event for each source that reports it, the most believed first. */
  readonly reports: readonly MatchEvent[];
  /** The report that counts. */
  readonly counts: MatchEvent | undefined;
  /** The report that suspends markets until a more believed one confirms it. */
  readonly suspends: MatchEvent | undefined;
}

/** A report and its place in match order. */
interface Placed {
  readonly event: MatchEvent;
  readonly place: number;
}

/** What happened by the families that have an order, in match order. */
export function happeningsOf(
  standing: readonly MatchEvent[],
  policy: SourcesPolicy,
  ranking: Ranking,
): readonly Happening[] {
  const groups = new Map<string, { readonly kind: HappeningKind; readonly placed: Placed[] }>();
  for (const [place, event] of standing.entries()) {
    const kind = kindOf(event);
    if (!kind || kind.matchedBy === "state" || ranking.rankOf(kind.family, event.source) < 0) continue;
    const key = `${kind.name} ${event.team ?? ""} ${kind.matchedBy === "count" ? periodOf(event) : ""}`;
    const group = groups.get(key) ?? { kind, placed: [] };
    group.placed.push({ event, place });
    groups.set(key, group);
  }
  const lapsed = lapsedIn(standing);
  const names = new PlayerNames(standing);
  return [...groups.values()]
    .flatMap(({ kind, placed }) => {
      const sameness = samenessOf(kind, policy, names);
      return clustersOf(kind, placed, sameness, ranking).map((reports) => ({
        place: Math.min(...reports.map(({ place }) => place)),
        happening: judged(kind, reports, lapsed, ranking),
      }));
    })
    .toSorted((a, b) => a.place - b.place)
    .map(({ happening }) => happening);
}

/** A kick-off without a period is that of the first half. */
function periodOf({ type, period }: MatchEvent): string {
  return period ?? (type === "kick_off" ? "first_half" : "");
}

/** Source by source, the most believed first: what it reports is found among what was reported before it, or is new. */
function clustersOf(
  kind: HappeningKind,
  placed: readonly Placed[],
  sameness: Sameness,
  ranking: Ranking,
): readonly (readonly Placed[])[] {
  const bySource = [...groupBy(placed, ({ event }) => event.source)].toSorted(
    ([a], [b]) => ranking.rankOf(kind.family, a) - ranking.rankOf(kind.family, b),
  );
  let clusters: Placed[][] = [];
  for (const [, theirs] of bySource) {
    const ours = clusters.map(([best]) => best).filter((best) => best !== undefined);
    const found = sameHappenings(
      ours.map(({ event }) => reportOf(event)),
      theirs.map(({ event }) => reportOf(event)),
      sameness,
    );
    for (const [index, report] of theirs.entries()) {
      const known = clusters[found[index] ?? -1];
      if (known) known.push(report);
      else clusters.push([report]);
    }
    clusters = clusters.toSorted(([a], [b]) => (a?.place ?? 0) - (b?.place ?? 0));
  }
  return clusters;
}

/** @param reports the most believed source first */
function judged(
  kind: HappeningKind,
  reports: readonly Placed[],
  lapsed: ReadonlySet<string>,
  ranking: Ranking,
): Happening {
  const events = reports.map(({ event }) => event);
  const weighed = events.map((event) => ({ event, weight: ranking.weightOf(kind.family, event) }));
  const counts = weighed.find(({ weight }) => weight === "counts")?.event;
  const suspends =
    counts || kind.moves === "none"
      ? undefined
      : weighed.find(({ event, weight }) => weight === "suspends" && !lapsed.has(eventKey(event)))?.event;
  return { kind, reports: events, counts, suspends };
}

/** Reports whose confirmation nobody waits for any more. */
function lapsedIn(standing: readonly MatchEvent[]): ReadonlySet<string> {
  return new Set(
    standing
      .filter(({ type }) => type === "confirmation_lapsed")
      .map(({ payload }) => eventKey(payload as PayloadOf<"confirmation_lapsed">)),
  );
}

function samenessOf(kind: HappeningKind, { matchSeconds }: SourcesPolicy, names: PlayerNames): Sameness {
  return {
    withinSeconds: kind.matchedBy === "count" ? Infinity : matchSeconds,
    // Who scored is corrected often, and it is the same goal.
    areOthers: (a, b) => kind.family !== "goals" && names.areOthers(a, b),
  };
}

/** Half a minute, the furthest from the middle of one. */
const HALF_MINUTE = 30;

function reportOf(event: MatchEvent): Report {
  const { minute, second, period } = event;
  return {
    clock: minute === undefined || period === undefined ? undefined : minute * 60 + (second ?? HALF_MINUTE),
    slack: second === undefined ? HALF_MINUTE : 0,
    period,
    at: placeOf(event).at,
    player: playerOf(event),
  };
}
