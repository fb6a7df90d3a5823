import { Id } from "@touchline/domain";
import type { Request } from "express";
import { z } from "zod";
import type { FieldError } from "@touchline/contract";
import { ApiError } from "./problems.ts";

/** Broken rules as a problem lists them. A rule about the whole is listed under `whole`. */
export function fieldErrors(error: z.ZodError, whole: string): FieldError[] {
  return error.issues.map(({ path, message }) => ({ path: path.length === 0 ? whole : path.join("."), message }));
}

/**
 * `value` as `schema` makes it.
 * @throws ApiError `invalid_request` naming every field and the rule it breaks
 */
export function parseFields<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ApiError("invalid_request", { errors: fieldErrors(parsed.error, whole) });
}

const MatchPath = z.object({ matchId: Id });

/** The match id of the path. It was percent-decoded, so it may hold anything until it has passed here. */
export function matchIdOf(req: Request): string {
  return parseFields(MatchPath, req.params, "path").matchId;
}

/** A query parameter given at most once, as text. */
export const single = z.string({ error: "must be given once" });

/** The same, for one of a few words: whoever reads the OpenAPI document sees which. */
export function oneOf(words: readonly string[]): typeof single {
  return single.meta({ override: { enum: [...words] } });
}

/** A comma-separated list, given once or several times: `a,b` and `a&…=b` are the same. */
export const list = z.union([z.string(), z.array(z.string())]).transform((texts) =>
  [texts]
    .flat()
    .flatMap((text) => text.split(","))
    .map((member) => member.trim()),
);

/** A whole number in decimal digits, small enough to count with. */
export const wholeText = single
  .regex(/^\d{1,15}$/, "must be a whole number")
  // In a query it is text, for whoever generates a client it is a number.
  .meta({
    override: ({ jsonSchema }) => {
      Object.assign(jsonSchema, { type: "integer", minimum: 0 });
      delete jsonSchema.pattern;
    },
  })
  .transform(Number);
