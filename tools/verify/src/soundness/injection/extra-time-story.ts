import { MatchEvent, PERIOD_START_MINUTE, type Period, type Side, SIDES } from "@touchline/domain";
import type { Arrival } from "../arrival.ts";
import type { Cast } from "./match-cast.ts";

/** Share of matches that are made knock-out matches: markets on extra time exist only there. */
const KNOCKOUT_SHARE = 0.5;
const GOAL_CHANCE = 0.4;
const PENALTY_CHANCE = 0.75;
/** Share of cup ties that go from regular time straight to penalties. */
const STRAIGHT_SHARE = 0.25;
/** What feeds call the kicks of a shoot-out, scored and missed. */
const KICK_TYPES = [
  ["shootout_kick", "shootout_kick"],
  ["goal", "penalty_missed"],
  ["penalty_taken", "penalty_taken"],
] as const;
const KICKS = 5;
const MOST_KICKS = 30;

/**
 * The match with extra time and, if still level, a shoot-out put before its end, where it is a knock-out match and
 * level after 90 minutes. League timelines have neither, and markets on them would never be put to the test.
 */
export function extraTimeAfter(events: readonly MatchEvent[], cast: Cast): Arrival[] {
  const real = (event: MatchEvent): Arrival => ({ event, injected: false });
  if (cast.random.next() > KNOCKOUT_SHARE) return events.map(real);
  // A match that was abandoned has no regular time to be level after.
  if (events.some(({ type }) => type === "abandoned")) return events.map(real);
  const knockout = events.map((event) =>
    event.type === "fixture" ? { ...event, payload: { ...event.payload, knockout: true } } : event,
  );
  const end = knockout.findIndex(({ type }) => type === "full_time");
  const last = knockout[end - 1];
  if (!last || !isLevel(knockout)) return knockout.map(real);
  const story = new ExtraTime(last, cast).events();
  return [
    ...knockout.slice(0, end).map(real),
    ...story.map((event) => ({ event, injected: true })),
    ...knockout.slice(end).map(real),
  ];
}

function isLevel(events: readonly MatchEvent[]): boolean {
  const goals = events.filter(({ type }) => type === "goal");
  return goals.filter(({ team }) => team === "home").length * 2 === goals.length;
}

type Draft = Pick<MatchEvent, "type"> & Partial<Pick<MatchEvent, "team" | "player" | "payload">>;

class ExtraTime {
  readonly #last: MatchEvent;
  readonly #cast: Cast;
  readonly #events: MatchEvent[] = [];
  readonly #goals: Record<Side, number> = { home: 0, away: 0 };

  constructor(last: MatchEvent, cast: Cast) {
    this.#last = last;
    this.#cast = cast;
  }

  events(): MatchEvent[] {
    if (this.#cast.random.next() >= STRAIGHT_SHARE) {
      this.#half("extra_first_half");
      this.#half("extra_second_half");
    }
    if (this.#goals.home === this.#goals.away) this.#shootOut();
    return this.#events;
  }

  #half(period: Period): void {
    const start = PERIOD_START_MINUTE[period];
    const { random } = this.#cast;
    this.#add(period, start, { type: "period_start" });
    this.#add(period, start + 3, { type: "corner", team: this.#cast.side() });
    this.#add(period, start + 5, { type: "yellow_card", team: this.#cast.side() });
    if (random.next() < GOAL_CHANCE) {
      const team = this.#cast.side();
      this.#goals[team]++;
      const kind = random.pick(["open_play", "own_goal"]);
      this.#add(period, start + 8, { type: "goal", team, player: this.#cast.starter(team), payload: { kind } });
    }
    this.#add(period, start + 14, { type: "stoppage_time_announced", payload: { minutes: 1 + random.below(3) } });
    this.#add(period, start + 16, { type: "period_end" });
  }

  #shootOut(): void {
    this.#add("shoot_out", PERIOD_START_MINUTE.shoot_out, { type: "period_start" });
    const scored: Record<Side, number> = { home: 0, away: 0 };
    const [hitType, missType] = this.#cast.random.pick(KICK_TYPES);
    for (let kick = 0; kick < MOST_KICKS && !isDecided(scored, kick); kick++) {
      const team = SIDES[kick % 2] ?? "home";
      // A last pair that settles it, should chance never do.
      const hit = kick >= MOST_KICKS - 2 ? team === "home" : this.#cast.random.next() < PENALTY_CHANCE;
      if (hit) scored[team]++;
      this.#add("shoot_out", PERIOD_START_MINUTE.shoot_out, {
        type: hit ? hitType : missType,
        team,
        payload: { scored: hit },
      });
    }
    this.#add("shoot_out", PERIOD_START_MINUTE.shoot_out, { type: "period_end" });
  }

  #add(period: Period, minute: number, draft: Draft): void {
    const number = this.#events.length + 1;
    const { source, matchId, occurredAt, sequence = 0 } = this.#last;
    const at = Date.parse(occurredAt) + (minute - 85) * 60_000 + number * 1_000;
    this.#events.push(
      MatchEvent.parse({
        ...draft,
        id: `extra${number}`,
        source,
        matchId,
        occurredAt: new Date(at).toISOString(),
        period,
        minute,
        // Beside what is put after the second half's end, and before the match's.
        sequence: sequence + 500 + number,
      }),
    );
  }
}

/** After `taken` kicks, home first: one side cannot be caught any more. */
function isDecided({ home, away }: Record<Side, number>, taken: number): boolean {
  const homeLeft = Math.max(0, KICKS - Math.ceil(taken / 2));
  const awayLeft = Math.max(0, KICKS - Math.floor(taken / 2));
  if (taken >= 2 * KICKS) return taken % 2 === 0 && home !== away;
  return home > away + awayLeft || away > home + homeLeft;
}
