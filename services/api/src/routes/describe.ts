import { Problem } from "@touchline/contract";
import { Id } from "@touchline/domain";
import { z } from "zod";
import type { ZodOpenApiResponsesObject } from "zod-openapi";

/** Parts that the descriptions of several routes share. */

export const matchPath = { path: z.object({ matchId: Id.meta({ description: "id of the match" }) }) };

export function answer(
  description: string,
  schema: z.ZodType,
): ZodOpenApiResponsesObject[`${1 | 2 | 3 | 4 | 5}${string}`] {
  return { description, content: { "application/json": { schema } } };
}

const RETRY_AFTER = { "Retry-After": z.int().meta({ description: "seconds until another attempt makes sense" }) };

/** Problem answers by status. Those that pass by themselves say when to ask again. */
export function problems(descriptions: Readonly<Record<number, string>>): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [
      status,
      {
        description,
        content: { "application/problem+json": { schema: Problem } },
        ...(status === "503" || status === "429" ? { headers: z.object(RETRY_AFTER) } : {}),
      },
    ]),
  );
}

/** For routes that write: open while no keys are configured. */
export const keyed = { security: [{ bearer: [] }, { apiKey: [] }] };
