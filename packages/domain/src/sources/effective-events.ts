import type { MatchEvent } from "../events/event.ts";
import { inMatchOrder } from "../events/event-order.ts";
import { instantText } from "../events/instant.ts";
import { orderFor, SOURCE_FAMILIES, type SourcesPolicy } from "../events/sources-policy.ts";
import { disagreementsOf } from "./disagreements.ts";
import { withoutForeignNames } from "./foreign-names.ts";
import { type Happening, happeningsOf } from "./happenings.ts";
import { kindOf } from "./happening-kind.ts";
import { policyOf } from "./policy-of.ts";
import { Ranking } from "./ranking.ts";
import { Silences, speaksOfItself } from "./silences.ts";
import type { SourcesState } from "./sources-state.ts";
import { wordsInForce } from "./words-in-force.ts";

/** What counts of all that several sources report, and what they make of each other. */
export interface Effective {
  /** In match order. */
  readonly events: readonly MatchEvent[];
  readonly sources: SourcesState;
}

/**
 * The events that count where a policy says whom to believe; undefined where none does. A function of the events alone,
 * so the order of arrival means nothing.
 * @param standing events that are not retracted, in match order
 */
export function effectiveEvents(standing: readonly MatchEvent[]): Effective | undefined {
  const policy = policyOf(standing);
  return policy && underPolicy(standing, policy);
}

function underPolicy(standing: readonly MatchEvent[], policy: SourcesPolicy): Effective {
  const ranking = rankingOf(standing, policy);
  const counted = new Set<MatchEvent>(wordsInForce(standing, ranking));
  const happenings = happeningsOf(standing, policy, ranking);
  for (const { counts } of happenings) if (counts) counted.add(counts);
  const events = standing.filter((event) => {
    if (speaksOfItself(event) && ranking.isListed(event.source)) return false;
    const kind = kindOf(event);
    return !kind || !ranking.isGoverned(kind.family) || counted.has(event);
  });
  const sources = sourcesState(standing, happenings, policy, ranking);
  rankings.set(sources, ranking);
  return { events: inMatchOrder(withoutForeignNames(events, standing)), sources };
}

/** Who is believed, by what sources make of a match: prices change nothing of it, and come by the thousand. */
const rankings = new WeakMap<SourcesState, Ranking>();

/**
 * Whether a price counts that is reported on top of all that is known; undefined for anything else, which may change
 * what counts of all others.
 */
export function priceCounts(event: MatchEvent, sources: SourcesState): boolean | undefined {
  const ranking = rankings.get(sources);
  if (!ranking || kindOf(event)?.family !== "prices" || event.player !== undefined) return undefined;
  return !ranking.isGoverned("prices") || ranking.weightOf("prices", event) === "counts";
}

function rankingOf(standing: readonly MatchEvent[], policy: SourcesPolicy): Ranking {
  const listed = SOURCE_FAMILIES.flatMap((family) => orderFor(policy, family) ?? []).map(({ source }) => source);
  return new Ranking(policy, new Silences(standing, new Set(listed)));
}

function sourcesState(
  standing: readonly MatchEvent[],
  happenings: readonly Happening[],
  policy: SourcesPolicy,
  ranking: Ranking,
): SourcesState {
  return {
    families: ranking.familiesNow(),
    silentSeconds: policy.silentSeconds ?? null,
    silent: ranking.silentNow(),
    ...awaitedOf(happenings, policy, ranking),
    ...disagreementsOf(standing, happenings, policy, ranking),
  };
}

/** Reports that are listed; the others suspend just as well. */
const MAX_AWAITED = 10;

function awaitedOf(
  happenings: readonly Happening[],
  { suspendSeconds }: SourcesPolicy,
  ranking: Ranking,
): Pick<SourcesState, "awaited" | "suspending"> {
  const awaiting = happenings.flatMap(({ kind, suspends }) => (suspends ? [{ kind, event: suspends }] : []));
  const awaited = awaiting.slice(0, MAX_AWAITED).map(({ kind, event }) => ({
    family: kind.family,
    happening: kind.name,
    source: event.source,
    id: event.id,
    side: event.team ?? null,
    period: event.period ?? null,
    minute: event.minute ?? null,
    until: instantText(Date.parse(event.occurredAt) + suspendSeconds * 1_000),
    from: ranking.actingAt(kind.family, Date.parse(event.occurredAt)) ?? "",
  }));
  return { awaited, suspending: [...new Set(awaiting.map(({ kind }) => kind.name))].toSorted() };
}
