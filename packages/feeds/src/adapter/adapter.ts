import { FACT_FAMILIES as CARRIED, type FactFamily as CarriedFamily } from "@touchline/domain";
import type { FixtureInput, MatchEventInput, SnapshotItem, Totals } from "@touchline/domain";

/** One text of the feed: a file, a pipe, or the answer to one request. */
export interface FeedDocument {
  /** As faults name it: the path or the address. */
  readonly name: string;
  readonly text: string;
}

export interface FeedInput {
  /** Everything that belongs together: events and line-ups, F24 and F7. In any order. */
  readonly documents: readonly FeedDocument[];
  /** What the events give as their source. Default: the name of the format. */
  readonly source?: string | undefined;
  /** The match they belong to, where the feed names none, or under another id than its own. */
  readonly matchId?: string | undefined;
  /** Wall-clock milliseconds at which the match starts, where the feed does not say. */
  readonly kickoff?: number | undefined;
  /** The home side's id or name at the provider, where the feed does not say. */
  readonly home?: string | undefined;
}

/** What a feed can tell of. A market on what is not covered has nothing to settle on. */
export const FACT_FAMILIES = [
  "score",
  "scorers",
  "cards",
  "corners",
  "penalties",
  "substitutions",
  "lineups",
  "periods",
] as const;
export type FactFamily = (typeof FACT_FAMILIES)[number];
export type Coverage = Readonly<Record<FactFamily, boolean>>;

export function coverageOf(...families: readonly FactFamily[]): Coverage {
  return Object.fromEntries(FACT_FAMILIES.map((family) => [family, families.includes(family)])) as Coverage;
}

/**
 * Coverage as a fixture says it; undefined where all is carried. Prices come from elsewhere: no format here has them.
 */
export function carriedFamilies(coverage: Coverage): CarriedFamily[] | undefined {
  const isCarried = (family: CarriedFamily): boolean =>
    family === "prices" || coverage[family === "goals" ? "score" : family];
  return CARRIED.every(isCarried) ? undefined : CARRIED.filter(isCarried);
}

export type Delivery =
  /** One happening after another. What is not in the next document still stands. */
  | { readonly kind: "events"; readonly events: readonly MatchEventInput[] }
  /** The complete list, every time. What is missing is taken back. */
  | { readonly kind: "snapshot"; readonly items: readonly SnapshotItem[] }
  /** Numbers, and when they were last changed, or when the match starts; RFC 3339. */
  | { readonly kind: "totals"; readonly totals: Totals; readonly asOf: string };

/** One match of a document. */
export type ParsedMatch = {
  readonly matchId: string;
  readonly source: string;
  /** Present as far as the feed names teams, kick-off and competition; also the first of the events. */
  readonly fixture?: FixtureInput;
  readonly coverage: Coverage;
} & Delivery;

/** A part of a document that could not be read. The rest was. */
export interface FeedFault {
  /** Document, and the line or the path in it: `f24.xml, event 1811957136`. */
  readonly where: string;
  /** Which rule it breaks. */
  readonly rule: string;
}

export interface ParsedFeed {
  readonly matches: readonly ParsedMatch[];
  /** What means nothing here, counted by the provider's own type. */
  readonly unmapped: Readonly<Record<string, number>>;
  readonly faults: readonly FeedFault[];
}

/** A provider's format. Pure: the same documents give the same answer. */
export interface Adapter {
  /** As `--format` names it; also the default source. */
  readonly name: string;
  /** One line for lists: provider, and which documents belong together. */
  readonly summary: string;
  /** @throws FeedError when nothing of the input can be read, or something is missing that nothing can stand for */
  parse(input: FeedInput): ParsedFeed;
}

/** A document that is not what its format promises. The message names the document and the rule. */
export class FeedError extends Error {
  override readonly name = "FeedError";
}
