import { canonicalJson, type MatchEventInput } from "@touchline/domain";
import {
  carriedFamilies,
  diffSnapshot,
  itemsOfTotals,
  type ParsedMatch,
  revisionAt,
  type SnapshotItem,
} from "@touchline/feeds";

/** So many matches are remembered; the one that was read longest ago is forgotten first. */
const MOST_MATCHES = 2_000;

/**
 * What a feed has said so far, match by match, so that each reading publishes only what is new in it. In memory: after
 * a restart everything that stands is published once more, and what vanished meanwhile is not taken back.
 */
export class FeedMemory {
  readonly #matches = new Map<string, readonly MatchEventInput[]>();

  /** What the reading says that none before it did. @param now wall-clock milliseconds */
  changes(match: ParsedMatch, now: number): Changes {
    const known = this.#matches.get(keyOf(match)) ?? [];
    return match.kind === "events" ? appended(known, match.events) : replaced(known, match, now);
  }

  /** To be called once the changes have arrived; until then the next reading says them again. */
  remember(match: ParsedMatch, { standing }: Changes): void {
    this.#matches.delete(keyOf(match));
    this.#matches.set(keyOf(match), standing);
    for (const oldest of this.#matches.keys()) {
      if (this.#matches.size <= MOST_MATCHES) break;
      this.#matches.delete(oldest);
    }
  }
}

function keyOf({ source, matchId }: ParsedMatch): string {
  return `${source}/${matchId}`;
}

interface Changes {
  /** In the order in which they are to be published. */
  readonly publish: readonly MatchEventInput[];
  readonly standing: readonly MatchEventInput[];
}

function appended(known: readonly MatchEventInput[], events: readonly MatchEventInput[]): Changes {
  const said = new Set(known.map((event) => canonicalJson(event)));
  const publish = events.filter((event) => !said.has(canonicalJson(event)));
  return { publish, standing: events };
}

function replaced(
  known: readonly MatchEventInput[],
  match: Exclude<ParsedMatch, { kind: "events" }>,
  now: number,
): Changes {
  const items = match.kind === "totals" ? itemsOfTotals(match.totals, match) : match.items;
  const kickoff = match.fixture === undefined ? undefined : Date.parse(match.fixture.kickoff);
  // Providers with revisions of their own keep them; the others count by the clock, so that a restart supersedes.
  const versioned = items.some(({ revision }) => revision !== undefined);
  const leastRevision = versioned || kickoff === undefined ? 1 : revisionAt(now, kickoff);
  const fixture = match.kind === "totals" ? fixtureItem(match) : [];
  const present = withCoverage(match, [...fixture, ...items]);
  const diff = diffSnapshot(known, present, { leastRevision });
  return { publish: [...diff.retracted, ...diff.revised, ...diff.added], standing: diff.standing };
}

/** The fixture says what its format carries: what it lacks must not be settled as if it had not happened. */
function withCoverage({ coverage }: ParsedMatch, items: readonly SnapshotItem[]): readonly SnapshotItem[] {
  const families = carriedFamilies(coverage);
  if (families === undefined) return items;
  return items.map((item) =>
    item.type === "fixture" ? { ...item, payload: { ...item.payload, coverage: families } } : item,
  );
}

function fixtureItem({ fixture, matchId, source }: ParsedMatch): MatchEventInput[] {
  if (!fixture) return [];
  return [{ id: "fixture", source, matchId, type: "fixture", occurredAt: fixture.kickoff, payload: { ...fixture } }];
}
