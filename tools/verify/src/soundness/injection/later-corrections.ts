import { type MatchEvent, otherSide, PERIOD_START_MINUTE } from "@touchline/domain";
import type { Arrival } from "../arrival.ts";
import type { Random } from "../../seeded-random.ts";

/** How an event is told wrong at first; undefined where there is nothing to get wrong. */
type Mistake = (event: MatchEvent) => MatchEvent | undefined;

const MINUTES_WRONG = 10;

const MISTAKES: readonly Mistake[] = [
  (event) =>
    event.type === "fixture" ? { ...event, payload: { ...event.payload, ...wrongFixture(event) } } : undefined,
  // A goal counts at once; its scorer and its confirmation come later.
  (event) => {
    const { player: _unknown, ...rest } = event;
    return event.type === "goal" ? { ...rest, payload: { ...event.payload, confirmation: "tbd" } } : undefined;
  },
  // The wrong minute puts a goal into another window.
  (event) =>
    event.type === "goal" && event.minute !== undefined && event.period
      ? { ...event, minute: Math.max(PERIOD_START_MINUTE[event.period], event.minute - MINUTES_WRONG) }
      : undefined,
  (event) => (event.type === "corner" && event.team ? { ...event, team: otherSide(event.team) } : undefined),
  (event) => (event.type === "red_card" ? { ...event, type: "yellow_card" } : undefined),
  (event) => (event.type === "yellow_card" && event.team ? { ...event, team: otherSide(event.team) } : undefined),
];

/** The opponent is not known yet, or the match is put off for a season: in one match the one, in the next the other. */
function wrongFixture({ matchId, payload }: MatchEvent): Readonly<Record<string, string>> {
  const kickoff = "kickoff" in payload ? Date.parse(String(payload.kickoff)) : 0;
  return (matchId.codePointAt(matchId.length - 1) ?? 0) % 2 === 0
    ? { home: "To be confirmed" }
    : { kickoff: new Date(kickoff - SEASON_MS).toISOString() };
}

const SEASON_MS = 365 * 86_400_000;

/** How many arrivals later the truth comes at most. */
const LATEST = 6;

/** For each kind of mistake one real event that is first told wrong and put right a little later. */
export function correctedLater(arrivals: readonly Arrival[], random: Random): Arrival[] {
  return MISTAKES.reduce((told, mistake) => mistaken(told, mistake, random), [...arrivals]);
}

function mistaken(arrivals: Arrival[], mistake: Mistake, random: Random): Arrival[] {
  const places = arrivals.flatMap(({ event, injected }, place) => {
    const untouched = !injected && event.revision === 1 && !arrivals.some((other) => correctsLater(other, event));
    return untouched && mistake(event) ? [place] : [];
  });
  if (places.length === 0) return arrivals;
  const place = random.pick(places);
  const truth = arrivals[place]?.event;
  const wrong = truth && mistake(truth);
  if (!truth || !wrong) return arrivals;
  const later = Math.min(place + 1 + random.below(LATEST), arrivals.length);
  return [
    ...arrivals.slice(0, place),
    { event: wrong, injected: false },
    ...arrivals.slice(place + 1, later),
    { event: { ...truth, revision: truth.revision + 1 }, injected: true },
    ...arrivals.slice(later),
  ];
}

function correctsLater({ event }: Arrival, { id, source }: MatchEvent): boolean {
  return event.id === id && event.source === source && event.revision > 1;
}
