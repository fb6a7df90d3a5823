import { MatchEvent } from "@touchline/domain";
import type { Arrival } from "../arrival.ts";
import { extraTimeAfter } from "./extra-time-story.ts";
import { ANY_TIME, BEFORE_KICK_OFF, type Beat, IN_PLAY, type Story } from "./injected-stories.ts";
import { type Cast, castOf } from "./match-cast.ts";
import { correctedLater } from "./later-corrections.ts";
import { seededRandom } from "../../seeded-random.ts";

/** Room between two numbers of the feed for what is put between them. */
const SEQUENCE_ROOM = 1_000;

/**
 * The events of one match with invented ones among them, so that every known type occurs and every fact changes:
 * what the source does not record (weather, prices, reviews, bet stops), and corrections of what it does.
 *
 * Every invented goal, card and corner is taken back before the end; a level match may go to extra time. The same
 * seed gives the same arrivals.
 */
export function withInjectedEvents(events: readonly MatchEvent[], seed: number): Arrival[] {
  const random = seededRandom(seed, events[0]?.matchId ?? "");
  const cast = castOf(events, random);
  const spaced = events.map((event) => withRoom(event));
  const arrivals = correctedLater(extraTimeAfter(spaced, cast), random);
  const kickOff = arrivals.findIndex(({ event }) => event.type === "period_start");
  const whistle = arrivals.findLastIndex(
    ({ event: { type, period } }) => type === "abandoned" || (type === "period_end" && period === "second_half"),
  );
  if (kickOff < 1 || whistle < kickOff) return arrivals;

  const after = new Map<number, Arrival[]>();
  let beats = 0;
  const add = (story: Story, from: number, to: number): void => {
    for (const [place, event] of placed(story, { from, to, cast, arrivals, number: () => ++beats })) {
      const there = after.get(place) ?? [];
      there.push({ event, injected: true });
      after.set(place, there);
    }
  };
  for (const story of [...ANY_TIME, ...BEFORE_KICK_OFF]) add(story, 1, kickOff - 1);
  for (const story of [...ANY_TIME, ...IN_PLAY]) add(story, kickOff, whistle - 1);
  for (const period of ["first_half", "second_half"]) {
    const end = arrivals.findIndex(({ event }) => event.type === "period_end" && event.period === period);
    if (end < 1) continue;
    add(() => [{ type: "stoppage_time_announced", payload: { minutes: 1 + random.below(8) } }], end - 1, end - 1);
  }
  add(() => [{ type: "kick_off" }], kickOff, kickOff);
  return arrivals.flatMap((arrival, place) => [arrival, ...(after.get(place) ?? [])]);
}

interface Stage {
  readonly from: number;
  readonly to: number;
  readonly cast: Cast;
  readonly arrivals: readonly Arrival[];
  /** Counts the beats of a match: 1, 2, 3 … */
  readonly number: () => number;
}

/** The beats of a story as events, each after the arrival at its place. A revision stands where its original stood. */
function placed(story: Story, { from, to, cast, arrivals, number }: Stage): [number, MatchEvent][] {
  const beats = story(cast);
  const places = beats.map(() => from + cast.random.below(to - from + 1)).sort((a, b) => a - b);
  const events: MatchEvent[] = [];
  return beats.map((beat, index) => {
    if (beat.soon) places[index] = Math.min((places[index - 1] ?? from) + 1, to);
    const place = places[index] ?? from;
    // A correction carries the clock of what it corrects, which may be long past.
    const anchor = arrivals.slice(0, place + 1).findLast(({ injected }) => !injected)?.event;
    if (!anchor) throw new RangeError(`no arrival up to ${place}`);
    const original = beat.sameAs === undefined ? undefined : events[beat.sameAs];
    const event = original ? revised(original, beat, anchor) : newEvent(beat, number(), anchor);
    events.push(event);
    if (beat.sameAs !== undefined) events[beat.sameAs] = event;
    return [place, event];
  });
}

function newEvent({ sameAs: _none, soon: _soon, ...beat }: Beat, number: number, anchor: MatchEvent): MatchEvent {
  const { source, matchId, occurredAt, sequence } = anchor;
  return MatchEvent.parse({
    ...beat,
    id: `x${number}`,
    // Numbers of two sources mean nothing to each other: what is invented is shown by the feed itself.
    source,
    matchId,
    occurredAt,
    ...(sequence === undefined ? {} : { sequence: sequence + number }),
    ...(anchor.type === "period_end" ? {} : clockOf(anchor)),
  });
}

function clockOf({ period, minute, second }: MatchEvent): Partial<MatchEvent> {
  return {
    ...(period === undefined ? {} : { period }),
    ...(minute === undefined ? {} : { minute }),
    ...(second === undefined ? {} : { second }),
  };
}

function revised(
  original: MatchEvent,
  { sameAs: _original, soon: _soon, hoursOff: _off, ...beat }: Beat,
  anchor: MatchEvent,
): MatchEvent {
  const revision = original.revision + 1;
  return MatchEvent.parse({ ...original, ...beat, revision, occurredAt: anchor.occurredAt });
}

function withRoom(event: MatchEvent): MatchEvent {
  return event.sequence === undefined ? event : { ...event, sequence: event.sequence * SEQUENCE_ROOM };
}
