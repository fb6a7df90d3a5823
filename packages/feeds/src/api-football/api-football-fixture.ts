import { z } from "zod";

const id = z.union([z.int(), z.string()]).transform(String);
const person = z.looseObject({ id: id.nullish(), name: z.string().nullish() }).nullish();
const count = z.int().min(0).nullish();
const pair = z.looseObject({ home: count, away: count }).nullish();

/** One row of the event list. `elapsed` counts from 1 and stays at 45, 90 … in stoppage, which `extra` counts. */
export const ApiFootballEvent = z.looseObject({
  time: z.looseObject({ elapsed: z.int(), extra: z.int().nullish() }),
  team: z.looseObject({ id }),
  player: person,
  assist: person,
  type: z.string(),
  detail: z.string().nullish(),
  comments: z.string().nullish(),
});
export type ApiFootballEvent = z.output<typeof ApiFootballEvent>;

const member = z.looseObject({
  player: z.looseObject({ id: id.nullish(), name: z.string().nullish(), pos: z.string().nullish() }),
});

export const ApiFootballLineup = z.looseObject({
  team: z.looseObject({ id }),
  formation: z.string().nullish(),
  coach: person,
  startXI: z.array(member).nullish(),
  substitutes: z.array(member).nullish(),
});
export type ApiFootballLineup = z.output<typeof ApiFootballLineup>;

/** One entry of `response`. Names may be left out; of the lists, any. */
export const ApiFootballFixture = z.looseObject({
  fixture: z.looseObject({
    id,
    date: z.string(),
    /** Unix seconds. */
    periods: z.looseObject({ first: z.number().nullish(), second: z.number().nullish() }).nullish(),
    status: z.looseObject({ short: z.string(), elapsed: z.int().nullish() }),
    venue: z.looseObject({ name: z.string().nullish() }).nullish(),
    referee: z.string().nullish(),
  }),
  league: z.looseObject({ name: z.string().nullish(), season: z.union([z.int(), z.string()]).nullish() }).nullish(),
  teams: z.looseObject({
    home: z.looseObject({ id, name: z.string().nullish() }),
    away: z.looseObject({ id, name: z.string().nullish() }),
  }),
  goals: pair,
  score: z.looseObject({ halftime: pair, fulltime: pair, extratime: pair, penalty: pair }).partial().nullish(),
  events: z.array(z.unknown()).nullish(),
  lineups: z.array(z.unknown()).nullish(),
});
export type ApiFootballFixture = z.output<typeof ApiFootballFixture>;

export const ApiFootballAnswer = z.looseObject({
  errors: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).nullish(),
  response: z.array(z.unknown()),
});
