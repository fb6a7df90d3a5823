import type { HealthSnapshot } from "@touchline/client";
import { percentileOf } from "@touchline/diagnosis";

/** What is read off first, each as a name and its words, in the order of the way from an event to a fresh price. */
export function healthRows(snapshot: HealthSnapshot): readonly (readonly [name: string, words: string])[] {
  const { version, graphVersion, upSeconds, node, store, queue, deadLetters } = snapshot;
  return [
    ["build", `${version}, graph ${graphVersion}, Node ${node}, up ${seconds(upSeconds)}`],
    ["processes", processWords(snapshot)],
    ["store redis", redisWords(store)],
    ["queue redis", redisWords(queue)],
    ["events", eventWords(snapshot)],
    ["refreshes", refreshWords(snapshot)],
    ["event to fresh", freshWords(snapshot)],
    ["matches", matchWords(snapshot)],
    ["served", servedWords(snapshot)],
    ["efficiency", efficiencyWords(snapshot)],
    ["dead letters", deadLetters === null ? UNSEEN : String(deadLetters)],
  ];
}

const UNSEEN = "cannot be seen";

function processWords({ processes }: HealthSnapshot): string {
  if (processes === null) return UNSEEN;
  return processes
    .map(({ role, count, quietSeconds }) => {
      const quiet = quietSeconds.length === 0 ? "" : `, last seen ${seconds(Math.min(...quietSeconds))} ago`;
      return `${count} ${role}${count === 1 ? "" : "s"}${quiet}`;
    })
    .join(" · ");
}

function redisWords({
  answers,
  pingMs,
  usedBytes,
  maxBytes,
  policy,
  appendOnly,
  version,
}: HealthSnapshot["store"]): string {
  if (!answers) return "does not answer";
  const limit = maxBytes ? ` of ${megabytes(maxBytes)}` : "";
  return [
    `answers in ${pingMs ?? "?"} ms`,
    usedBytes !== null && `${megabytes(usedBytes)}${limit}`,
    policy,
    appendOnly ? "append-only file" : "no append-only file",
    version !== null && `version ${version}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function eventWords({ events }: HealthSnapshot): string {
  if (events.unknown) return UNSEEN;
  return events.waiting === 0 ? "none waits" : `${events.waiting} wait, the oldest for ${events.oldestSeconds} s`;
}

function refreshWords({ refreshes }: HealthSnapshot): string {
  if (!refreshes) return UNSEEN;
  const { waiting, active, oldestSeconds } = refreshes;
  return `${waiting === 0 ? "none waits" : `${waiting} wait, the oldest for ${oldestSeconds} s`}, ${active} running`;
}

function freshWords({ recent }: HealthSnapshot): string {
  const times = recent.eventToFresh.map(({ ms }) => ms);
  const [p50, p95] = [percentileOf(times, 0.5), percentileOf(times, 0.95)];
  if (p50 === undefined || p95 === undefined) return `no event in ${recent.windowSeconds / 60} min`;
  return `${Math.round(p50)} ms usually, 95 % within ${Math.round(p95)} ms (${times.length} in ${recent.windowSeconds / 60} min)`;
}

function matchWords({ matches }: HealthSnapshot): string {
  if (!matches) return UNSEEN;
  return `${matches.listed} listed, ${matches.live.length}${matches.complete ? "" : " or more"} live`;
}

function servedWords({ matches }: HealthSnapshot): string {
  const ages = matches?.live.flatMap(({ oldestSeconds }) => oldestSeconds ?? []) ?? [];
  if (!matches || ages.length === 0) return matches ? "nothing live" : UNSEEN;
  const order = ["missing", "suspended", "stale", "fresh", "settled"];
  const worst = matches.live
    .filter(({ worst: label }) => label !== null)
    .toSorted((a, b) => order.indexOf(a.worst ?? "") - order.indexOf(b.worst ?? ""))[0];
  const label = worst ? `, worst label ${worst.worst} (${worst.matchId}: ${worst.reason?.replaceAll("_", " ")})` : "";
  return `oldest price ${seconds(Math.max(...ages))} old${label}`;
}

function efficiencyWords({ efficiency, recent }: HealthSnapshot): string {
  if (!efficiency) return UNSEEN;
  const { requests, computes } = efficiency;
  const share = computes === 0 ? "" : `, ${(requests / computes).toFixed(1)} reads for each compute`;
  return `${requests} reads, ${computes} computes${share}; ${recent.refreshes} refreshes in ${recent.windowSeconds / 60} min`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function seconds(count: number): string {
  if (count < 120) return `${Math.round(count)} s`;
  return count < 7_200 ? `${Math.round(count / 60)} min` : `${Math.round(count / 3_600)} h`;
}
