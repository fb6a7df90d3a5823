import { z } from "zod";

const FieldError = z.object({ path: z.string(), message: z.string() });

/** One broken rule: the field as the caller wrote it, parts of a body joined by dots, and the rule. */
export type FieldError = z.output<typeof FieldError>;

/** Problem details. Also the `problem` of an event that was rejected. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(FieldError).optional(),
  })
  .meta({ id: "Problem", description: "problem details, RFC 9457" });
export type Problem = z.output<typeof Problem>;
