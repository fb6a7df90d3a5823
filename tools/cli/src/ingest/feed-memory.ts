import { canonicalJson, type MatchEventInput, type SnapshotItem, type Totals } from "@touchline/domain";
import { carriedFamilies, type ParsedMatch, revisionAt } from "@touchline/feeds";

/** So many matches are remembered; the one that was read longest ago is forgotten first. */
const MOST_MATCHES = 2_000;

/** What one reading says of a match that none before it did. */
export interface News {
  /** To be published one by one. */
  readonly events: readonly MatchEventInput[];
  /** The complete list, or the numbers, where they say something else than last time. */
  readonly snapshot?: { readonly items: readonly SnapshotItem[] } | { readonly totals: Totals };
}

interface Remembered {
  /** Texts of what was published one by one, or of the snapshot. */
  readonly said: ReadonlySet<string>;
}

/**
 * What a feed has said so far, match by match, so that each reading sends only what is new in it. In memory: after a
 * restart everything is sent once more, which changes nothing.
 */
export class FeedMemory {
  readonly #matches = new Map<string, Remembered>();

  /** @param now wall-clock milliseconds */
  news(match: ParsedMatch, now: number): News {
    const { said } = this.#matches.get(keyOf(match)) ?? { said: new Set<string>() };
    const isNew = (value: unknown): boolean => !said.has(canonicalJson(value));
    switch (match.kind) {
      case "events":
        return { events: match.events.filter(isNew) };
      case "snapshot":
        if (!isNew(match.items)) return { events: [] };
        return { events: [], snapshot: { items: withCoverage(match.items, match.coverage) } };
      case "totals": {
        const fixture = fixtureOf(match);
        const events = fixture && isNew(fixture) ? [{ ...fixture, revision: revisionOf(fixture, now) }] : [];
        return { events, ...(isNew(match.totals) ? { snapshot: { totals: match.totals } } : {}) };
      }
    }
  }

  /** To be called once the news has arrived; until then the next reading says it again. */
  remember(match: ParsedMatch): void {
    const reported: readonly unknown[] =
      match.kind === "events"
        ? match.events
        : match.kind === "snapshot"
          ? [match.items]
          : [match.totals, fixtureOf(match)];
    this.#matches.delete(keyOf(match));
    this.#matches.set(keyOf(match), { said: new Set(reported.map((value) => canonicalJson(value))) });
    for (const oldest of this.#matches.keys()) {
      if (this.#matches.size <= MOST_MATCHES) break;
      this.#matches.delete(oldest);
    }
  }
}

function keyOf({ source, matchId }: ParsedMatch): string {
  return `${source}/${matchId}`;
}

function fixtureOf({ fixture, matchId, source, coverage }: ParsedMatch): MatchEventInput | undefined {
  if (!fixture) return undefined;
  const payload = { ...fixture, ...carried(coverage) };
  return { id: "fixture", source, matchId, type: "fixture", occurredAt: fixture.kickoff, payload };
}

/** The fixture says what its format carries: what it lacks must not be settled as if it had not happened. */
function withCoverage(items: readonly SnapshotItem[], coverage: ParsedMatch["coverage"]): readonly SnapshotItem[] {
  return items.map((item) =>
    item.type === "fixture" ? { ...item, payload: { ...item.payload, ...carried(coverage) } } : item,
  );
}

function carried(coverage: ParsedMatch["coverage"]): { readonly coverage?: readonly string[] } {
  const families = carriedFamilies(coverage);
  return families === undefined ? {} : { coverage: families };
}

/** Counted by the clock, so that what is said after a restart supersedes what was said before it. */
function revisionOf({ occurredAt }: MatchEventInput, now: number): number {
  return revisionAt(now, Date.parse(occurredAt));
}
