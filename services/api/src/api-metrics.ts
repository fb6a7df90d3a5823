import { MATCH_PHASES, type MatchPhase, STEP_SEVERITIES, type StepSeverity } from "@touchline/domain";
import { EVENT_SECONDS, type Metrics } from "@touchline/platform";
import type { WatermarkSummary } from "@touchline/queue";
import { ATTEMPT_KINDS, type AttemptKind } from "./identity/failed-attempts.ts";
import { LIMIT_CLASSES, type LimitClass } from "./identity/limits.ts";
import { FALLBACK_OUTCOMES, type FallbackEvents } from "./refresh/fallback-refresher.ts";
import {
  ASK_REASONS,
  type AskReason,
  REQUEST_FAILURES,
  type RequestFailure,
  BACKGROUND_REASONS,
  type BackgroundReason,
} from "./refresh/refresh-asker.ts";
import { EVENT_STATUSES, type EventStatus, MARKET_STATUSES, type MarketStatus } from "@touchline/contract";

/** What became of a read: a status, `error` when nothing could be answered, `refused` when the question was wrong. */
export type ReadOutcome = MarketStatus | "error" | "refused";

interface AskCounts {
  asked(this: void, reason: AskReason): void;
  shed(this: void, reason: BackgroundReason): void;
  coalesced(this: void): void;
  failed(this: void, what: RequestFailure): void;
}

export interface ApiMetrics extends FallbackEvents {
  /** @param seconds undefined for what has no duration of its own */
  answered(route: string, status: number, seconds: number | undefined): void;
  /** Requests answered without being measured one by one. */
  counted(route: string, status: number, count: number): void;
  /** The duration of one request that `counted` counts. */
  measured(route: string, seconds: number): void;
  read(outcome: ReadOutcome, count?: number): void;
  hitInL1(count: number): void;
  l1Emptied(): void;
  servedMarkets(status: MarketStatus, count: number): void;
  took(status: EventStatus, count: number): void;
  waited(outcome: "answered" | "deadline", seconds: number): void;
  readonly asks: AskCounts;
  /** Readers of this process get prices from after an event. */
  eventFresh(labels: { severity: StepSeverity; phase: MatchPhase }, seconds: number): void;
  /** An answer with this worst label had an oldest open price of this age. Sampled like durations. */
  servedAge(status: MarketStatus, seconds: number): void;
  attemptFailed(what: AttemptKind): void;
  /** A key was right and has no scope for what was asked. */
  forbade(): void;
  limited(of: LimitClass): void;
  lookedAtQueue(outcome: "answered" | "failed"): void;
  /** Reads the watermark whenever metrics are collected. */
  watch(summary: () => WatermarkSummary): void;
  /** Reads how far the store's clock is ahead, milliseconds, whenever metrics are collected. */
  watchClocks(skewMs: () => number): void;
  streamOpened(): void;
  streamClosed(reason: StreamEnd): void;
}

export const STREAM_ENDS = ["client", "slow", "shutdown", "error"] as const;
export type StreamEnd = (typeof STREAM_ENDS)[number];

/** From a lifetime in play to one of a match that is days away. */
const AGE_SECONDS = [1, 2, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400];

