import type { ModelRedis } from "./model-connection.ts";
import { ModelWorld } from "./model-world.ts";
import { randomSchedule, seededRandom, type Step } from "./random-schedule.ts";
import { runSchedule } from "./run-schedule.ts";

export interface RacesRun {
  readonly schedules: number;
  readonly steps: number;
  /** Seeds of the schedules that went wrong, with the difference; at most `maxFailures`. */
  readonly failures: readonly string[];
}

const STEPS = 14;
const SIDE_BY_SIDE = 64;

export interface RaceOptions {
  readonly seed: number;
  readonly schedules: number;
  /** Failures after which it stops. */
  readonly maxFailures?: number;
  /** Only every `of`th schedule, from number `index` on. */
  readonly part?: { readonly index: number; readonly of: number };
  readonly onProgress?: (done: number) => void;
}

/** Runs many random schedules, each on a match of its own, many side by side. Stops at the first few failures. */
export async function runSchedules(redis: ModelRedis, prefix: string, options: RaceOptions): Promise<RacesRun> {
  const { seed, schedules, maxFailures = 5, onProgress, part = { index: 0, of: 1 } } = options;
  const failures: string[] = [];
  let next = part.index;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (next < schedules && failures.length < maxFailures) {
      const number = next;
      next += part.of;
      const own = (seed + number) >>> 0;
      const world = new ModelWorld(redis, prefix, `race-${number}`);
      const steps = randomSchedule(seededRandom(own), STEPS);
      try {
        await runSchedule(world, steps);
      } catch (error) {
        failures.push(`schedule seed ${own}: ${textOf(error)}\n${steps.map(stepText).join("\n")}`);
      }
      await world.close();
      done++;
      if (done % 10_000 === 0) onProgress?.(done);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  return { schedules: done, steps: done * STEPS, failures };
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
const stepText = (step: Step, index: number): string => `  ${index + 1} ${JSON.stringify(step)}`;
