import type { MatchEvent } from "../events/event.ts";
import { placeOf } from "../events/event-place.ts";
import type { SourcesPolicy } from "../events/sources-policy.ts";
import type { Happening } from "./happenings.ts";
import { kindOf } from "./happening-kind.ts";
import { playerOf, PlayerNames } from "./player-names.ts";
import type { Ranking } from "./ranking.ts";
import type { Disagreement, DisagreementKind, SourcesState } from "./sources-state.ts";

/** Disagreements that are listed; the others are counted. */
const MAX_LISTED = 10;

/** On what the sources do not agree. A report whose confirmation is still awaited is none yet. */
export function disagreementsOf(
  standing: readonly MatchEvent[],
  happenings: readonly Happening[],
  policy: SourcesPolicy,
  ranking: Ranking,
): Pick<SourcesState, "disagreements" | "disagreed"> {
  const reporting = new Reporting(standing, policy);
  const all = happenings.flatMap((happening) => disagreementsOn(happening, reporting, ranking));
  const disagreed: Record<DisagreementKind, number> = { unconfirmed: 0, missing: 0, details: 0 };
  for (const { about } of all) disagreed[about]++;
  return { disagreements: all.slice(-MAX_LISTED), disagreed };
}

function disagreementsOn(happening: Happening, reporting: Reporting, ranking: Ranking): Disagreement[] {
  const { kind, reports, counts, suspends } = happening;
  const [best] = reports;
  if (!best || suspends) return [];
  const shown = counts ?? best;
  const reportedBy = reports.map(({ source }) => source);
  const made = (about: DisagreementKind, against: readonly string[]): Disagreement => ({
    about,
    family: kind.family,
    happening: kind.name,
    reportedBy,
    against,
    source: shown.source,
    id: shown.id,
    side: shown.team ?? null,
    period: shown.period ?? null,
    minute: shown.minute ?? null,
    counted: counts !== undefined,
  });
  const { at } = placeOf(shown);
  const acting = ranking.actingAt(kind.family, at);
  if (acting !== undefined && ranking.rankOf(kind.family, shown.source) > ranking.rankOf(kind.family, acting))
    return [made("unconfirmed", [acting])];
  const others = reports.filter((event) => differs(event, shown, reporting.names)).map(({ source }) => source);
  const missing = ranking
    .sourcesOf(kind.family)
    .filter((source) => !reportedBy.includes(source))
    .filter((source) => !ranking.isSilentAt(source, at) && reporting.hasPassed(source, kind.family, at));
  return [
    ...(others.length > 0 ? [made("details", others)] : []),
    ...(missing.length > 0 ? [made("missing", missing)] : []),
  ];
}

function differs(a: MatchEvent, b: MatchEvent, names: PlayerNames): boolean {
  const [one, other] = [playerOf(a), playerOf(b)];
  const areOthers = one !== undefined && other !== undefined && names.areOthers(one, other);
  return areOthers || isOwnGoal(a) !== isOwnGoal(b);
}

function isOwnGoal({ type, payload }: MatchEvent): boolean {
  return type === "goal" && "kind" in payload && payload.kind === "own_goal";
}

/** How far each source has come, and what it reports of at all. */
class Reporting {
  readonly names: PlayerNames;
  readonly #last = new Map<string, number>();
  readonly #reports = new Set<string>();
  readonly #patienceMs: number;

  constructor(standing: readonly MatchEvent[], { matchSeconds }: SourcesPolicy) {
    this.names = new PlayerNames(standing);
    this.#patienceMs = matchSeconds * 1_000;
    for (const event of standing) {
      const kind = kindOf(event);
      // Prices come all the time, and say nothing of what their source has seen of the match.
      if (!kind || kind.matchedBy === "state") continue;
      const { source } = event;
      this.#reports.add(`${source} ${kind.family}`);
      this.#last.set(source, Math.max(this.#last.get(source) ?? -Infinity, placeOf(event).at));
    }
  }

  /** Whether the source reports the family, and has reported later things since. */
  hasPassed(source: string, family: string, at: number): boolean {
    return this.#reports.has(`${source} ${family}`) && (this.#last.get(source) ?? -Infinity) > at + this.#patienceMs;
  }
}
