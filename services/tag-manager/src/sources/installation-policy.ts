import type { MatchTruth } from "@touchline/cache";
import { foldOn, MatchEvent, type SourcesPolicy, WATCH_SOURCE } from "@touchline/domain";
import type { Change } from "../apply-change.ts";

/**
 * `change`, and whom the installation believes, where it brings a match its first fixture and that says nothing of it.
 * As an event of the log it stays what it is: a later setting concerns later matches, and every process folds the same.
 */
export function withPolicy(change: Change, truth: MatchTruth, policy: SourcesPolicy | undefined): Change {
  const { event, events, fold } = change;
  const { fixture, sources } = fold.state;
  if (!policy || !fixture || truth.state.fixture || sources) return change;
  const appended = events ?? (event ? [event] : []);
  const [first] = appended;
  if (!first) return change;
  const { matchId, occurredAt } = first;
  const set = MatchEvent.parse({
    id: "sources-policy",
    source: WATCH_SOURCE,
    matchId,
    type: "sources_policy",
    occurredAt,
    payload: { policy },
  });
  const governed = foldOn(fold, set);
  return governed === fold ? change : { ...change, events: [...appended, set], fold: governed };
}
