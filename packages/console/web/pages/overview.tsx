import { useEffect, useMemo } from "preact/hooks";
import { useComputed } from "@preact/signals";
import type { HealthSnapshot, MatchListAnswer, VerificationAnswer } from "@touchline/contract";
import { percentileOf } from "@touchline/diagnosis";
import { Chart } from "../parts/chart.tsx";
import { Figure, Figures } from "../parts/figures.tsx";
import { LiveMatches } from "../parts/live-matches.tsx";
import { OtherMatches } from "../parts/other-matches.tsx";
import { TimelineList } from "../parts/timeline-list.tsx";
import { Verification } from "../parts/verification.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { Activity } from "../state/activity.ts";
import { diagnosis, health } from "../state/health.ts";
import { usePolled } from "../state/polled.ts";
import { bytes, counted, duration } from "../state/words.ts";

const LISTED = 50;

/** All matches and whether all is well. */
export function Overview() {
  const activity = useMemo(() => new Activity(), []);
  useEffect(() => () => activity.close(), [activity]);
  const upcoming = usePolled<MatchListAnswer>(`v1/matches?status=upcoming&limit=${LISTED}`, 5_000);
  const ended = usePolled<MatchListAnswer>(`v1/matches?status=ended&limit=${LISTED}`, 5_000);
  const verification = usePolled<VerificationAnswer>("v1/verification", 5_000);
  const names = useComputed(() => namesOf(health.value, upcoming.value, ended.value));
  const snapshot = health.value;
  return (
    <div class="page">
      <h1 class="visually-hidden">Matches</h1>
      <Verdict diagnosis={diagnosis.value} />
      {snapshot && <Vital snapshot={snapshot} />}
      <div class="columns">
        <div>
          <LiveMatches matches={snapshot?.matches?.live} complete={snapshot?.matches?.complete ?? true} />
          <OtherMatches title="Coming" matches={upcoming.value?.matches} empty="No match is announced." />
          <OtherMatches title="Ended" matches={ended.value?.matches} empty="No match has ended." />
        </div>
        <div>
          {snapshot && <FreshChart snapshot={snapshot} />}
          {verification.value && <Verification found={verification.value} />}
          <section aria-labelledby="activity-title">
            <h2 id="activity-title">What happens</h2>
            {activity.entries.value.length === 0 ? (
              <p class="empty">Nothing has happened since this page was opened.</p>
            ) : (
              <TimelineList entries={activity.entries.value} shown={12} nameOf={(id) => names.value.get(id) ?? id} />
            )}
          </section>
        </div>
      </div>
    </div>
  );
}

function Vital({ snapshot }: { readonly snapshot: HealthSnapshot }) {
  const { events, refreshes, processes, deadLetters, matches, recent, efficiency, store, queue } = snapshot;
  const oldest = Math.max(0, ...(matches?.live.map(({ oldestSeconds }) => oldestSeconds ?? 0) ?? []));
  const times = recent.eventToFresh.map(({ ms }) => ms);
  const p50 = percentileOf(times, 0.5);
  const p95 = percentileOf(times, 0.95);
  const running = (role: string): number | undefined => processes?.find((each) => each.role === role)?.count;
  const perCompute = efficiency && efficiency.computes > 0 ? efficiency.requests / efficiency.computes : undefined;
  return (
    <Figures label="How it goes">
      <Figure
        name="Events waiting"
        value={String(events.waiting)}
        note={events.waiting > 0 ? `oldest ${duration(events.oldestSeconds * 1000)}` : "all applied"}
        concern={events.oldestSeconds > 2}
      />
      <Figure
        name="Refreshes waiting"
        value={refreshes ? String(refreshes.waiting) : "?"}
        note={
          refreshes
            ? refreshes.waiting > 0
              ? `oldest ${duration(refreshes.oldestSeconds * 1000)}`
              : `${refreshes.active} running`
            : "cannot be seen"
        }
        concern={!refreshes || refreshes.oldestSeconds > 2}
      />
      <Figure
        name="Event to fresh"
        value={p50 === undefined ? "–" : duration(p50)}
        note={p95 === undefined ? "no event yet" : `95 % within ${duration(p95)}`}
      />
      <Figure
        name="Age of what is served"
        value={matches && matches.live.length > 0 ? duration(oldest * 1000) : "–"}
        note="oldest price of a live match"
      />
      <Figure
        name="Processes"
        value={processes ? `${running("tag-manager") ?? 0} + ${running("worker") ?? 0}` : "?"}
        note="tag-managers + workers"
        concern={running("worker") === 0 || running("tag-manager") === 0}
      />
      <Figure
        name="Reads per compute"
        value={perCompute === undefined ? "–" : perCompute.toFixed(1)}
        note={`${counted(recent.refreshes, "refresh", "refreshes")} in 10 min`}
      />
      <Figure
        name="Redis"
        value={store.usedBytes === null ? "?" : bytes(store.usedBytes)}
        note={queue.pingMs === null ? "does not answer" : `answers in ${duration(Math.max(1, queue.pingMs))}`}
        concern={!store.answers || !queue.answers}
      />
      <Figure
        name="Dead letters"
        value={deadLetters === null ? "?" : String(deadLetters)}
        note={deadLetters ? "see Queues" : "none"}
        concern={Boolean(deadLetters)}
      />
    </Figures>
  );
}

function FreshChart({ snapshot }: { readonly snapshot: HealthSnapshot }) {
  const samples = snapshot.recent.eventToFresh;
  if (samples.length < 2) return null;
  const times = samples.map(({ at }) => Date.parse(at) / 1000);
  const values = samples.map(({ ms }) => ms);
  const worst = Math.max(...values);
  return (
    <section aria-labelledby="fresh-title">
      <h2 id="fresh-title">From event to fresh</h2>
      <Chart
        label={`${samples.length} events of the last 10 minutes; the slowest took ${duration(worst)}`}
        times={times}
        lines={[{ label: "ms", values }]}
        height={130}
        format={duration}
        points
      />
    </section>
  );
}

function namesOf(
  snapshot: HealthSnapshot | undefined,
  ...lists: (MatchListAnswer | undefined)[]
): ReadonlyMap<string, string> {
  const matches = [...(snapshot?.matches?.live ?? []), ...lists.flatMap((list) => list?.matches ?? [])];
  return new Map(matches.map(({ matchId, home, away }) => [matchId, `${home ?? "?"} – ${away ?? "?"}`]));
}
