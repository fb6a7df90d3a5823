import type { HealthSnapshot } from "@touchline/contract";
import type { Found } from "./diagnose.ts";
import { percentileOf } from "./percentile.ts";

/** An event or a refresh that has waited so long is not just on its way, seconds. */
const WAITED_TOO_LONG = 2;
/**
 * A process that waits for work asks for it every few seconds; one that has been silent for so long hangs, or works.
 */
const SILENT_TOO_LONG = 12;
/** Shorter silences are ordinary, seconds. */
const SHORTEST_SILENCE = 3;
/** A refresh whose computing takes so long makes goals wait, milliseconds. */
const SLOW_MODEL_MS = 500;
const LATE_FRESH_MS = 2_000;
/** Fewer samples say nothing about how things are. */
const ENOUGH_SAMPLES = 5;

/** What is wrong on the way from an accepted event to a fresh prediction, in the order of that way. */
export function findInDelivery(snapshot: HealthSnapshot): Found[] {
  // Without the queue nothing of this can be seen, and it has been said already.
  if (!snapshot.queue.answers) return [];
  if (snapshot.refreshes === null || snapshot.processes === null) return [unread];
  const apply = applying(snapshot);
  const refresh = refreshing(snapshot);
  return [...apply, ...refresh, ...(apply.length + refresh.length === 0 ? late(snapshot) : []), ...letters(snapshot)];
}

const unread: Found = {
  code: "queue-unread",
  gravity: "trouble",
  sentence: "Redis answers, but this api cannot read the jobs of the queue: it cannot ask for refreshes either.",
  action: "Restart this api. If that does not help, see whether its Redis user may read the queue's keys.",
};

function applying({ events, processes }: HealthSnapshot): Found[] {
  const { waiting, oldestSeconds, unknown } = events;
  const quiet = quietOf(processes, "tag-manager");
  const waits = waiting > 0 && oldestSeconds > WAITED_TOO_LONG;
  if (quiet?.length === 0)
    return [
      {
        code: "no-tag-manager",
        gravity: waits ? "down" : "trouble",
        sentence: `No tag-manager runs: ${waits ? waitingWords(waiting, oldestSeconds) : "new events will wait"}.`,
        action: "Start a tag-manager. Accepted events are kept and applied in order.",
      },
    ];
  if (waits && frozen(quiet, oldestSeconds))
    return [
      {
        code: "tag-manager-frozen",
        gravity: "down",
        sentence: `The tag-manager takes no events, though it is connected: ${waitingWords(waiting, oldestSeconds)}.`,
        action: "Restart it: it is frozen or stuck. See its log and its CPU first, if there is time.",
      },
    ];
  if (waits)
    return [
      {
        code: "events-wait",
        gravity: "trouble",
        sentence: `Events are applied too slowly: ${waitingWords(waiting, oldestSeconds)}.`,
        action: "Start more tag-managers, or see in their logs what holds them up.",
      },
    ];
  if (unknown)
    return [
      {
        code: "events-unknown",
        gravity: "trouble",
        sentence: "Nobody can tell whether events wait, so nothing is called fresh.",
        action: "See whether the queue Redis answers slowly, or the api is short of CPU.",
      },
    ];
  return [];
}

function eventsWords(count: number): string {
  return count === 1 ? "1 accepted event has not been applied" : `${count} accepted events have not been applied`;
}

function waitingWords(count: number, seconds: number): string {
  return `${eventsWords(count)}, the oldest for ${seconds} s`;
}

function refreshing({ refreshes, processes, recent }: HealthSnapshot): Found[] {
  const quiet = quietOf(processes, "worker");
  const { waiting = 0, active = 0, oldestSeconds = 0, longestActiveSeconds = 0 } = refreshes ?? {};
  const waits = waiting > 0 && oldestSeconds > WAITED_TOO_LONG;
  const words = `${waiting} ${waiting === 1 ? "refresh waits" : "refreshes wait"}, the oldest for ${oldestSeconds} s`;
  if (quiet?.length === 0)
    return [
      {
        code: "no-worker",
        gravity: waits ? "down" : "trouble",
        sentence: `No worker runs: ${waits ? words : "predictions will turn stale"}.`,
        action: "Start workers. Whatever is due is kept in the store and made by them.",
      },
    ];
  const computeMs = percentileOf(recent.computeMs, 0.5);
  const slow = computeMs !== undefined && computeMs > SLOW_MODEL_MS;
  if (slow || (active > 0 && longestActiveSeconds > WAITED_TOO_LONG && !frozen(quiet, longestActiveSeconds)))
    return [
      {
        code: "model-slow",
        gravity: "trouble",
        sentence: `The model is slow: a refresh computes for ${
          slow ? `${Math.round(computeMs)} ms` : `more than ${longestActiveSeconds} s`
        }, so predictions stay stale or suspended for as long.`,
        action: "See the model server's load and log (PREDICTOR_URL), or start more workers.",
      },
    ];
  if ((waits || longestActiveSeconds > WAITED_TOO_LONG) && frozen(quiet, Math.max(oldestSeconds, longestActiveSeconds)))
    return [
      {
        code: "worker-frozen",
        gravity: "down",
        sentence: `Workers take no refreshes, though they are connected: ${waits ? words : `one has held a refresh for ${longestActiveSeconds} s`}.`,
        action: "Restart the workers: they are frozen or stuck. See their logs and CPU first, if there is time.",
      },
    ];
  if (waits)
    return [
      {
        code: "refreshes-wait",
        gravity: "trouble",
        sentence: `Workers do not keep up: ${words}.`,
        action: "Start more workers. Background refreshes are shed first meanwhile.",
      },
    ];
  return [];
}

/** Whether every process of the role has been silent while there was work. */
function frozen(quiet: readonly number[] | undefined, waitedSeconds: number): boolean {
  // Being handed the work is the last sign of a process that froze before it, and ages are known to a second or two.
  const since = Math.min(SILENT_TOO_LONG, Math.max(SHORTEST_SILENCE, waitedSeconds - 2));
  return quiet !== undefined && quiet.every((seconds) => seconds >= since);
}

function late({ recent }: HealthSnapshot): Found[] {
  const last = recent.eventToFresh.slice(-20).map(({ ms }) => ms);
  const p95 = percentileOf(last, 0.95);
  if (p95 === undefined || last.length < ENOUGH_SAMPLES || p95 <= LATE_FRESH_MS) return [];
  return [
    {
      code: "fresh-late",
      gravity: "watch",
      sentence: `The last events took up to ${(p95 / 1000).toFixed(1)} s until their predictions were fresh.`,
      action: "See the load of workers and Redis; start more workers if they are busy.",
    },
  ];
}

function letters({ deadLetters }: HealthSnapshot): Found[] {
  if (!deadLetters) return [];
  return [
    {
      code: "dead-letters",
      gravity: "watch",
      sentence: `${deadLetters} ${deadLetters === 1 ? "job was" : "jobs were"} refused for good and ${
        deadLetters === 1 ? "is" : "are"
      } kept as dead letters.`,
      action: "Read why in the console under Queues; correct and publish again, or remove.",
    },
  ];
}

/** Seconds of silence of each process of the role; undefined where they cannot be listed. */
function quietOf(processes: HealthSnapshot["processes"], role: string): readonly number[] | undefined {
  if (processes === null) return undefined;
  return processes.find((each) => each.role === role)?.quietSeconds ?? [];
}
