export type {
  AllStreamMessage,
  HealthSnapshot,
  ImpactStory,
  ResetMessage,
  StreamMessage,
  TouchedMessage,
} from "@touchline/contract";
export type { FixtureInput, MatchEventInput, TotalsInput } from "@touchline/domain";
export type {
  Explanation,
  Impact,
  MarketAnswer,
  MarketList,
  MatchList,
  Predictions,
  PublishResult,
  Registration,
} from "./answers.ts";
export { pause } from "./back-off.ts";
export { type Client, type ClientOptions, createClient, type PredictionAnswer } from "./client.ts";
export type { PredictionQuery } from "./queries.ts";
export { ContractError, DeadlineError, ProblemError, UnreachableError } from "./errors.ts";
export { MAX_EVENTS_PER_REQUEST, type PublishReport } from "./publish.ts";
export type { EventRow, SnapshotReport } from "./snapshot.ts";
export type { StreamOptions } from "./stream.ts";
export { createKeys, type Keys } from "./keys.ts";
