/** A moment at which the tests begin, and the zone in which they are run. */
export interface TestDay {
  readonly name: string;
  /** Wall-clock milliseconds. */
  readonly startsAt: number;
  /** IANA name, as `TZ` takes it. */
  readonly zone: string;
}

const DAY_MS = 24 * 3_600_000;
const ZONES = ["Europe/London", "America/Sao_Paulo", "Asia/Kolkata"];
/** So long before midnight, or before the clocks change, that tests run on both sides of it. */
const JUST_BEFORE_MS = 30_000;

/** The days on which the tests have to be green: far on, leap day, new year, and both changes of the clocks. */
export function usualDays(now: number): TestDay[] {
  const year = new Date(now).getUTCFullYear();
  const changes = clockChanges("Europe/London", now, 2);
  return [
    { name: "400-days-on", startsAt: now + 400 * DAY_MS, zone: "UTC" },
    { name: "leap-day", startsAt: Date.parse("2028-02-29T12:00:00Z"), zone: "UTC" },
    { name: "new-year", startsAt: Date.UTC(year + 1, 0, 1) - JUST_BEFORE_MS, zone: "UTC" },
    ...changes.flatMap((change) =>
      ZONES.map((zone) => ({
        name: `clocks-change-${new Date(change).toISOString().slice(0, 10)}`,
        startsAt: change - JUST_BEFORE_MS,
        zone,
      })),
    ),
  ];
}

/**
 * The days that an argument names: one of the usual ones, or a date or moment such as `2028-02-29` (noon, UTC) or
 * `2026-12-31T23:59:30Z`, either with a zone as in `leap-day@Asia/Kolkata`.
 * @returns none when it names no day
 * @throws RangeError when it does, and the day or the zone does not exist
 */
export function daysNamed(argument: string, now: number): TestDay[] {
  const [name = "", zone] = argument.split("@");
  if (zone !== undefined) requireZone(zone);
  const usual = usualDays(now).filter((day) => day.name === name);
  if (usual.length > 0) return zone === undefined ? usual : usual.slice(0, 1).map((day) => ({ ...day, zone }));
  if (!/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(name)) return [];
  const startsAt = Date.parse(name.includes("T") ? name : `${name}T12:00:00Z`);
  // JavaScript takes 30 February for 2 March.
  const isDay = new Date(Date.parse(name.slice(0, 10))).getUTCDate() === Number(name.slice(8, 10));
  if (Number.isNaN(startsAt) || !isDay)
    throw new RangeError(`${name} is no day; write it as 2028-02-29 or 2026-12-31T23:59:30Z`);
  return [{ name, startsAt, zone: zone ?? "UTC" }];
}

function requireZone(zone: string): void {
  try {
    Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    throw new RangeError(`${zone} is no time zone; write it as Europe/London`);
  }
}

/** The next so many moments at which a zone's clocks are put forward or back, wall-clock milliseconds. */
function clockChanges(zone: string, after: number, count: number): number[] {
  const found: number[] = [];
  const hour = 3_600_000;
  let at = Math.ceil(after / hour) * hour;
  for (let offset = offsetOf(zone, at), end = at + 800 * DAY_MS; found.length < count && at < end; at += hour) {
    const next = offsetOf(zone, at);
    if (next !== offset) found.push(at);
    offset = next;
  }
  return found;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** As text, which is enough to see it change. */
function offsetOf(zone: string, at: number): string {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  formats.set(zone, format);
  return format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
}
