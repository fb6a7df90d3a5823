import type { HealthSnapshot } from "@touchline/contract";
import { findInDelivery } from "./find-in-delivery.ts";
import { findInRedis } from "./find-in-redis.ts";

/** How grave a finding is, gravest first. `down`: nothing can be promised. `trouble`: act now. `watch`: act today. */
export const GRAVITIES = ["down", "trouble", "watch"] as const;
type Gravity = (typeof GRAVITIES)[number];

/** Everything that can be found. Each has its section in docs/runbook.md, under this name. */
export type FindingCode =
  | "api-silent"
  | "redis-silent"
  | "store-silent"
  | "queue-silent"
  | "queue-unread"
  | "disk-full"
  | "store-emptied"
  | "eviction-policy"
  | "memory-short"
  | "changes-lost"
  | "no-tag-manager"
  | "tag-manager-frozen"
  | "events-wait"
  | "events-unknown"
  | "no-worker"
  | "worker-frozen"
  | "refreshes-wait"
  | "model-slow"
  | "fresh-late"
  | "dead-letters";

/** One thing that is wrong: what, and what to do about it. */
export interface Finding {
  readonly code: FindingCode;
  readonly gravity: Gravity;
  /** What is wrong, and what it means for readers. */
  readonly sentence: string;
  /** What to do. */
  readonly action: string;
  /** Section of the runbook, from the repository's root. */
  readonly runbook: string;
}

/** What a part of the judgement returns: the runbook follows from the code. */
export type Found = Omit<Finding, "runbook">;

export interface Diagnosis {
  readonly status: "well" | Gravity;
  /** Whether all is well, in one sentence; else the gravest finding. */
  readonly sentence: string;
  /** Gravest first; the cause before what follows from it. */
  readonly findings: readonly Finding[];
}

/**
 * What is wrong in an installation, judged from what one api sees of it. Pure: the same snapshot, the same findings.
 */
export function diagnose(snapshot: HealthSnapshot): Diagnosis {
  const found = [...findInRedis(snapshot), ...findInDelivery(snapshot)];
  if (found.length === 0) return { status: "well", sentence: wellWords(snapshot), findings: [] };
  return diagnosisOf(found);
}

/** The judgement while the api itself does not answer. @param seconds since it last did; undefined: it never has */
export function diagnoseSilence(seconds: number | undefined): Diagnosis {
  const since =
    seconds === undefined ? "The api does not answer" : `The api has not answered for ${Math.round(seconds)} s`;
  return diagnosisOf([
    {
      code: "api-silent",
      gravity: "down",
      sentence: `${since}: nothing that is shown here is newer than that.`,
      action: "See whether the api process runs, and whether this address still leads to it.",
    },
  ]);
}

function diagnosisOf(found: readonly Found[]): Diagnosis {
  const findings = found
    .map((each): Finding => ({ ...each, runbook: `docs/runbook.md#${each.code}` }))
    // Stable: among equals the order of the search stands, causes first.
    .toSorted((a, b) => GRAVITIES.indexOf(a.gravity) - GRAVITIES.indexOf(b.gravity));
  const [gravest] = findings;
  return { status: gravest?.gravity ?? "well", sentence: gravest?.sentence ?? "", findings };
}

function wellWords({ matches, processes }: HealthSnapshot): string {
  const live = matches?.live.length ?? 0;
  const workers = processes?.find(({ role }) => role === "worker")?.count ?? 0;
  const playing = live === 0 ? "no match is being played" : `${counted(live, "match is", "matches are")} live`;
  return `All is well: ${playing}, every accepted event has been applied, ${counted(workers, "worker is", "workers are")} ready.`;
}

function counted(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
