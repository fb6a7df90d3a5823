import { z } from "zod";
import { parseRedisTarget, REDIS_MODES, type RedisMode } from "./redis-target.ts";

/** A whole number written in decimal digits. `Number("")` and `Number(" ")` are 0, so the text is checked first. */
export function wholeNumber(range: { min?: number; max?: number } = {}) {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = range;
  return z
    .string()
    .regex(/^-?\d{1,16}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

/** A number with or without decimals, such as a rate or a factor. */
export function decimalNumber(range: { min?: number; max?: number } = {}) {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = range;
  return z
    .string()
    .regex(/^-?\d{1,16}(\.\d{1,16})?$/, "must be a number such as 0.25")
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

/** A TCP port; 0 lets the system choose a free one. */
export function portNumber() {
  return wholeNumber({ max: 65_535 });
}

/** A comma-separated list without empty members: `a, b` becomes `["a", "b"]`. */
export function commaList() {
  return z.string().transform((text) =>
    text
      .split(",")
      .map((member) => member.trim())
      .filter((member) => member !== ""),
  );
}

/** JSON of the given form. */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.issues.push({ code: "custom", input: text, message: "must be JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema as z.ZodType<z.output<Schema>>);
}

/** Settings that every service understands. A service adds its own beside them. */
export const sharedSettings = {
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  HOST: z.string().min(1).default("127.0.0.1").describe("address to listen on"),
  SHUTDOWN_TIMEOUT_MS: wholeNumber({ min: 1, max: 600_000 })
    .default(10_000)
    .describe("how long everything together may take to close"),
  REDIS_MODE: z.enum(REDIS_MODES).default("single"),
  REDIS_URL: z
    .string()
    .default("redis://127.0.0.1:6379")
    .describe("serves both roles unless STORE_REDIS_URL or QUEUE_REDIS_URL is set"),
  STORE_REDIS_URL: z.string().optional().describe("facts and predictions; default REDIS_URL"),
  QUEUE_REDIS_URL: z.string().optional().describe("BullMQ, must be noeviction; default REDIS_URL"),
  KEY_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, "must be 1 to 32 letters, digits, - or _")
    .default("tl")
    .describe("first part of every key, so that several installations can share a server"),
};

/** Where a service without HTTP of its own answers `/livez`, `/readyz` and `/metrics`. */
export const healthPortSetting = { HEALTH_PORT: portNumber().default(9_464) };

/** How long a refresh counts as alive, for the services that may start another in its place. */
export const refreshLeaseSetting = {
  REFRESH_LEASE_MS: wholeNumber({ min: 100, max: 600_000 })
    .default(15_000)
    .describe("how long a refresh may run before its worker counts as gone"),
};

/** How many replicas must have what the store has acknowledged, for the services that prove it. */
export const storeReplicasSetting = {
  STORE_REPLICAS: wholeNumber({ max: 16 })
    .default(0)
    .describe("replicas of the store that must have a step and a ping before they count"),
};

/** How large one event may be, for the services that take events in. */
export const eventBytesSetting = {
  EVENT_MAX_BYTES: wholeNumber({ min: 1_024, max: 1_048_576 })
    .default(32_768)
    .describe("bytes of one event as JSON, above which it is rejected"),
};

/** When background refreshes are shed, for the services that enqueue refreshes. */
export const refreshBacklogSetting = {
  REFRESH_BACKLOG_MAX: wholeNumber({ min: 1, max: 1_000_000 })
    .default(100)
    .describe("waiting refreshes above which background refreshes are not enqueued"),
};

type RedisSettings = {
  REDIS_MODE: RedisMode;
  REDIS_URL: string;
  STORE_REDIS_URL?: string | undefined;
  QUEUE_REDIS_URL?: string | undefined;
};

/** What is wrong with the Redis addresses, given the mode they are meant for; empty when nothing is. */
export function redisUrlProblems(settings: RedisSettings): { variable: keyof RedisSettings; message: string }[] {
  const problems: { variable: keyof RedisSettings; message: string }[] = [];
  for (const variable of ["REDIS_URL", "STORE_REDIS_URL", "QUEUE_REDIS_URL"] as const) {
    const url = settings[variable];
    if (url === undefined) continue;
    try {
      parseRedisTarget(url, settings.REDIS_MODE);
    } catch (error) {
      problems.push({ variable, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return problems;
}
