import { DEFAULT_VARIANT, type MatchEventInput } from "@touchline/domain";
import { durationMsOf, fixtureOf, type Pace, timelineEvents, type TimelineLine } from "@touchline/feeds";
import { pause, type Client, type PublishReport } from "@touchline/client";
import { observeMatch, type Observer } from "./observe.ts";
import { addEffect, EMPTY_TALLY, type ReplaySummary } from "./summary.ts";
import type { EventEffect } from "./tracker.ts";

/** The wall clock, and waiting for it. Tests give a faster one. */
export interface ReplayClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @throws the signal's reason when it aborts first */
  sleepUntil(at: number, signal: AbortSignal): Promise<void>;
}

export const WALL_CLOCK: ReplayClock = {
  now: () => Date.now(),
  sleepUntil: (at, signal) => pause(at - Date.now(), signal),
};

export interface ReplayOptions {
  /** Id under which the match is replayed. Known events are duplicates: a new replay needs a new one. */
  readonly matchId: string;
  /** Match seconds per second; `max` publishes the whole match at once, as history that ends now. */
  readonly speed: number | "max";
  /** Longest break between periods, in milliseconds. Default 5 s. */
  readonly longestBreakMs?: number;
  /** How long the match may take to come to rest after its last event, in milliseconds. Default 60 s. */
  readonly restMs?: number;
  readonly onEffect?: (effect: EventEffect) => void;
  /** Called for each line that is no event; the rest is replayed without it. */
  readonly onBadLine?: (line: TimelineLine, rule: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: ReplayClock;
}

const LONGEST_BREAK_MS = 5_000;
const REST_MS = 60_000;
/** An event in a paced replay is given up after this long; at full speed the whole rest period counts. */
const GIVE_UP_MS = 10_000;
/** Wall-clock time between the announcements and kick-off: enough for the first predictions to be made. */
const LONGEST_LEAD_MS = 3_000;

/**
 * Replays one match against a running service: registers the fixture, subscribes, and only then publishes, so that
 * nothing the match does goes unseen. Ids hold the match id, so that replays never collide in a shared queue.
 * @returns what it did, also when `signal` ended it early
 * @throws TimelineError for lines that are no match, and whatever the client throws
 */
export async function replayMatch(
  client: Client,
  lines: readonly TimelineLine[],
  options: ReplayOptions,
): Promise<ReplaySummary> {
  const { matchId, speed, clock = WALL_CLOCK, restMs = REST_MS } = options;
  const signal = options.signal ?? new AbortController().signal;
  const startedAt = clock.now();
  const pace = paceOf(lines, options, startedAt);
  const leadMs = speed === "max" ? undefined : Math.min(LONGEST_LEAD_MS, 3_600_000 / speed);
  const { events, unmapped } = timelineEvents(lines, {
    ...pace,
    matchId,
    idPrefix: `${matchId}-`,
    ...(leadMs === undefined ? {} : { leadMs }),
  });
  for (const { line, rule } of unmapped) options.onBadLine?.(line, rule);
  const fixture = fixtureOf(lines, pace);
  await client.registerMatch(matchId, fixture, { signal });

  let tally = EMPTY_TALLY;
  const observer = observeMatch({
    client,
    matchId,
    variant: DEFAULT_VARIANT,
    giveUpMs: speed === "max" ? restMs : GIVE_UP_MS,
    // A whole match at once is taken in whatever order the service finds: silence about one event means nothing.
    unreportedAfterMs: speed === "max" ? restMs : undefined,
    signal,
    onEffect: (effect) => {
      tally = addEffect(tally, effect);
      options.onEffect?.(effect);
    },
  });
  let atRest = false;
  try {
    await observer.opened;
    if (speed === "max") await publish(client, observer, events, signal);
    else await publishInTime(client, observer, events, signal, clock);
    atRest = await isSettledWithin(observer.atRest, restMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await observer.close();
  }
  const score = observer.latest?.state.score;
  return {
    ...tally,
    freshMs: tally.freshMs.toSorted((a, b) => a - b),
    matchId,
    title: `${fixture.home} ${score ? `${score.home}–${score.away}` : "v"} ${fixture.away}`,
    atRest,
    tookMs: clock.now() - startedAt,
  };
}

function paceOf(lines: readonly TimelineLine[], options: ReplayOptions, now: number): Pace {
  const { speed, longestBreakMs = LONGEST_BREAK_MS } = options;
  // History at full speed: true spacing, and the final whistle just before now.
  if (speed === "max") return { kickoff: now - durationMsOf(lines, { speed: 1 }) - 1_000, speed: 1 };
  const leadMs = Math.min(LONGEST_LEAD_MS, 3_600_000 / speed);
  return { kickoff: now + leadMs, speed, longestBreakMs };
}

async function publishInTime(
  client: Client,
  observer: Observer,
  events: readonly MatchEventInput[],
  signal: AbortSignal,
  clock: ReplayClock,
): Promise<void> {
  for (const event of events) {
    await clock.sleepUntil(Date.parse(event.occurredAt), signal);
    await publish(client, observer, [event], signal);
  }
}

async function publish(
  client: Client,
  observer: Observer,
  events: readonly MatchEventInput[],
  signal: AbortSignal,
): Promise<void> {
  observer.publishing(events);
  const [only] = events;
  const report: PublishReport = await client.publish(events.length === 1 && only ? only : events, { signal });
  for (const [index, { status }] of report.results.entries()) {
    const event = events[index];
    // What contradicts an event that is known may still take its place: then more is reported of it.
    if (event && (status === "duplicate" || status === "rejected")) observer.answered(event, status);
  }
}

/** @returns false when it takes longer than `ms`, or `signal` aborts */
async function isSettledWithin(work: Promise<void>, ms: number, signal: AbortSignal): Promise<boolean> {
  const done = new AbortController();
  const patience = pause(ms, AbortSignal.any([signal, done.signal])).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([work.then(() => true), patience]);
  } finally {
    done.abort();
  }
}
