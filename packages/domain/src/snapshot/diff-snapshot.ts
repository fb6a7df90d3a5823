import { MatchEvent, type MatchEventInput, MAX_REVISION } from "../events/event.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import { identified, successorOf } from "./content-id.ts";

/** One row of a complete list; the provider's id where it has one. */
export type SnapshotItem = Omit<MatchEventInput, "id"> & { readonly id?: string };

export interface SnapshotDiff {
  /** New, or back after having been taken back. */
  readonly added: readonly MatchEventInput[];
  /** Known, with other content. */
  readonly revised: readonly MatchEventInput[];
  /** Known, and missing from the list. */
  readonly retracted: readonly MatchEventInput[];
  /** `known` of the next call: every event ever reported, each in its last revision. */
  readonly standing: readonly MatchEventInput[];
}

export interface SnapshotDiffOptions {
  /**
   * The least revision of what is published. A poller that has forgotten what it said before a restart passes
   * `revisionAt` its own time here, so that its words supersede the earlier ones. Default 1.
   */
  readonly leastRevision?: number;
}

/**
 * What a complete list says that the one before it did not.
 *
 * Rows without an id are identified by content: type, team, period, and which one of these it is in the order of the
 * match clock. So the id is a function of the list alone, whoever polls and in whatever order the rows come, and it
 * stays when a minute or a scorer is corrected. Where a row vanishes from the middle, the later ones move up and the
 * last id is retracted: the events that stand are those of the list either way.
 *
 * The same list twice gives nothing the second time. `occurredAt` alone is no change: providers that know only the
 * minute make it up anew with every answer. Publish what is retracted first, then what is revised, then what is added:
 * a goal that moves to the other side must not stand on both sides in between, and settle a total.
 * @param known events of this source and match as reported so far, or as the log has them   @param present the whole
 * list
 */
export function diffSnapshot(
  known: readonly MatchEventInput[],
  present: readonly SnapshotItem[],
  { leastRevision = 1 }: SnapshotDiffOptions = {},
): SnapshotDiff {
  const standing = new Map(known.map((event) => [event.id, event]));
  const added: MatchEventInput[] = [];
  const revised: MatchEventInput[] = [];
  const retracted: MatchEventInput[] = [];
  const listed = new Set<string>();
  const publish = (into: MatchEventInput[], event: MatchEventInput): void => {
    const before = standing.get(event.id)?.revision ?? 0;
    const revision = Math.max(before + 1, event.revision ?? 1, leastRevision);
    const next = { ...event, revision: Math.min(revision, MAX_REVISION) };
    standing.set(event.id, next);
    into.push(next);
  };
  for (const row of identified(present)) {
    const event = withUsableId(row, standing);
    if (listed.has(event.id)) continue;
    listed.add(event.id);
    const before = standing.get(event.id);
    if (before && contentOf(before) === contentOf(event)) continue;
    publish(!isStanding(event) ? retracted : before && isStanding(before) ? revised : added, event);
  }
  for (const event of known)
    if (!listed.has(event.id) && isStanding(event)) publish(retracted, { ...event, retracted: true });
  return { added, revised, retracted, standing: [...standing.values()] };
}

/** A row whose id has no revision left to say what it says now gets another id; the old one is retracted as missing. */
function withUsableId(event: MatchEventInput, known: ReadonlyMap<string, MatchEventInput>): MatchEventInput {
  const before = known.get(event.id);
  if ((before?.revision ?? 1) < MAX_REVISION || !before || contentOf(before) === contentOf(event)) return event;
  return withUsableId({ ...event, id: successorOf(event.id) }, known);
}

function isStanding({ retracted, type }: MatchEventInput): boolean {
  return retracted !== true && type !== "retraction";
}

/** What is said, with defaults filled in, without the wall clock and the revision. */
function contentOf(event: MatchEventInput): string {
  if (!isStanding(event)) return "retracted";
  const parsed = MatchEvent.safeParse(event);
  const { occurredAt: _time, claimedAt: _claim, revision: _number, ...content } = parsed.success ? parsed.data : event;
  return canonicalJson(content);
}
