import { type FactName, type MatchState, equalJson } from "@touchline/domain";
import { z } from "zod";
import type { Cause } from "../records.ts";
import { parseState } from "../reads/snapshot.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import type { KeptPrice } from "./kept-prices.ts";
import { verificationKeys } from "./verification-keys.ts";

const script = loadScript("offer-sample");

/**
 * One step, and prices that it left alone. It holds all that a comparison needs, so that nothing which happens to the
 * match later can make a difference.
 */
export interface VerificationSample {
  readonly matchId: string;
  /** Match version that the step made. */
  readonly version: number;
  /** The event that the step names as its cause. */
  readonly event: Cause;
  readonly before: MatchState;
  readonly after: MatchState;
  readonly changed: readonly FactName[];
  readonly kept: readonly KeptPrice[];
  /** Share of what events leave alone by which it was drawn. */
  readonly share: number;
}

/** Samples that wait; beyond that the oldest are dropped. */
export const MAX_SAMPLES = 100;
/** A larger sample is not taken: two states of a match are a few kilobytes. */
export const MAX_SAMPLE_BYTES = 131_072;
/** A price computed longer ago than this says more about the model of then than about events. */
const SAMPLE_TTL_MS = 60_000;

/** @returns how many samples were lost by it: older ones that had to make room, or this one where it is too large */
export async function offerSample(redis: StoreRedis, prefix: string, sample: VerificationSample): Promise<number> {
  const text = sampleText(sample);
  if (Buffer.byteLength(text) > MAX_SAMPLE_BYTES) return 1;
  const { samples } = verificationKeys(prefix);
  return Number(await runScript(redis, script, [samples], [text, MAX_SAMPLES, SAMPLE_TTL_MS]));
}

/** Takes the oldest sample; undefined when none waits. One that another build wrote in another form is passed over. */
export async function takeSample(redis: StoreRedis, prefix: string): Promise<VerificationSample | undefined> {
  const text = await redis.rpop(verificationKeys(prefix).samples);
  return text === null ? undefined : parseSample(text);
}

const SampleText = z.object({
  matchId: z.string(),
  version: z.int(),
  event: z.object({ type: z.string(), source: z.string(), eventId: z.string() }),
  before: z.record(z.string(), z.unknown()),
  /** Fields in which the state after the step differs, and those that it lacks. */
  changes: z.record(z.string(), z.unknown()),
  lacks: z.array(z.string()),
  changed: z.array(z.string()),
  kept: z.array(z.object({ market: z.string(), variant: z.string(), outcomes: z.string(), computedAt: z.number() })),
  share: z.number(),
});

function sampleText({ before, after, ...rest }: VerificationSample): string {
  const old: Readonly<Record<string, unknown>> = { ...before };
  const now: Readonly<Record<string, unknown>> = { ...after };
  const changes = Object.fromEntries(Object.entries(now).filter(([field, value]) => !equalJson(value, old[field])));
  const lacks = Object.keys(old).filter((field) => now[field] === undefined);
  return JSON.stringify({
    ...rest,
    changed: [...rest.changed],
    kept: [...rest.kept],
    before: old,
    changes,
    lacks,
  } satisfies z.input<typeof SampleText>);
}

function parseSample(text: string): VerificationSample | undefined {
  const parsed = SampleText.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  const { before, changes, lacks, changed, ...rest } = parsed.data;
  const after = Object.entries({ ...before, ...changes }).filter(([field]) => !lacks.includes(field));
  return {
    ...rest,
    changed: changed as FactName[],
    before: parseState(JSON.stringify(before)),
    after: parseState(JSON.stringify(Object.fromEntries(after))),
  };
}
