export type { MarketAnswer, MarketList, Match, MatchList, Predictions, PublishResult } from "./answers.ts";
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type ExplainQuery,
  type MatchQuery,
  type PredictionAnswer,
  type PredictionQuery,
} from "./client.ts";
export type { Explanation } from "./explanation.ts";
export type { Impact, ImpactStory } from "./impact.ts";
export type { Invalidation, InvalidationQuery } from "./invalidation.ts";
export { ContractError, DeadlineError, type ProblemDetail, ProblemError, UnreachableError } from "./errors.ts";
export {
  durationMsOf,
  fixtureOf,
  type Pace,
  parseTimelines,
  TimelineError,
  type TimelineLine,
  type TimelineOptions,
  timelineToEvents,
  wallTimesOf,
} from "@touchline/domain";
export type { PublishReport } from "./publish.ts";
export { createSseParser, type SseMessage, type SseParser } from "./sse-parser.ts";
export type { StreamOptions } from "./stream.ts";
export type { GapMessage, RefreshedMessage, SettledMessage, StreamMessage, TouchedMessage } from "./stream-messages.ts";
