import { clockAt, DEFAULT_VARIANT, EMPTY_STATE, Fixture, marketsOf } from "@touchline/domain";
import type { Predictor } from "@touchline/model";

/**
 * Predicts a match that does not exist, so that the first real one does not pay for reading parameters and compiling:
 * about 0.1 s of the process's one thread, which readers would feel.
 */
export async function warmUp(predictor: Predictor, signal: AbortSignal): Promise<void> {
  const fixture = Fixture.parse({ home: "A", away: "B", kickoff: "2026-01-01T15:00:00Z", competition: "none" });
  const state = { ...EMPTY_STATE, fixture };
  const clock = clockAt(state, Date.parse(fixture.kickoff));
  const markets = new Map([[DEFAULT_VARIANT, marketsOf(state).map(({ id }) => id)]]);
  await predictor.predict({ matchId: "warm-up", state, clock, markets }, signal);
}