export function createApiMetrics(metrics: Metrics): ApiMetrics {
  const requests = metrics.counter("http_requests_total", {
    help: "Requests answered, by route and status.",
    labels: { route: { max: 40 }, status: { max: 40 } },
  });
  const seconds = metrics.histogram("http_request_seconds", {
    help: "From the first byte of a request to the last of its answer; live streams are left out, memory hits sampled.",
    labels: { route: { max: 40 } },
  });
  const reads = metrics.counter("predictions_reads_total", {
    help: "Requests for predictions, by the worst status served; refused: the question was wrong. They add up to all.",
    labels: { status: [...MARKET_STATUSES, "error", "refused"] },
  });
  const markets = metrics.counter("markets_served_total", {
    help: "Markets in answers, by status. A rise of stale or missing means refreshes do not keep up.",
    labels: { status: MARKET_STATUSES },
  });
  const l1Hits = metrics.counter("l1_hits_total", {
    help: "Reads answered with bytes from this process's memory. They are counted among the reads as well.",
  });
  const l1Gaps = metrics.counter("l1_emptied_total", {
    help: "Times the memory was thrown away because changes may have been missed.",
  });
  const intake = metrics.counter("events_intake_total", {
    help: "Match events sent over HTTP, by what became of them.",
    labels: { result: EVENT_STATUSES },
  });
  const enqueues = metrics.counter("refresh_enqueues_total", {
    help: "Refreshes that readers asked for, by what they met. waiting: a reader waits for the refresh.",
    labels: { reason: ASK_REASONS },
  });
  const shed = metrics.counter("refresh_shed_total", {
    help: "Background refreshes not enqueued because too many refreshes waited.",
    labels: { reason: BACKGROUND_REASONS },
  });
  const coalesced = metrics.counter("refresh_coalesced_total", {
    help: "Refreshes not enqueued because a request for the same match and variant was still unanswered.",
  });
  const failures = metrics.counter("refresh_request_failures_total", {
    help: "Refresh requests, refresh jobs and records of recent access that Redis did not take. No read fails for it.",
    labels: { what: REQUEST_FAILURES },
  });
  const waits = metrics.histogram("read_wait_seconds", {
    help: "How long reads waited for a refresh. deadline: it did not come in time.",
    labels: { outcome: ["answered", "deadline"] },
  });
  const fallbacks = metrics.counter("fallback_refreshes_total", {
    help: "Refreshes that no worker made in time and this process took up, by what came of them. Workers are gone or too few.",
    labels: { outcome: FALLBACK_OUTCOMES },
  });
  const fallbackSeconds = metrics.histogram("fallback_seconds", {
    help: "From the claim of such a refresh to its commit.",
  });
  const freshness = metrics.histogram("event_accept_to_fresh_seconds", {
    help: "From the queue's acceptance of an event until readers here get prices that have seen it. What freshness means.",
    labels: { severity: STEP_SEVERITIES, phase: MATCH_PHASES },
    buckets: [...EVENT_SECONDS],
  });
  const ages = metrics.histogram("answer_age_seconds", {
    help: "Age of the oldest open price in an answer, by its worst label; sampled. A rise of stale: refreshes are late.",
    labels: { status: MARKET_STATUSES },
    buckets: AGE_SECONDS,
  });
  const attempts = metrics.counter("failed_attempts_total", {
    help: "Wrong keys and passwords, and keys without the scope that was needed. A rise of the first two: somebody guesses.",
    labels: { what: [...ATTEMPT_KINDS, "scope"] },
  });
  const limited = metrics.counter("limited_requests_total", {
    help: "Requests refused because a key or an address had too many in a minute. attempts: after wrong keys.",
    labels: { class: LIMIT_CLASSES },
  });
  const looks = metrics.counter("watermark_looks_total", {
    help: "Looks at the queue of events. failed: the queue did not answer; without an answer nothing is called fresh.",
    labels: { outcome: ["answered", "failed"] },
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
    counted(route, status, count) {
      if (count > 0) requests.inc({ route, status: String(status) }, count);
    },
    measured: (route, took) => seconds.observe({ route }, took),
    read: (status, count = 1) => reads.inc({ status }, count),
    hitInL1: (count) => l1Hits.inc(count),
    l1Emptied: () => l1Gaps.inc(),
    servedMarkets: (status, count) => markets.inc({ status }, count),
    took: (result, count) => intake.inc({ result }, count),
    waited: (outcome, took) => waits.observe({ outcome }, took),
    fellBack(outcome, took) {
      fallbacks.inc({ outcome });
      if (took !== undefined) fallbackSeconds.observe(took);
    },
    asks: {
      asked: (reason) => enqueues.inc({ reason }),
      shed: (reason) => shed.inc({ reason }),
      coalesced: () => coalesced.inc(),
      failed: (what) => failures.inc({ what }),
    },
    eventFresh: (labels, took) => freshness.observe(labels, took),
    servedAge: (status, age) => ages.observe({ status }, age),
    attemptFailed: (what) => attempts.inc({ what }),
    forbade: () => attempts.inc({ what: "scope" }),
    limited: (of) => limited.inc({ class: of }),
    lookedAtQueue: (outcome) => looks.inc({ outcome }),
    watch(summary) {
      metrics.gauge("events_pending", {
        help: "Events accepted and not applied, at the last look. A lasting rise: tag-managers are gone or too few.",
        collect: (gauge) => gauge.set(summary().pending),
      });
      metrics.gauge("watermark_behind_seconds", {
        help: "How long the oldest accepted event may have been waiting. Beyond APPLY_LAG_MAX_MS its match is not fresh.",
        collect: (gauge) => gauge.set(summary().behindMs / 1000),
      });
      metrics.gauge("watermark_blind", {
        help: "1 while nobody can tell whether events wait, because the queue does not answer: nothing is called fresh.",
        collect: (gauge) => gauge.set(summary().isBlind ? 1 : 0),
      });
    },
    watchClocks(skewMs) {
      metrics.gauge("clock_skew_seconds", {
        help: "How far the store's clock is ahead of this process's, negative: behind. Beyond 2 s, clocks are not set.",
        collect: (gauge) => gauge.set(skewMs() / 1000),
      });
    },
    streamOpened: () => clients.inc(),
    streamClosed(reason) {
      clients.inc(-1);
      ends.inc({ reason });
    },
  };
}
