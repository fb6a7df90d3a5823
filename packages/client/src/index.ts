export { type MarketAnswer, MarketList, MatchList, Predictions, type PublishResult } from "./answers.ts";
export { pause } from "./back-off.ts";
export { type Client, createClient, type PredictionAnswer, type PredictionQuery } from "./client.ts";
export { ContractError, DeadlineError, ProblemError, UnreachableError } from "./errors.ts";
export { Explanation } from "./explanation.ts";
export { Impact, type ImpactStory } from "./impact.ts";
export { MAX_EVENTS_PER_REQUEST, type PublishReport } from "./publish.ts";
export type { ResetMessage, StreamMessage, TouchedMessage } from "./stream-messages.ts";
