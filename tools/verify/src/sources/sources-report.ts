import type { SourcesFinding } from "./check-sources.ts";
import { table } from "../table.ts";

/** What all matches of one kind of silence came to. */
export interface SourcesSummary {
  readonly matches: number;
  readonly reports: number;
  /** Goals and sendings-off, and those of which the second source spoke first. */
  readonly decisive: number;
  readonly secondFirst: number;
  /** Seconds from the first report to the authority's, of those: the median, and the longest. */
  readonly confirmedAfterSeconds: { readonly median: number; readonly longest: number };
  /** Times a silence began or ended. */
  readonly handovers: number;
  readonly lapsed: number;
  readonly disagreements: number;
  readonly faults: number;
}

export function sourcesSummary(findings: readonly SourcesFinding[]): SourcesSummary {
  const sum = (of: (finding: SourcesFinding) => number): number =>
    findings.reduce((total, finding) => total + of(finding), 0);
  const waits = findings.flatMap(({ confirmedAfterMs }) => confirmedAfterMs).toSorted((a, b) => a - b);
  return {
    matches: findings.length,
    reports: sum(({ reports }) => reports),
    decisive: sum(({ decisive }) => decisive),
    secondFirst: sum(({ secondFirst }) => secondFirst),
    confirmedAfterSeconds: {
      median: (waits[waits.length >> 1] ?? 0) / 1_000,
      longest: (waits.at(-1) ?? 0) / 1_000,
    },
    handovers: sum(({ handovers }) => handovers),
    lapsed: sum(({ lapsed }) => lapsed),
    disagreements: sum(({ disagreements }) => disagreements),
    faults: sum(({ faults }) => faults.length),
  };
}

const LISTED = 20;

/** One row for each kind of silence, and the first faults. */
export function sourcesReport(byKind: ReadonlyMap<string, readonly SourcesFinding[]>): string {
  const rows = [...byKind].map(([kind, findings]) => {
    const { confirmedAfterSeconds: waits, ...counts } = sourcesSummary(findings);
    const { matches, reports, decisive, secondFirst, handovers, lapsed, disagreements, faults } = counts;
    const shown = [matches, reports, decisive, secondFirst, waits.median, waits.longest, handovers, lapsed];
    return [kind, ...shown.map(String), String(disagreements), String(faults)];
  });
  const header = [
    "silence",
    "matches",
    "reports",
    "decisive",
    "second first",
    "median s",
    "longest s",
    "handovers",
    "lapsed",
    "disagreements",
    "wrong",
  ];
  const faults = [...byKind].flatMap(([kind, findings]) =>
    findings.flatMap(({ matchId, faults: wrong }) => wrong.map((what) => `WRONG ${matchId} ${kind}: ${what}`)),
  );
  const more = faults.length > LISTED ? [`and ${faults.length - LISTED} more`] : [];
  const align = header.map((_name, i) => (i === 0 ? "left" : "right"));
  return [table(header, rows, align), ...faults.slice(0, LISTED), ...more].join("\n");
}
