import { type MatchEventInput, type Period, type Side, SIDES } from "@touchline/domain";
import { type Random, seededRandom } from "../seeded-random.ts";

/** How the first source reaches us, and what the second one does worse, in milliseconds and shares. */
export const FEEDS = {
  officialDelayMs: 12_000,
  leastDelayMs: 200,
  fastDelayMs: 20_000,
  missing: 0.02,
  inventing: 0.005,
  silenceMs: 600_000,
  /** A source that is alive says so this often. */
  heartbeatMs: 10_000,
} as const;

export const OFFICIAL = "official";
export const SECOND = "second";

export interface SourcedArrival {
  /** Wall-clock milliseconds at which it reaches us. */
  readonly at: number;
  readonly event: MatchEventInput;
  /** What really happened: the id of the first source's event; undefined for what is invented. */
  readonly truth: string | undefined;
}

export interface Silence {
  readonly from: number;
  readonly to: number;
}

export interface TwoFeeds {
  readonly arrivals: readonly SourcedArrival[];
  readonly silence: Silence;
}

/**
 * One match as two sources report it. The first reports everything, up to 12 s late, and is silent for ten minutes;
 * what happened then it reports when it is back (`reported`), or never. The second is late by 0.2 to 20 s, also in its
 * own times, has ids of its own for events and players, leaves some out and makes some up.
 */
export function twoFeeds(
  events: readonly MatchEventInput[],
  { seed, reported }: { readonly seed: number; readonly reported: boolean },
): TwoFeeds {
  const random = seededRandom(seed, `two sources of ${events[0]?.matchId ?? ""}`);
  const silence = silenceOf(events, random);
  const isSilent = (at: number): boolean => silence.from <= at && at < silence.to;
  const arrivals = events.flatMap((event): SourcedArrival[] => {
    const truth = event.id;
    const at = Date.parse(event.occurredAt);
    const arrives = at + between(random, FEEDS.leastDelayMs, FEEDS.officialDelayMs);
    const ours: SourcedArrival = { at: arrives, event: { ...event, source: OFFICIAL }, truth };
    const first = !isSilent(arrives) ? [ours] : reported ? [{ ...ours, at: silence.to }] : [];
    return [...first, ...secondOf(event, truth, random)];
  });
  arrivals.push(...heartbeats(events, isSilent));
  return { arrivals: arrivals.toSorted((a, b) => a.at - b.at), silence };
}

function between(random: Random, least: number, most: number): number {
  return Math.round(least + random.next() * (most - least));
}

function silenceOf(events: readonly MatchEventInput[], random: Random): Silence {
  const times = events.flatMap(({ period, occurredAt }) => (period ? [Date.parse(occurredAt)] : []));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const from = between(random, first, Math.max(first, last - FEEDS.silenceMs));
  return { from, to: from + FEEDS.silenceMs };
}

/** What the second source reports of an event, and what it makes up beside it. */
function secondOf(event: MatchEventInput, truth: string, random: Random): SourcedArrival[] {
  if (event.type === "fixture") return [];
  const at = Date.parse(event.occurredAt) + between(random, FEEDS.leastDelayMs, FEEDS.fastDelayMs);
  const { sequence: _sequence, ...rest } = renamed(event);
  const report = { ...rest, source: SECOND, occurredAt: new Date(at).toISOString() };
  const isMissing = event.period !== undefined && random.next() < FEEDS.missing;
  const isInvented = event.period !== undefined && random.next() < FEEDS.inventing;
  const { period, minute } = event;
  return [
    ...(isMissing ? [] : [{ at, event: { ...report, id: `s-${truth}` }, truth }]),
    ...(isInvented && period && minute != null
      ? [{ at, event: inventedAt(report, period, minute, random), truth: undefined }]
      : []),
  ];
}

const INVENTED = ["goal", "corner", "corner", "yellow_card", "red_card"] as const;

function inventedAt(
  { matchId, occurredAt, id }: MatchEventInput,
  period: Period,
  minute: number,
  random: Random,
): MatchEventInput {
  const team: Side = random.pick(SIDES);
  return { id: `x-${id}`, source: SECOND, matchId, type: random.pick(INVENTED), occurredAt, team, period, minute };
}

/** Its own names of players, also in its team sheets. */
function renamed(event: MatchEventInput): MatchEventInput {
  const own = (id: unknown): string => `s-${String(id)}`;
  const renamedIn = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamedIn);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, content]) => [name, NAMES.has(name) ? own(content) : renamedIn(content)]),
    );
  };
  return {
    ...event,
    ...(event.player == null ? {} : { player: own(event.player) }),
    ...(event.payload ? { payload: renamedIn(event.payload) as NonNullable<MatchEventInput["payload"]> } : {}),
  };
}

const NAMES: ReadonlySet<string> = new Set(["id", "playerIn", "playerOut", "goalkeeper"]);

/** Both say that they are alive, from the first event to the last; the first one not in its silence. */
function heartbeats(events: readonly MatchEventInput[], isSilent: (at: number) => boolean): SourcedArrival[] {
  const times = events.map(({ occurredAt }) => Date.parse(occurredAt));
  const kickOff = events.find(({ type }) => type === "kick_off" || type === "period_start");
  const from = Date.parse(kickOff?.occurredAt ?? events[0]?.occurredAt ?? "");
  const to = Math.max(...times) + FEEDS.fastDelayMs;
  const beats: SourcedArrival[] = [];
  for (let at = from, revision = 1; at <= to; at += FEEDS.heartbeatMs, revision++)
    for (const source of [OFFICIAL, SECOND]) {
      if (source === OFFICIAL && isSilent(at)) continue;
      const event = { id: "heartbeat", source, matchId: events[0]?.matchId ?? "", type: "heartbeat", revision };
      beats.push({ at, event: { ...event, occurredAt: new Date(at).toISOString() }, truth: undefined });
    }
  return beats;
}
