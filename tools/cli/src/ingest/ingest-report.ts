import type { ParsedFeed } from "@touchline/feeds";
import type { PublishReport, SnapshotReport } from "@touchline/client";

/** Types beyond so many are counted together. */
const LISTED_TYPES = 30;
/** Bad lines beyond so many are counted, not named. */
const LISTED_FAULTS = 50;

/** What an ingestion did, in numbers. */
export interface IngestTotals {
  readings: number;
  matches: number;
  accepted: number;
  duplicate: number;
  rejected: number;
  faults: number;
}

/** Collects what there is to say, and says each thing once however often the feed is read. */
export class IngestReport {
  readonly totals: IngestTotals = { readings: 0, matches: 0, accepted: 0, duplicate: 0, rejected: 0, faults: 0 };
  readonly #say: (line: string) => void;
  readonly #faults = new Set<string>();
  readonly #matches = new Set<string>();
  readonly #rejections = new Set<string>();
  #unmapped: Readonly<Record<string, number>> = {};

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  read({ matches, faults, unmapped }: ParsedFeed): void {
    this.totals.readings++;
    this.#unmapped = unmapped;
    for (const { matchId } of matches) this.#matches.add(matchId);
    this.totals.matches = this.#matches.size;
    for (const { where, rule } of faults) {
      const line = `${where}: ${rule}`;
      if (this.#faults.has(line)) continue;
      this.#faults.add(line);
      this.totals.faults++;
      if (this.totals.faults <= LISTED_FAULTS) this.#say(`left out ${line}`);
      else if (this.totals.faults === LISTED_FAULTS + 1) this.#say("left out more, counted below");
    }
  }

  published({ accepted, duplicate, rejected }: PublishReport): void {
    this.totals.accepted += accepted;
    this.totals.duplicate += duplicate;
    this.totals.rejected += rejected;
  }

  /** A snapshot was taken; what of it is known already counts as duplicate. */
  replaced({ status, added = [], revised = [], retracted = [], unchanged = 0, warnings = [] }: SnapshotReport): void {
    this.totals.accepted += added.length + revised.length + retracted.length;
    this.totals.duplicate += unchanged;
    if (status === "superseded") this.rejected("a newer list of this source is known: this one was put aside");
    for (const { id, message } of warnings) this.rejected(`event ${id}: ${message}`);
  }

  rejected(line: string): void {
    if (this.#rejections.has(line) || this.#rejections.size >= LISTED_FAULTS) return;
    this.#rejections.add(line);
    this.#say(line);
  }

  get unmapped(): Readonly<Record<string, number>> {
    return this.#unmapped;
  }

  /** What means nothing here, by the provider's type and count, of the last reading. */
  unmappedLine(): string | undefined {
    const all = Object.entries(this.#unmapped);
    if (all.length === 0) return undefined;
    const rest = all.slice(LISTED_TYPES).reduce((sum, [, count]) => sum + count, 0);
    const named = all.slice(0, LISTED_TYPES).map(([type, count]) => `${type}: ${count}`);
    return `not mapped, by type: ${[...named, ...(rest > 0 ? [`other types: ${rest}`] : [])].join(" · ")}`;
  }
}
