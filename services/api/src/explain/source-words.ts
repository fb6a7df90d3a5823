import type { ExplainAnswer } from "@touchline/contract";
import type { AwaitedReport, MatchState, SourcesState } from "@touchline/domain";
import { listed } from "./listed.ts";

/** What several sources make of the match, as an answer shows it. */
export function sourcesOf({ sources }: MatchState): ExplainAnswer["sources"] {
  if (!sources) return null;
  return {
    ...sources,
    families: Object.fromEntries(
      Object.entries(sources.families).map(([family, { order, acting }]) => [family, { order: [...order], acting }]),
    ),
    silent: [...sources.silent],
    awaited: [...sources.awaited],
    suspending: [...sources.suspending],
    disagreements: sources.disagreements.map((each) => ({
      ...each,
      reportedBy: [...each.reportedBy],
      against: [...each.against],
    })),
  };
}

/** Why a report of one source suspends the market. */
export function unconfirmedWords(sources: SourcesState | undefined): string {
  const reports = sources?.awaited.map(awaitedWords).join("; ") ?? "a report awaits its confirmation";
  return `${reports}. The market is offered again when it is confirmed, or when nobody waits for it any more.`;
}

function awaitedWords({ source, happening, side, minute, from }: AwaitedReport): string {
  const details = [side, minute === null ? null : `${minute}'`].filter((detail) => detail !== null);
  const where = details.length > 0 ? ` (${details.join(", ")})` : "";
  return `${source} reports ${happening}${where}, which ${from} has not confirmed`;
}

/** Why a market is suspended of which no source can tell. */
export function silentWords(sources: SourcesState | undefined): string {
  const families = Object.entries(sources?.families ?? {}).flatMap(([family, { acting }]) =>
    acting === null ? [family] : [],
  );
  return `All sources that may decide about ${listed(families)} are silent: ${listed(sources?.silent ?? [])}.`;
}
