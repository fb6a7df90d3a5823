import { z } from "zod";
import type { Pair, Side, Situation } from "@touchline/model";

/** The events of one match that the accuracy of in-play predictions needs. */
export interface TimelineMatch {
  readonly matchId: string;
  /** The row of the results file this match is. */
  readonly results: { readonly division: string; readonly date: string; readonly home: string; readonly away: string };
  readonly events: readonly TimelineEvent[];
  readonly halfTime: Pair;
  readonly fullTime: Pair;
  /** Minutes played past 45:00 of each half. */
  readonly stoppage: { readonly first: number; readonly second: number };
}

export interface TimelineEvent {
  readonly half: "first" | "second";
  /** Minutes since the start of the half. */
  readonly minute: number;
  readonly what: "goal" | "red" | "yellow" | "corner";
  readonly side: Side;
}

/** Raised for a timeline file that is not one; names the line. */
export class TimelineFormatError extends Error {
  override readonly name = "TimelineFormatError";
}

const scorePair = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);
const line = z.object({
  match_id: z.string().min(1).max(64),
  type: z.string(),
  period: z.string().optional(),
  minute: z.number().optional(),
  second: z.number().nullish(),
  team: z.enum(["home", "away"]).optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
});
const info = z.object({
  results_key: z.object({ div: z.string(), date: z.iso.date(), home: z.string(), away: z.string() }),
});
const end = z.object({ score_90: scorePair, score_ht: scorePair });
const card = z.object({ colour: z.enum(["yellow", "second_yellow", "red"]) });
const periodEnd = z.object({ stoppage_s: z.number().optional() });

/** Half a minute into a minute of which the second is not known. */
const UNKNOWN_SECOND = 30;
const MOST_LINES = 5_000_000;

/**
 * Parses a timeline file: one event a line, matches one after the other, each from `match_info` to `match_end`.
 * A match without a `results_key` or an end is left out.
 * @throws TimelineFormatError naming the line
 */
export function parseTimelines(text: string): TimelineMatch[] {
  const lines = text.split("\n");
  if (lines.length > MOST_LINES) throw new TimelineFormatError(`more than ${MOST_LINES} lines`);
  const matches: TimelineMatch[] = [];
  let current: MatchDraft | undefined;
  lines.forEach((raw, index) => {
    if (raw.trim() === "") return;
    const event = parseLine(raw, index + 1);
    if (event.type === "match_info") current = new MatchDraft(event);
    else if (current?.matchId === event.match_id) current.add(event);
    const finished = event.type === "match_end" ? current?.finish() : undefined;
    if (finished) matches.push(finished);
  });
  return matches;
}

type Line = z.infer<typeof line>;

function parseLine(raw: string, number: number): Line {
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch (cause) {
    throw new TimelineFormatError(`line ${number} is not JSON`, { cause });
  }
  const parsed = line.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const why = `${issue?.path.join(".") || "the line"} ${issue?.message ?? ""}`;
  throw new TimelineFormatError(`line ${number} is not a timeline event: ${why}`, { cause: parsed.error });
}

class MatchDraft {
  readonly matchId: string;
  readonly #key: z.infer<typeof info>["results_key"] | undefined;
  readonly #events: TimelineEvent[] = [];
  readonly #stoppage = { first: 0, second: 0 };
  #end: z.infer<typeof end> | undefined;

  constructor(event: Line) {
    this.matchId = event.match_id;
    this.#key = info.safeParse(event.payload).data?.results_key;
  }

  add(event: Line): void {
    if (event.type === "match_end") this.#end = end.safeParse(event.payload).data;
    const half = event.period === "1H" ? "first" : event.period === "2H" ? "second" : undefined;
    if (!half) return;
    if (event.type === "period_end") {
      this.#stoppage[half] = (periodEnd.safeParse(event.payload).data?.stoppage_s ?? 0) / 60;
    }
    const what = countedAs(event);
    if (!what || !event.team || event.minute === undefined) return;
    const minute = event.minute + (event.second ?? UNKNOWN_SECOND) / 60 - (half === "second" ? 45 : 0);
    this.#events.push({ half, minute, what, side: event.team });
  }

  finish(): TimelineMatch | undefined {
    if (!this.#key || !this.#end) return undefined;
    const { div: division, date, home, away } = this.#key;
    const pair = ([first, second]: readonly [number, number]): Pair => ({ home: first, away: second });
    return {
      matchId: this.matchId,
      results: { division, date, home, away },
      events: this.#events,
      halfTime: pair(this.#end.score_ht),
      fullTime: pair(this.#end.score_90),
      stoppage: this.#stoppage,
    };
  }
}

function countedAs(event: Line): TimelineEvent["what"] | undefined {
  if (event.type === "goal" || event.type === "corner") return event.type;
  if (event.type !== "card") return undefined;
  const colour = card.safeParse(event.payload).data?.colour;
  return colour === "yellow" ? "yellow" : colour ? "red" : undefined;
}

/** A moment at which in-play forecasts are scored. */
export interface Checkpoint {
  readonly name: string;
  readonly stage: "pre_match" | "first_half" | "half_time" | "second_half";
  /** Minutes since the start of the half. */
  readonly minute: number;
}

export const CHECKPOINTS: readonly Checkpoint[] = [
  { name: "0", stage: "pre_match", minute: 0 },
  { name: "15", stage: "first_half", minute: 15 },
  { name: "30", stage: "first_half", minute: 30 },
  { name: "HT", stage: "half_time", minute: 0 },
  { name: "60", stage: "second_half", minute: 15 },
  { name: "75", stage: "second_half", minute: 30 },
  { name: "85", stage: "second_half", minute: 40 },
];

/** How the match stood at a checkpoint, announced stoppage unknown. */
export function situationAt(
  match: TimelineMatch,
  { stage, minute }: Checkpoint,
  expectedStoppage: Situation["expectedStoppage"],
): Situation {
  const happened = match.events.filter((event) =>
    event.half === "first"
      ? stage !== "pre_match" && (stage !== "first_half" || event.minute < minute)
      : stage === "second_half" && event.minute < minute,
  );
  const count = (events: readonly TimelineEvent[], ...kinds: TimelineEvent["what"][]): Pair => ({
    home: events.filter(({ what, side }) => side === "home" && kinds.includes(what)).length,
    away: events.filter(({ what, side }) => side === "away" && kinds.includes(what)).length,
  });
  const firstHalf = match.events.filter((event) => event.half === "first");
  const afterHalfTime = stage === "half_time" || stage === "second_half";
  return {
    stage,
    minute,
    stoppage: {},
    expectedStoppage,
    score: count(happened, "goal"),
    reds: count(happened, "red"),
    corners: count(happened, "corner"),
    cards: count(happened, "yellow", "red"),
    ...(afterHalfTime
      ? {
          halfTimeScore: count(firstHalf, "goal"),
          firstHalfCorners: count(firstHalf, "corner"),
          firstHalfCards: count(firstHalf, "yellow", "red"),
        }
      : {}),
  };
}
