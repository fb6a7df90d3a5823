import { z } from "zod";

/** Fields that several answers have in common. */

export const MatchId = z.string().meta({ id: "MatchId", description: "letters, digits, _ and -, at most 64" });

export const MatchVersion = z
  .int()
  .nonnegative()
  .meta({ description: "match version: a counter, raised by every applied event" });

/** ISO 8601, UTC. */
export const Moment = z.iso.datetime();

/** Outcome to number: a probability, decimal odds or what it pays; null where the outcome cannot happen any more. */
export const Outcomes = z.record(z.string(), z.number().nullable());

/** Any JSON value. `z.json()` would be a schema that refers to itself, which generators of clients cannot follow. */
export const AnyJson = (z.any() as z.ZodType<z.core.util.JSONType>).meta({ description: "any JSON value" });
