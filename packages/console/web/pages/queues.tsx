import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { HealthSnapshot } from "@touchline/contract";
import { DeadLetters } from "../parts/dead-letters.tsx";
import { Figure, Figures } from "../parts/figures.tsx";
import { TimelineList } from "../parts/timeline-list.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { Activity } from "../state/activity.ts";
import { diagnosis, health } from "../state/health.ts";
import { addressOf } from "../state/place.ts";
import { duration } from "../state/words.ts";

/** What Bull Board does not show: by match and by event, why a refresh ran, and dead letters in words. */
export function QueuesPage() {
  const activity = useMemo(() => new Activity(), []);
  useEffect(() => () => activity.close(), [activity]);
  const matchId = useSignal("");
  const snapshot = health.value;
  const entries = activity.entries.value;
  const ids = [...new Set(entries.map((entry) => entry.matchId))];
  const shown = matchId.value === "" ? entries : entries.filter((entry) => entry.matchId === matchId.value);
  return (
    <div class="page">
      <h1>Queues</h1>
      {diagnosis.value && diagnosis.value.status !== "well" && <Verdict diagnosis={diagnosis.value} />}
      {snapshot && <Counts snapshot={snapshot} />}
      <div class="columns">
        <div>
          {snapshot && <Waiting snapshot={snapshot} />}
          <DeadLetters count={snapshot?.deadLetters ?? 0} />
        </div>
        <section aria-labelledby="why-title">
          <div class="section-head">
            <h2 id="why-title">Why refreshes ran</h2>
            <label>
              <span class="visually-hidden">Match</span>
              <select value={matchId.value} onChange={(event) => (matchId.value = event.currentTarget.value)}>
                <option value="">All matches</option>
                {ids.map((id) => (
                  <option key={id} value={id}>
                    {id}
                  </option>
                ))}
              </select>
            </label>
          </div>
          {shown.length === 0 ? (
            <p class="empty">No event has been applied since this page was opened.</p>
          ) : (
            <TimelineList entries={shown} shown={60} nameOf={(id) => id} />
          )}
        </section>
      </div>
    </div>
  );
}

function Counts({ snapshot: { events, refreshes, deadLetters } }: { readonly snapshot: HealthSnapshot }) {
  return (
    <>
      <Figures label="Jobs by queue">
        <Figure
          name="match-events"
          value={String(events.waiting)}
          note={events.waiting > 0 ? `oldest ${duration(events.oldestSeconds * 1000)}` : "all applied"}
          concern={events.oldestSeconds > 2}
        />
        <Figure
          name="refresh, waiting"
          value={String(refreshes?.waiting ?? "?")}
          note={
            refreshes && refreshes.waiting > 0 ? `oldest ${duration(refreshes.oldestSeconds * 1000)}` : "none waits"
          }
          concern={(refreshes?.oldestSeconds ?? 0) > 2}
        />
        <Figure
          name="refresh, running"
          value={String(refreshes?.active ?? "?")}
          note={
            refreshes && refreshes.active > 0
              ? `longest ${duration(refreshes.longestActiveSeconds * 1000)}`
              : "none runs"
          }
        />
        <Figure
          name="dead-letters"
          value={String(deadLetters ?? "?")}
          note={deadLetters ? "see below" : "none"}
          concern={Boolean(deadLetters)}
        />
      </Figures>
      <p class="quiet">
        Single jobs, with their data and logs, are in Bull Board, for the user admin:{" "}
        {["match-events", "refresh", "dead-letters"].map((queue) => (
          <a key={queue} class="inline-link" href={`admin/queues/queue/${queue}`}>
            {queue}
          </a>
        ))}
      </p>
    </>
  );
}

/** What waits and runs now, match by match. */
function Waiting({ snapshot: { events, refreshes } }: { readonly snapshot: HealthSnapshot }) {
  const rows = [
    ...events.matches.map(({ matchId, waiting, oldestSeconds }) => ({
      matchId,
      what: waiting === 1 ? "1 event waits to be applied" : `${waiting} events wait to be applied`,
      seconds: oldestSeconds,
    })),
    ...(refreshes?.matches ?? []).map(({ matchId, state, urgency, seconds }) => ({
      matchId,
      what: state === "active" ? "a refresh runs" : `a refresh waits (${urgency})`,
      seconds,
    })),
  ];
  return (
    <section aria-labelledby="waiting-title">
      <h2 id="waiting-title">Now, match by match</h2>
      {rows.length === 0 ? (
        <p class="empty">Nothing waits and nothing runs.</p>
      ) : (
        <ul class="match-list">
          {rows.map(({ matchId, what, seconds }, index) => (
            <li key={`${matchId}-${index}`}>
              <a href={addressOf.match(matchId)}>
                <span class="match-teams">{matchId}</span>
                <span>{what}</span>
                <span class="quiet">{duration(seconds * 1000)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
