import { wordsOf } from "./known-names.ts";

/** A probability as a whole percentage with one digit behind the point; 0 and 1 without. */
export function percent(value: number): string {
  return value === 0 || value === 1 ? String(value * 100) : (value * 100).toFixed(1);
}

/** A duration as people read it: `14 ms`, `2.3 s`, `4 min`, `2 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** Time of day with tenths of a second, in the reader's zone. */
export function timeOfDay(ms: number): string {
  const date = new Date(ms);
  const part = (value: number): string => String(value).padStart(2, "0");
  const tenth = Math.floor(date.getMilliseconds() / 100);
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${tenth}`;
}

/** Moments that the service wrote out in full, as times of day of the reader. */
export function withLocalTimes(words: string): string {
  return words.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (moment) => timeOfDay(Date.parse(moment)));
}

export function bytes(count: number): string {
  if (count < 1_000_000) return `${Math.round(count / 1_000)} KB`;
  if (count < 1_000_000_000) return `${(count / 1_000_000).toFixed(count < 10_000_000 ? 1 : 0)} MB`;
  return `${(count / 1_000_000_000).toFixed(1)} GB`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A type of event as people say it: `Goal`, `Second yellow card`. */
export function eventWords(type: string): string {
  const words = wordsOf(type);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const PERIODS: Readonly<Record<string, string>> = {
  pre_match: "Before kick-off",
  first_half: "1st half",
  half_time: "Half-time",
  second_half: "2nd half",
  full_time: "Full time",
  extra_first_half: "Extra time, 1st half",
  extra_second_half: "Extra time, 2nd half",
  shoot_out: "Shoot-out",
};

export function periodWords(period: string): string {
  return PERIODS[period] ?? eventWords(period);
}

const REASONS: Readonly<Record<string, string>> = {
  events_pending: "an accepted event waits to be applied",
  blind: "nobody can tell whether events wait",
  store_unavailable: "the store does not answer",
  too_stale: "too old to be served",
  not_listed: "not offered in this match",
};

/** Why a market has its status. */
export function reasonWords(code: string): string {
  return REASONS[code] ?? wordsOf(code);
}
