import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { EventsAnswer, ImpactAnswer, MatchAnswer, MatchListAnswer } from "@touchline/contract";
import { Composer } from "../parts/composer.tsx";
import { ImpactView } from "../parts/impact-view.tsx";
import { KeyField } from "../parts/key-field.tsx";
import { Activity } from "../state/activity.ts";
import { ask, failureWords } from "../state/api.ts";
import { type Composed, eventOf, momentOf } from "../state/composed-event.ts";
import { apiKey } from "../state/key.ts";
import { usePolled } from "../state/polled.ts";
import { addressOf } from "../state/place.ts";

const FIRST: Composed = { matchId: "", type: "goal", team: "home", period: "first_half", minute: 0, more: "" };

/** Compose an event, see what it would touch, and publish it with a key. */
export function WhatIfPage({ matchId }: { readonly matchId: string | undefined }) {
  const activity = useMemo(() => new Activity(), []);
  useEffect(() => () => activity.close(), [activity]);
  const matches = usePolled<MatchListAnswer>("v1/matches?limit=100", 10_000);
  const composed = useSignal<Composed>({ ...FIRST, matchId: matchId ?? "" });
  const impact = useSignal<ImpactAnswer | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const published = useSignal<string | undefined>(undefined);
  const chosen = composed.value.matchId;

  useEffect(() => {
    const first = matches.value?.matches.find(({ status }) => status === "live") ?? matches.value?.matches[0];
    if (chosen === "" && first) composed.value = { ...composed.value, matchId: first.matchId };
  }, [matches.value, chosen]);
  useEffect(() => {
    if (chosen === "") return;
    ask<MatchAnswer>(`v1/matches/${encodeURIComponent(chosen)}`).then(
      ({ body }) => (composed.value = { ...composed.value, ...momentOf(body) }),
      (error: unknown) => (problem.value = failureWords(error)),
    );
  }, [chosen]);

  const send = async (use: (event: object) => Promise<void>): Promise<void> => {
    problem.value = undefined;
    published.value = undefined;
    try {
      await use(eventOf(composed.value, `console-${crypto.randomUUID().slice(0, 8)}`, Date.now()));
    } catch (error) {
      problem.value =
        error instanceof SyntaxError || (error instanceof TypeError && error.message.includes("JSON"))
          ? `More fields: ${error.message}`
          : failureWords(error);
    }
  };
  const tryIt = (): void =>
    void send(async (event) => {
      impact.value = (await ask<ImpactAnswer>("v1/impact", { method: "POST", body: event })).body;
    });
  const publish = (): void =>
    void send(async (event) => {
      const { body } = await ask<EventsAnswer>("v1/events", { method: "POST", body: event, key: apiKey.value });
      const [result] = body.results;
      const warnings = result?.warnings?.map(({ message }) => message) ?? [];
      published.value = [`It was ${result?.status ?? "taken"}.`, ...warnings].join(" ");
    });
  return (
    <div class="page">
      <h1>What if</h1>
      <p class="lead">Compose an event and see what it would touch. Nothing is written until it is published.</p>
      <div class="columns columns-narrow">
        <section aria-labelledby="event-title" class="card">
          <h2 id="event-title">The event</h2>
          <Composer composed={composed} matches={matches.value?.matches ?? []} onTry={tryIt} />
          <form
            class="publish"
            onSubmit={(event) => {
              event.preventDefault();
              publish();
            }}
          >
            <KeyField />
            <button type="submit" disabled={chosen === ""}>
              Publish it for real
            </button>
          </form>
          {problem.value !== undefined && (
            <p class="problem" role="alert">
              {problem.value}
            </p>
          )}
          {published.value !== undefined && (
            <p class="done" role="status">
              {published.value} <a href={addressOf.match(chosen)}>See the match</a>
            </p>
          )}
        </section>
        <section aria-labelledby="impact-title" aria-live="polite">
          <h2 id="impact-title">What it would do</h2>
          {impact.value ? (
            <ImpactView impact={impact.value} />
          ) : (
            <p class="empty">Choose a match and an event, then try it.</p>
          )}
        </section>
      </div>
    </div>
  );
}
