import { Fixture, type FixtureInput } from "@touchline/domain";

export interface FixtureFacts {
  readonly home: string | null | undefined;
  readonly away: string | null | undefined;
  /** Wall-clock milliseconds. */
  readonly kickoff: number | undefined;
  readonly competition: string | null | undefined;
  readonly season?: string | null | undefined;
  readonly knockout?: boolean | undefined;
}

/** The fixture that a feed names; undefined where it lacks one of what a fixture needs. Names are cut to fit. */
export function fixtureFrom(facts: FixtureFacts): FixtureInput | undefined {
  const { home, away, kickoff, competition, season, knockout } = facts;
  if (kickoff === undefined) return undefined;
  const fixture = {
    home: home?.slice(0, 80),
    away: away?.slice(0, 80),
    kickoff: new Date(kickoff).toISOString(),
    competition: competition?.slice(0, 80),
    ...(season ? { season: season.slice(0, 16) } : {}),
    ...(knockout === undefined ? {} : { knockout }),
  };
  return Fixture.safeParse(fixture).success ? (fixture as FixtureInput) : undefined;
}
