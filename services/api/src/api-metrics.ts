import type { Metrics } from "@touchline/platform";
import { type AskFailure, ASK_REASONS, type AskReason } from "./refresh/refresh-asker.ts";
import { type Status, STATUSES } from "./predictions/verdict.ts";
import type { EventStatus } from "./events/intake-result.ts";

/** What became of a read: a status, `error` when nothing could be answered, `refused` when the question was wrong. */
export type ReadOutcome = Status | "error" | "refused";

interface AskCounts {
  asked(this: void, reason: AskReason): void;
  coalesced(this: void): void;
  failed(this: void, what: AskFailure): void;
}

export interface ApiMetrics {
  /** @param seconds undefined for what has no duration of its own */
  answered(route: string, status: number, seconds: number | undefined): void;
  read(outcome: ReadOutcome): void;
  servedMarkets(status: Status, count: number): void;
  took(status: EventStatus, count: number): void;
  waited(outcome: "answered" | "deadline", seconds: number): void;
  readonly asks: AskCounts;
  streamOpened(): void;
  streamClosed(reason: StreamEnd): void;
}

export const STREAM_ENDS = ["client", "slow", "shutdown", "error"] as const;
export type StreamEnd = (typeof STREAM_ENDS)[number];

export function createApiMetrics(metrics: Metrics): ApiMetrics {
  const requests = metrics.counter("http_requests_total", {
    help: "Requests answered, by route and status.",
    labels: { route: { max: 40 }, status: { max: 40 } },
  });
  const seconds = metrics.histogram("http_request_seconds", {
    help: "From the first byte of a request to the last of its answer; live streams are left out.",
    labels: { route: { max: 40 } },
  });
  const reads = metrics.counter("predictions_reads_total", {
    help: "Requests for predictions, by the worst status served; refused: the question was wrong. They add up to all.",
    labels: { status: [...STATUSES, "error", "refused"] },
  });
  const markets = metrics.counter("markets_served_total", {
    help: "Markets in answers, by status. A rise of stale or missing means refreshes do not keep up.",
    labels: { status: STATUSES },
  });
  const intake = metrics.counter("events_intake_total", {
    help: "Match events sent over HTTP, by what became of them.",
    labels: { result: ["accepted", "duplicate", "rejected"] },
  });
  const rings = metrics.counter("doorbell_rings_total", {
    help: "Doorbells rung for readers, by what they met. waiting: somebody waits for the refresh.",
    labels: { reason: ASK_REASONS },
  });
  const coalesced = metrics.counter("doorbell_coalesced_total", {
    help: "Rings left out because one for the same match and variant was still unanswered.",
  });
  const failures = metrics.counter("refresh_ask_failures_total", {
    help: "Wishes, rings and notes of demand that Redis did not take. No read fails for it.",
    labels: { what: ["want", "ring", "demand"] },
  });
  const waits = metrics.histogram("read_wait_seconds", {
    help: "How long reads waited for a refresh. deadline: it did not come in time.",
    labels: { outcome: ["answered", "deadline"] },
  });
  const clients = metrics.gauge("stream_clients", { help: "Live streams open now." });
  const ends = metrics.counter("stream_closed_total", {
    help: "Live streams ended. slow: the client did not read and was cut off.",
    labels: { reason: STREAM_ENDS },
  });
  return {
    answered(route, status, took) {
      requests.inc({ route, status: String(status) });
      if (took !== undefined) seconds.observe({ route }, took);
    },
    read: (status) => reads.inc({ status }),
    servedMarkets: (status, count) => markets.inc({ status }, count),
    took: (result, count) => intake.inc({ result }, count),
    waited: (outcome, took) => waits.observe({ outcome }, took),
    asks: {
      asked: (reason) => rings.inc({ reason }),
      coalesced: () => coalesced.inc(),
      failed: (what) => failures.inc({ what }),
    },
    streamOpened: () => clients.inc(),
    streamClosed(reason) {
      clients.inc(-1);
      ends.inc({ reason });
    },
  };
}
