import { groupBy } from "../collections/group-by.ts";
import type { MatchEvent } from "../events/event.ts";
import { placeOf } from "../events/event-place.ts";
import type { PayloadOf } from "../events/event-payloads.ts";

interface Silence {
  /** Wall-clock milliseconds: since when nothing was received, and when it was received again. */
  readonly from: number;
  readonly to: number;
  /** What happened in between has been reported since. */
  readonly complete: boolean;
  /** Who said that it began. */
  readonly by: string;
}

interface Word {
  readonly source: string;
  readonly at: number;
  readonly says: "silent" | "back";
  readonly complete: boolean;
  readonly by: string;
  readonly id: string;
}

/**
 * When each source was silent, by what the log says of it: a tag-manager that received nothing, or the source itself
 * (`feed_gap`, `feed_recovered`). Decided by nothing but recorded times, so every process comes to the same.
 */
export class Silences {
  readonly #bySource: ReadonlyMap<string, readonly Silence[]>;

  /** @param standing events that are not retracted   @param listed sources that have a place in some order */
  constructor(standing: readonly MatchEvent[], listed: ReadonlySet<string>) {
    const words = standing.flatMap((event) => wordOf(event) ?? []).filter(({ source }) => listed.has(source));
    this.#bySource = new Map(
      [...groupBy(words, ({ source }) => source)].map(([source, ofSource]) => [source, silencesOf(ofSource)]),
    );
  }

  /** Whether nothing is known of what the source would have reported at that time. */
  covers(source: string, at: number): boolean {
    return this.#of(source).some(({ from, to, complete }) => !complete && from <= at && at < to);
  }

  /** Whether the source was silent then and has reported everything since. */
  isMadeUp(source: string, at: number): boolean {
    return this.#of(source).some(({ from, to, complete }) => complete && from <= at && at < to);
  }

  isSilentNow(source: string): boolean {
    return this.#of(source).at(-1)?.to === Infinity;
  }

  /** Who said that the present silence began; undefined when there is none. */
  openedBy(source: string): string | undefined {
    const last = this.#of(source).at(-1);
    return last?.to === Infinity ? last.by : undefined;
  }

  #of(source: string): readonly Silence[] {
    return this.#bySource.get(source) ?? [];
  }
}

function wordOf(event: MatchEvent): Word | undefined {
  const { type, id, source: by } = event;
  const { at } = placeOf(event);
  switch (type) {
    case "feed_gap":
      return { source: by, at, says: "silent", complete: false, by, id };
    case "feed_recovered":
      return { source: by, at, says: "back", complete: true, by, id };
    case "source_silent": {
      const { source = by, since } = event.payload as PayloadOf<"source_silent">;
      return { source, at: since === undefined ? at : Date.parse(since), says: "silent", complete: false, by, id };
    }
    case "source_back": {
      const { source = by, complete } = event.payload as PayloadOf<"source_back">;
      return { source, at, says: "back", complete, by, id };
    }
    default:
      return undefined;
  }
}

/** One after the other in time. Whoever says last that everything has been reported says it of all silences before. */
function silencesOf(words: readonly Word[]): Silence[] {
  const sorted = words.toSorted(
    (a, b) => a.at - b.at || Number(a.says === "back") - Number(b.says === "back") || (a.id < b.id ? -1 : 1),
  );
  let silences: Silence[] = [];
  for (const { at, says, complete, by } of sorted) {
    const open = silences.at(-1)?.to === Infinity;
    if (says === "silent" && !open) silences.push({ from: at, to: Infinity, complete: false, by });
    if (says !== "back") continue;
    if (open) silences = silences.map((silence) => (silence.to === Infinity ? { ...silence, to: at } : silence));
    if (complete) silences = silences.map((silence) => ({ ...silence, complete: true }));
  }
  return silences;
}

/** The words by which a source says of itself that it was silent. With an order of sources they speak of it alone. */
export function speaksOfItself({ type }: Pick<MatchEvent, "type">): boolean {
  return type === "feed_gap" || type === "feed_recovered";
}
