import {
  EventsAnswer,
  ExplainAnswer,
  HealthSnapshot,
  ImpactAnswer,
  InvalidationAnswer,
  MarketsAnswer,
  MatchAnswer,
  MatchListAnswer,
  PredictionsAnswer,
  RegistrationAnswer,
  VerificationAnswer,
} from "@touchline/contract";
import type { z } from "zod";
import { tolerant } from "./tolerant.ts";

/** The contract's answers as this client reads them: newer services may say more. */

export const Predictions = tolerant(PredictionsAnswer);
export type Predictions = z.output<typeof Predictions>;
export type MarketAnswer = Predictions["markets"][string];

export const Match = tolerant(MatchAnswer);
export type Match = z.output<typeof Match>;

export const MatchList = tolerant(MatchListAnswer);
export type MatchList = z.output<typeof MatchList>;

export const MarketList = tolerant(MarketsAnswer);
export type MarketList = z.output<typeof MarketList>;

export const RegistrationReport = tolerant(RegistrationAnswer);

/** What became of a fixture. */
export interface Registration {
  readonly status: "created" | "updated";
  /** What is likely a mistake, such as an id that was of another fixture (`other_fixture`). */
  readonly warnings: NonNullable<z.output<typeof RegistrationReport>["warnings"]>;
}

/** Also the answer when every event was rejected: a problem with the same results. The client counts them itself. */
export const PublishAnswer = tolerant(EventsAnswer.pick({ results: true }));
export type PublishResult = z.output<typeof PublishAnswer>["results"][number];

export const Impact = tolerant(ImpactAnswer);
export type Impact = z.output<typeof Impact>;

export const Explanation = tolerant(ExplainAnswer);
export type Explanation = z.output<typeof Explanation>;

export const Invalidation = tolerant(InvalidationAnswer);
export type Invalidation = z.output<typeof Invalidation>;

export const Health = tolerant(HealthSnapshot);

export const Verification = tolerant(VerificationAnswer);
export type Verification = z.output<typeof Verification>;
