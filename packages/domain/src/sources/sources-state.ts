import type { Period } from "../events/period.ts";
import type { Side } from "../events/side.ts";
import type { SourceFamily } from "../events/sources-policy.ts";

/** Who is believed about a family of facts now. */
export interface FamilySources {
  /** The authority first. */
  readonly order: readonly string[];
  /** The source that is authoritative now; null while all that may be are silent. */
  readonly acting: string | null;
}

export const DISAGREEMENTS = ["unconfirmed", "missing", "details"] as const;

/**
 * `unconfirmed`: no authoritative source reports it. `missing`: a source that goes on reporting has not reported it.
 * `details`: two tell different players or kinds.
 */
export type DisagreementKind = (typeof DISAGREEMENTS)[number];

/** A happening on which the sources do not agree. */
export interface Disagreement {
  readonly about: DisagreementKind;
  readonly family: SourceFamily;
  readonly happening: string;
  /** Who reports it, the most believed first, and who does not or says otherwise. */
  readonly reportedBy: readonly string[];
  readonly against: readonly string[];
  /** The most believed report of it. */
  readonly source: string;
  readonly id: string;
  readonly side: Side | null;
  readonly period: Period | null;
  readonly minute: number | null;
  /** Whether the report counts. */
  readonly counted: boolean;
}

/** A report that suspends markets until it is confirmed. */
export interface AwaitedReport extends Omit<Disagreement, "about" | "counted" | "reportedBy" | "against" | "family"> {
  readonly family: SourceFamily;
  /** ISO 8601: from then on nobody waits any longer. */
  readonly until: string;
  /** Whose word is awaited. */
  readonly from: string;
}

/** What several sources make of one match. Absent where nobody has said who is to be believed. */
export interface SourcesState {
  readonly families: Readonly<Partial<Record<SourceFamily, FamilySources>>>;
  /** A source from which nothing was received for so long is silent; null where nobody looks. */
  readonly silentSeconds: number | null;
  /** Listed sources that are silent now, sorted. */
  readonly silent: readonly string[];
  /** The first few reports that suspend markets, in match order. */
  readonly awaited: readonly AwaitedReport[];
  /** Kinds of all reports that do. Sorted. */
  readonly suspending: readonly string[];
  /** The last few, in match order. */
  readonly disagreements: readonly Disagreement[];
  /** All there are, by what they are about. */
  readonly disagreed: Readonly<Record<DisagreementKind, number>>;
}

/** Whether another source than the authority speaks for some family now: what it settles may be overturned. */
export function isHandedOver({ sources }: { readonly sources?: SourcesState }): boolean {
  return Object.values(sources?.families ?? {}).some(({ order, acting }) => acting !== order[0]);
}
