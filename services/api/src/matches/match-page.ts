import type { MatchView } from "@touchline/cache";
import type { MatchAnswer } from "@touchline/contract";
import { clockAt, FACT_NAMES, factsOf, type MatchState, stakesOf, volatilityLimit } from "@touchline/domain";
import { matchSummaryOf } from "../predictions/answer-body.ts";
import { matchStatusOf } from "./match-status.ts";

/** What `GET /v1/matches/{matchId}` says. @param now wall-clock milliseconds */
export function matchPage(matchId: string, { version, state, facts }: MatchView, now: number): MatchAnswer {
  const { home = null, away = null, competition = null, kickoff = null } = state.fixture ?? {};
  const values = factsOf(state);
  const startedAt = state.clock ? new Date(state.clock.startedAt).toISOString() : null;
  return {
    matchId,
    version,
    status: matchStatusOf(state),
    home,
    away,
    competition,
    kickoff,
    state: matchSummaryOf(state, now),
    clock: { running: state.clock !== null, rate: clockAt(state, now).rate, startedAt },
    volatility: volatilityOf(state, now),
    facts: Object.fromEntries(
      // Facts are plain JSON: that is how they are compared.
      FACT_NAMES.map((name) => [name, { value: values[name] as null, version: facts.get(name) ?? null }]),
    ),
  };
}

function volatilityOf({ volatility, fixture }: MatchState, now: number): MatchAnswer["volatility"] {
  const { level, reason, circuit, lifetimeMs } = volatilityLimit(volatility, stakesOf(fixture), now);
  return { level, reason, circuit, maxLifetimeSeconds: Number.isFinite(lifetimeMs) ? lifetimeMs / 1000 : null };
}
