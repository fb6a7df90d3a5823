const LONDON = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/**
 * Wall-clock milliseconds of a time as F24 writes it: `2018-08-20T21:00:23.635`, in London's local time without saying
 * so. The hour that comes twice in October is taken for the first of the two. Undefined for what is no time.
 */
export function londonTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/(?:Z|[+-]\d\d:?\d\d)$/.test(text)) return validTime(text);
  const asUtc = validTime(`${text}Z`);
  if (asUtc === undefined) return undefined;
  const anHourEarlier = asUtc - 3_600_000;
  return shownInLondon(anHourEarlier) === Math.floor(asUtc / 1000) ? anHourEarlier : asUtc;
}

/** What a clock in London shows, read as UTC, in seconds. */
function shownInLondon(at: number): number {
  const part = Object.fromEntries(LONDON.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

/** `20180820T210000+0100`, as F7 has it, and RFC 3339. */
export function validTime(text: string | undefined): number | undefined {
  const compact = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)([+-]\d\d)(\d\d)$/.exec(text ?? "");
  const [, year, month, day, hour, minute, second, zone, rest] = compact ?? [];
  const spelled = compact ? `${year}-${month}-${day}T${hour}:${minute}:${second}${zone}:${rest}` : (text ?? "");
  const at = Date.parse(spelled);
  return Number.isNaN(at) ? undefined : at;
}
