import { computed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { MatchAnswer, MarketStatus } from "@touchline/contract";
import { BoardFilter, type Filter } from "../parts/board-filter.tsx";
import { ExplainDialog } from "../parts/explain-dialog.tsx";
import { MarketGroups } from "../parts/market-groups.tsx";
import { StatusBar } from "../parts/live-matches.tsx";
import { TimelineList } from "../parts/timeline-list.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { wordsOf } from "../state/known-names.ts";
import { diagnosis } from "../state/health.ts";
import { MatchFeed } from "../state/match-feed.ts";
import { addressOf } from "../state/place.ts";
import { periodWords } from "../state/words.ts";

const NO_FILTER: Filter = { statuses: new Set(), category: "", text: "" };
const PAGE = 40;

/** One match, live: its clock, its markets as tiles, and what every event did to them. */
export function MatchPage({ matchId }: { readonly matchId: string }) {
  const feed = useMemo(() => new MatchFeed(matchId), [matchId]);
  useEffect(() => () => feed.close(), [feed]);
  const filter = useSignal<Filter>(NO_FILTER);
  const explained = useSignal<string | undefined>(undefined);
  const shown = useSignal(PAGE);
  const match = feed.match.value;
  if (!match)
    return (
      <div class="page">
        <h1>{matchId}</h1>
        <p class="empty" role="status">
          {feed.problem.value ?? "Reading the match …"}
        </p>
        {feed.problem.value !== undefined && <a href={addressOf.overview}>All matches</a>}
      </div>
    );
  const entries = feed.timeline.value;
  return (
    <div class="page">
      {diagnosis.value && diagnosis.value.status !== "well" && <Verdict diagnosis={diagnosis.value} />}
      <Scoreboard match={match} feed={feed} />
      <div class="columns columns-wide">
        <section aria-labelledby="markets-title" class="board">
          <div class="board-head">
            <h2 id="markets-title">Markets</h2>
            <BoardFilter filter={filter} tiles={feed.board.tiles} />
          </div>
          <MarketGroups tiles={feed.board.tiles} filter={filter} onOpen={(id) => (explained.value = id)} />
        </section>
        <section aria-labelledby="timeline-title" class="board-side">
          <h2 id="timeline-title">Timeline</h2>
          {entries.length === 0 ? (
            <p class="empty">No event of the match is in its feed.</p>
          ) : (
            <TimelineList entries={entries} shown={shown.value} />
          )}
          {entries.length > shown.value && (
            <button type="button" class="quiet-button" onClick={() => (shown.value += PAGE)}>
              Show older events
            </button>
          )}
        </section>
      </div>
      {explained.value !== undefined && (
        <ExplainDialog
          matchId={matchId}
          market={explained.value}
          tile={feed.board.tile(explained.value)}
          version={match.version}
          onClose={() => (explained.value = undefined)}
        />
      )}
    </div>
  );
}

function Scoreboard({ match, feed }: { readonly match: MatchAnswer; readonly feed: MatchFeed }) {
  const { home, away, competition, state, version, matchId, clock } = match;
  const counts = useMemo(() => computed(() => countsOf(feed)), [feed]);
  return (
    <section class="scoreboard" aria-label="Score and clock">
      <p class="scoreboard-where">
        <a href={addressOf.overview}>Matches</a>
        <span>{competition ?? "No competition"}</span>
        <span>
          {matchId} · version <b class="number">{version}</b>
        </span>
      </p>
      <h1 class="scoreboard-score">
        <span class="side">
          <Reds count={state.redCards.home} />
          {home ?? "Home"}
        </span>
        <span class="goals" aria-label={`${state.score.home} to ${state.score.away}`}>
          <b>{state.score.home}</b>
          <i aria-hidden="true">:</i>
          <b>{state.score.away}</b>
        </span>
        <span class="side side-away">
          {away ?? "Away"}
          <Reds count={state.redCards.away} />
        </span>
      </h1>
      <p class="scoreboard-clock">
        {clock.running && <b>{state.minute}′</b>}
        <span>{periodWords(state.period)}</span>
        {clock.running && clock.rate !== 1 && <span class="tag">{clock.rate}-fold time</span>}
        <Volatility match={match} />
        <a class="tag tag-link" href={addressOf.whatIf(matchId)}>
          What if …?
        </a>
      </p>
      <StatusBar markets={counts.value} />
    </section>
  );
}

function Reds({ count }: { readonly count: number }) {
  return count === 0 ? null : <span class="reds">{count} red</span>;
}

const VOLATILITY_WORDS: Readonly<Record<string, string>> = {
  base_lifetime: "prices are calm",
  warning: "a price moved by more than 1.5 σ: predictions live a minute at most",
  panic: "a price moved by more than 2 σ: reads wait for a fresh prediction",
  panic_quota: "the panic has lasted: short lifetimes instead of waiting",
  high_volatility: "panic in more than half of the last 30 minutes",
  circuit_open: "panic in most of the last 30 minutes: the breaker is open",
};

/** How much the prices move, and what that makes of lifetimes. */
function Volatility({ match: { volatility } }: { readonly match: MatchAnswer }) {
  if (!volatility) return null;
  const { level, reason } = volatility;
  const why = VOLATILITY_WORDS[reason] ?? wordsOf(reason);
  return (
    <span class={`tag volatility-${level}`} title={why}>
      Volatility {level}
      <span class="tag-why"> · {why}</span>
    </span>
  );
}

function countsOf(feed: MatchFeed): Partial<Record<MarketStatus, number>> {
  const counts: Partial<Record<MarketStatus, number>> = {};
  for (const tile of feed.board.tiles.value) {
    const { status } = tile.value;
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
