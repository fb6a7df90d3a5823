import { type StoreRedis, matchKeys } from "@touchline/cache";
import { randomSchedule, seededRandom } from "./random-schedule.ts";
import { MODEL_VARIANTS } from "./reference-match.ts";
import { runSchedule } from "./run-schedule.ts";

export interface RaceReport {
  readonly schedules: number;
  readonly steps: number;
  /** Seeds of the schedules that went wrong, with the difference; at most `MAX_FAILURES`. */
  readonly failures: readonly string[];
}

const STEPS = 14;
const SIDE_BY_SIDE = 64;
const MAX_FAILURES = 5;

interface RaceOptions {
  readonly seed: number;
  readonly schedules: number;
  readonly onProgress?: (done: number) => void;
}

/** Runs many random schedules, each on a match of its own, many side by side. Stops at the first few failures. */
export async function runSchedules(redis: StoreRedis, prefix: string, options: RaceOptions): Promise<RaceReport> {
  const { seed, schedules, onProgress } = options;
  const failures: string[] = [];
  let next = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (next < schedules && failures.length < MAX_FAILURES) {
      const number = next++;
      const own = (seed + number) >>> 0;
      const matchId = `race-${number}`;
      try {
        await runSchedule(redis, prefix, matchId, randomSchedule(seededRandom(own), STEPS));
      } catch (error) {
        failures.push(`schedule seed ${own}: ${error instanceof Error ? error.message : String(error)}`);
      }
      await forget(redis, prefix, matchId);
      done++;
      if (done % 10_000 === 0) onProgress?.(done);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  return { schedules: done, steps: done * STEPS, failures };
}

async function forget(redis: StoreRedis, prefix: string, matchId: string): Promise<void> {
  const keys = matchKeys(prefix, matchId);
  const { match, log, facts, required, settled, refresh, touched, feed } = keys;
  await redis.unlink(
    match,
    log,
    facts,
    required,
    settled,
    refresh,
    touched,
    feed,
    ...MODEL_VARIANTS.map((variant) => keys.entries(variant)),
  );
}
