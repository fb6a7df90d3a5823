import type { LiveMatch } from "@touchline/contract";
import { addressOf } from "../state/place.ts";
import { duration, periodWords, reasonWords } from "../state/words.ts";
import { Status, STATUSES } from "./status.tsx";

interface LiveMatchesProps {
  readonly matches: readonly LiveMatch[] | undefined;
  readonly complete: boolean;
}

/** The matches that are being played, each with its worst label. */
export function LiveMatches({ matches, complete }: LiveMatchesProps) {
  return (
    <section aria-labelledby="live-title">
      <h2 id="live-title">Live</h2>
      {matches === undefined || matches.length === 0 ? (
        <p class="empty">{matches === undefined ? "The store does not answer." : "No match is being played."}</p>
      ) : (
        <ul class="live-list">
          {matches.map((match) => (
            <LiveRow key={match.matchId} match={match} />
          ))}
        </ul>
      )}
      {!complete && <p class="empty">More matches are live than are listed here.</p>}
    </section>
  );
}

function LiveRow({ match }: { readonly match: LiveMatch }) {
  const { matchId, home, away, competition, state, worst, reason, markets, oldestSeconds } = match;
  return (
    <li>
      <a class="live-row" href={addressOf.match(matchId)}>
        <span class="live-clock">
          <b>{state.minute}′</b>
          <span>{periodWords(state.period)}</span>
        </span>
        <span class="live-teams">
          <TeamLine name={home} goals={state.score.home} reds={state.redCards.home} />
          <TeamLine name={away} goals={state.score.away} reds={state.redCards.away} />
        </span>
        <span class="live-state">
          {worst && <Status status={worst} />}
          <span class="quiet">
            {reason && worst !== "fresh" && worst !== "settled" ? reasonWords(reason) : competition}
            {oldestSeconds !== null && ` · oldest ${duration(oldestSeconds * 1000)}`}
          </span>
        </span>
        <StatusBar markets={markets} />
      </a>
    </li>
  );
}

function TeamLine({
  name,
  goals,
  reds,
}: {
  readonly name: string | null;
  readonly goals: number;
  readonly reds: number;
}) {
  return (
    <span class="team-line">
      <span class="team-name">{name ?? "?"}</span>
      {reds > 0 && (
        <span class="reds" title={`${reds} sent off`}>
          {reds} red
        </span>
      )}
      <b class="team-goals">{goals}</b>
    </span>
  );
}

/** How many markets have which status, as one bar with its numbers in words. */
export function StatusBar({ markets }: { readonly markets: Readonly<Partial<Record<string, number>>> }) {
  const present = STATUSES.filter((status) => (markets[status] ?? 0) > 0);
  return (
    <span class="status-bar">
      <span class="status-bar-fill" aria-hidden="true">
        {present.map((status) => (
          <i key={status} class={`fill-${status}`} style={{ flexGrow: markets[status] ?? 0 }} />
        ))}
      </span>
      <span class="status-bar-words">{present.map((status) => `${markets[status]} ${status}`).join(" · ")}</span>
    </span>
  );
}
