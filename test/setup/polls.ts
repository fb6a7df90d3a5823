import type { EventRow } from "@touchline/client";
import { canonicalJson, type MatchEventInput } from "@touchline/domain";

interface PollOptions {
  /** Wall-clock milliseconds between two polls. */
  readonly everyMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Polls after the last event, in which the feed may still correct itself. */
const AFTER_THE_END = 12;
/** A correction comes at most so many polls after what it corrects. */
const LONGEST_MISTAKE = 10;
/** What a feed invents now and then, and takes back. */
const INVENTED: ReadonlySet<string> = new Set(["goal", "corner", "yellow_card"]);
const SHARE = { minute: 0.06, player: 0.05, side: 0.03, late: 0.05, inventedByPoll: 0.02 } as const;

/** A row of the list, and in which polls it stands there. */
interface Stand {
  readonly row: EventRow;
  readonly from: number;
  /** The first poll in which it no longer does. */
  readonly until: number;
}

/**
 * The complete lists that a feed without ids answers with, one for each poll of a match, the last one without a
 * mistake. On the way there minutes, players and sides are wrong at first, rows come late, and some never happened.
 * @param events of one match, in order, with the times at which they happened
 */
export function pollsOf(events: readonly MatchEventInput[], { everyMs, random }: PollOptions): EventRow[][] {
  const times = events.map(({ occurredAt }) => Date.parse(occurredAt));
  const start = Math.min(...times);
  const polls = Math.ceil((Math.max(...times) - start) / everyMs) + 1 + AFTER_THE_END;
  const stands = events.flatMap((event, k) =>
    withMistake(rowOf(event), Math.ceil(((times[k] ?? start) - start) / everyMs), random),
  );
  const some = (poll: number) => Math.min(polls - 1, poll + 1 + Math.floor(random() * LONGEST_MISTAKE));
  for (let poll = 1; poll < polls - 1; poll++) {
    const like = events.filter(({ type }, k) => INVENTED.has(type) && (times[k] ?? start) > start);
    const model = like[Math.floor(random() * like.length)];
    if (!model || random() >= SHARE.inventedByPoll) continue;
    stands.push({ row: { ...rowOf(model), minute: model.minute ?? 0, second: 59 }, from: poll, until: some(poll) });
  }
  return Array.from({ length: polls }, (_none, poll) =>
    stands.filter(({ from, until }) => from <= poll && poll < until).map(({ row }) => row),
  );
}

/** A row as it stands in the lists, after what it was mistaken for at first. */
function withMistake(row: EventRow, from: number, random: () => number): Stand[] {
  const corrected = from + 1 + Math.floor(random() * LONGEST_MISTAKE);
  const chance = random();
  const rightFromThere: Stand = { row, from: corrected, until: Infinity };
  if (row.team === undefined || row.minute === undefined) return [{ row, from, until: Infinity }];
  let below: number = SHARE.late;
  if (chance < below) return [rightFromThere];
  const mistaken = (wrong: EventRow): Stand[] => [{ row: wrong, from, until: corrected }, rightFromThere];
  if (chance < (below += SHARE.minute)) return mistaken({ ...row, minute: (row.minute ?? 0) + 1 });
  if (chance < (below += SHARE.side)) return mistaken({ ...row, team: row.team === "home" ? "away" : "home" });
  if (chance >= below + SHARE.player || row.player === undefined) return [{ row, from, until: Infinity }];
  const { player: _unknownAtFirst, ...nameless } = row;
  return mistaken(nameless);
}

/** What a feed without ids says of an event. */
function rowOf({ id: _id, source: _source, matchId: _match, sequence: _place, ...row }: MatchEventInput): EventRow {
  return row;
}

/** Equal for two lists that say the same: neither order nor wall-clock times are news. */
export function newsOf(rows: readonly EventRow[]): string {
  return rows
    .map(({ occurredAt: _time, ...said }) => canonicalJson(said))
    .sort()
    .join("\n");
}
