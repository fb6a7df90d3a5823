export type { MarketAnswer, MarketList, Match, MatchList, Predictions, PublishResult } from "./answers.ts";
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type MatchQuery,
  type PredictionAnswer,
  type PredictionQuery,
} from "./client.ts";
export { ContractError, DeadlineError, type ProblemDetail, ProblemError, UnreachableError } from "./errors.ts";
export { fixtureOf, timelineToEvents, type TimelineOptions } from "./feeds/timeline.ts";
export { durationMsOf, type Pace, wallTimesOf } from "./feeds/timeline-clock.ts";
export { parseTimelines, TimelineError, type TimelineLine } from "./feeds/timeline-file.ts";
export type { PublishReport } from "./publish.ts";
export { createSseParser, type SseMessage, type SseParser } from "./sse-parser.ts";
export type { StreamOptions } from "./stream.ts";
export type { GapMessage, RefreshedMessage, SettledMessage, StreamMessage, TouchedMessage } from "./stream-messages.ts";
