export { DeadLettersAnswer, type ListedDeadLetter, PublishedAgain } from "./operations/dead-letters-answer.ts";
export { CreatedKey, KeyRequest, KeysAnswer, KeyScope, type ListedKey } from "./operations/keys-answer.ts";
export { EVENT_STATUSES, type EventResult, EventsAnswer, type EventStatus, NoEventTaken } from "./events-answer.ts";
export { EventBody, MAX_EVENTS } from "./events-request.ts";
export { type Effect, ExplainAnswer, type ExplainedCause } from "./explain-answer.ts";
export { HealthAnswer } from "./health-answer.ts";
export { HealthSnapshot, type LiveMatch, type RedisHealth } from "./operations/health-snapshot.ts";
export { ImpactAnswer } from "./impact-answer.ts";
export { ImpactStory, ImpactStoryBody } from "./impact-story.ts";
export { InvalidationAnswer } from "./invalidation-answer.ts";
export { type InvalidationQuery, InvalidationRequest } from "./invalidation-request.ts";
export { MarketsAnswer } from "./markets-answer.ts";
export { MATCH_STATUSES, MatchAnswer, type MatchStatus, RegistrationAnswer } from "./match-answer.ts";
export { type ListedMatch, MatchListAnswer } from "./match-list-answer.ts";
export type { MatchSummary } from "./match-summary.ts";
export { MARKET_STATUSES, type MarketStatus, PredictionsAnswer } from "./predictions-answer.ts";
export { type FieldError, Problem } from "./problem.ts";
export { AnyJson } from "./shared-fields.ts";
export { SnapshotAnswer } from "./snapshot-answer.ts";
export {
  ALL_STREAM_MESSAGES,
  type AllStreamMessage,
  type GapMessage,
  type ResetMessage,
  type SettledMessage,
  STREAM_MESSAGES,
  type StreamMessage,
  type TouchedMessage,
} from "./stream-messages.ts";
export { VerificationAnswer } from "./verification-answer.ts";
