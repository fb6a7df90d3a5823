import { type FixtureInput, MatchEvent, type MatchEventInput } from "@touchline/domain";

const KICKOFF = "2026-08-15T14:00:00.000Z";

/** Events of one match, written as briefly as a scenario needs. Ids count up; the clock is the event's own. */
export class MatchScript {
  readonly matchId: string;
  readonly kickoffAt = Date.parse(KICKOFF);
  #next = 1;

  constructor(matchId: string) {
    this.matchId = matchId;
  }

  fixture(extra: Partial<FixtureInput> = {}): MatchEvent {
    return this.event("fixture", {
      payload: {
        home: "Rovers",
        away: "United",
        kickoff: KICKOFF,
        competition: "Cup",
        ...extra,
      },
    });
  }

  kickOff(): MatchEvent {
    return this.event("kick_off");
  }

  goal(team: "home" | "away", minute: number, extra: Partial<MatchEventInput> = {}): MatchEvent {
    return this.at("goal", minute, { team, ...extra });
  }

  corner(team: "home" | "away", minute: number): MatchEvent {
    return this.at("corner", minute, { team });
  }

  endOfHalf(half: "first_half" | "second_half"): MatchEvent {
    return this.event("period_end", { period: half });
  }

  /** An event at an elapsed match minute; the second half starts at 45. */
  at(type: string, minute: number, extra: Partial<MatchEventInput> = {}): MatchEvent {
    const period = extra.period ?? (minute < 45 ? "first_half" : "second_half");
    return this.event(type, { period, minute, second: 0, ...extra });
  }

  event(type: string, extra: Partial<MatchEventInput> = {}): MatchEvent {
    const minute = extra.minute ?? 0;
    return MatchEvent.parse({
      id: `e${this.#next++}`,
      source: "script",
      matchId: this.matchId,
      type,
      occurredAt: new Date(this.kickoffAt + minute * 60_000).toISOString(),
      ...extra,
    });
  }
}
