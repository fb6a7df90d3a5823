import type { MatchEventInput } from "@touchline/domain";

const MINUTE_MS = 60_000;

/** A match that is being played while the scenario runs: its events happen now, at the minute that its clock shows. */
export class LiveMatch {
  readonly matchId: string;
  /** Wall-clock milliseconds. */
  readonly kickoffAt: number;
  #next = 1;

  /** @param playedMinutes how long ago it kicked off */
  constructor(matchId: string, playedMinutes = 20) {
    this.matchId = matchId;
    this.kickoffAt = Date.now() - playedMinutes * MINUTE_MS;
  }

  /** What announces the match and starts its clock. */
  opening(): MatchEventInput[] {
    const kickoff = new Date(this.kickoffAt).toISOString();
    return [
      {
        ...this.event("fixture"),
        occurredAt: kickoff,
        payload: { home: "Rovers", away: "United", kickoff, competition: "Cup" },
      },
      { ...this.event("kick_off"), occurredAt: kickoff },
    ];
  }

  goal(team: "home" | "away" = "home"): MatchEventInput {
    return this.happening("goal", team);
  }

  corner(team: "home" | "away" = "home"): MatchEventInput {
    return this.happening("corner", team);
  }

  /** Something of the first half, at the present minute. */
  happening(type: string, team: "home" | "away"): MatchEventInput {
    const elapsed = Date.now() - this.kickoffAt;
    return {
      ...this.event(type),
      period: "first_half",
      minute: Math.floor(elapsed / MINUTE_MS),
      second: Math.floor((elapsed % MINUTE_MS) / 1_000),
      team,
    };
  }

  event(type: string): MatchEventInput {
    return {
      id: `${this.matchId}-${this.#next++}`,
      source: "live",
      matchId: this.matchId,
      type,
      occurredAt: new Date().toISOString(),
    };
  }
}

/** Takes an event back, as a review does. */
export function takenBack(event: MatchEventInput): MatchEventInput {
  return { ...event, revision: (event.revision ?? 1) + 1, retracted: true };
}
