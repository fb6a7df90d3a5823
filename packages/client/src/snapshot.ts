import type { MatchEventInput } from "@touchline/domain";
import { z } from "zod";

/** One row of a complete list; without an id it is known by what it says. */
export type EventRow = Omit<MatchEventInput, "id" | "occurredAt" | "source" | "matchId"> &
  Partial<Pick<MatchEventInput, "id" | "occurredAt" | "source" | "matchId">>;

const ids = z.array(z.string()).optional();

/** What a snapshot changes of the match as it is known now. Without the store the api knows only `status` and `asOf`. */
export const SnapshotReport = z.looseObject({
  /** `superseded`: a newer one of the source is known, and nothing was taken. */
  status: z.enum(["accepted", "superseded"]),
  asOf: z.string(),
  added: ids,
  revised: ids,
  retracted: ids,
  unchanged: z.int().optional(),
  warnings: z.array(z.looseObject({ id: z.string(), code: z.string(), message: z.string() })).optional(),
});
export type SnapshotReport = z.output<typeof SnapshotReport>;
