import type { MatchEventInput } from "@touchline/domain";
import { SnapshotAnswer } from "@touchline/contract";
import type { z } from "zod";
import { tolerant } from "./tolerant.ts";

/** One row of a complete list; without an id it is known by what it says. */
export type EventRow = Omit<MatchEventInput, "id" | "occurredAt" | "source" | "matchId"> &
  Partial<Pick<MatchEventInput, "id" | "occurredAt" | "source" | "matchId">>;

/**
 * What a snapshot changes of the match as it is known now. Without the store the api knows only `status` and `asOf`.
 */
export const SnapshotReport = tolerant(SnapshotAnswer);
export type SnapshotReport = z.output<typeof SnapshotReport>;
