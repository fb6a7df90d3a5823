import type { ListedMatch } from "@touchline/contract";
import { addressOf } from "../state/place.ts";

interface OtherMatchesProps {
  readonly title: string;
  readonly matches: readonly ListedMatch[] | undefined;
  readonly empty: string;
}

/** Matches that are not being played. */
export function OtherMatches({ title, matches, empty }: OtherMatchesProps) {
  const id = `${title.toLowerCase()}-title`;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {matches === undefined || matches.length === 0 ? (
        <p class="empty">{matches === undefined ? "…" : empty}</p>
      ) : (
        <ul class="match-list">
          {matches.map(({ matchId, home, away, competition, kickoff, status, state }) => (
            <li key={matchId}>
              <a href={addressOf.match(matchId)}>
                <span class="match-teams">
                  {home ?? "?"} – {away ?? "?"}
                </span>
                <b class="match-score">{status === "ended" ? `${state.score.home} : ${state.score.away}` : ""}</b>
                <span class="quiet">{status === "ended" ? competition : kickoffWords(kickoff)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function kickoffWords(kickoff: string | null): string {
  if (kickoff === null) return "kick-off not known";
  return new Date(kickoff).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
