import { z } from "zod";
import { ProblemError } from "./errors.ts";
import type { Answer } from "./transport.ts";

/** Problem details of whoever answers: the service, or a proxy in front of it that leaves fields out. */
const Problem = z.looseObject({
  type: z.string().default("about:blank"),
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z
    .array(
      z
        .looseObject({
          path: z.union([z.string(), z.array(z.union([z.string(), z.number()]))]).optional(),
          message: z.string(),
        })
        .transform(({ path, message }) => ({
          message,
          ...(path === undefined ? {} : { path: typeof path === "string" ? path : path.join(".") }),
        })),
    )
    .optional(),
});

/**
 * The answer as an error. Problem details where the service sent them; otherwise the text that a proxy in front of it
 * sent, shortened.
 */
export function problemOf(answer: Answer): ProblemError {
  const problem = Problem.safeParse(jsonOrUndefined(answer.body));
  const retryAfter = Number(answer.headers["retry-after"]);
  const { type, title, detail, errors } = problem.data ?? { type: "about:blank" };
  return new ProblemError({
    type,
    status: answer.status,
    title: title ?? `HTTP ${answer.status}`,
    detail: problem.success ? detail : answer.body.trim().slice(0, 200) || undefined,
    errors,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
