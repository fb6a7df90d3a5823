import { z } from "zod";

/** What `/livez` and `/readyz` answer. */
export const HealthAnswer = z
  .object({
    status: z.enum(["ok", "unavailable"]),
    checks: z.record(z.string(), z.string()),
    figures: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.boolean(), z.null()]))).optional(),
  })
  .meta({ id: "Health" });
