import type { Pair } from "@touchline/domain";
import {
  shareOfClock,
  DEFAULT_IN_PLAY,
  halvesInShares,
  type InPlayParams,
  paceAfter,
  type Situation,
  withGoal,
} from "@touchline/model";
import { type StartedMatch, startingRates } from "../accuracy/measure-in-play.ts";
import type { Steps } from "./steps.ts";
import type { TimelineEvent, TimelineMatch } from "../results/timeline-match.ts";

/**
 * Goals scored and goals expected from the odds, by a side's own lead (-2 or worse ... +2 or better), with even numbers
 * of men.
 */
export interface LeadRecord {
  readonly scored: readonly number[];
  readonly expected: readonly number[];
}

const LEADS = 5;
/** Factors are shrunk towards 1 as if this many expected goals had come as expected. */
const SHRINKAGE_GOALS = 60;

export interface InPlayFit {
  readonly params: InPlayParams;
  readonly home: LeadRecord;
  readonly away: LeadRecord;
}

/**
 * Lead factors and the first half's share of goals as these very matches have them, for judging how much a fit to the
 * sample would gain over the shipped constants. Rates then mean the intensity at a level score: the factors also take
 * up how far the odds expected too many goals. Yields the number of matches read.
 */
export function* fitInPlay(
  matches: readonly StartedMatch[],
  expectedStoppage: Situation["expectedStoppage"],
  params: InPlayParams = DEFAULT_IN_PLAY,
): Steps<number, InPlayFit> {
  const goalProfile = halvesInShares(firstHalfShare(matches), params.goalProfile);
  const level: InPlayParams = { ...params, goalProfile, ratesMean: "level" };
  const home = new LeadCount();
  const away = new LeadCount();
  for (const [index, match] of matches.entries()) {
    const { timeline } = match;
    const rates = startingRates(match, level);
    for (const spell of spellsOf(timeline, expectedStoppage, level)) {
      if (spell.men !== 0) continue;
      const pace = paceAfter(rates, spell.score, spell.before + spell.share / 2, level);
      const lead = spell.score.home - spell.score.away;
      home.add(lead, rates.home * pace.home * spell.share, spell.goal === "home");
      away.add(-lead, rates.away * pace.away * spell.share, spell.goal === "away");
    }
    yield index + 1;
  }
  const leadFactors = { home: home.factors(), away: away.factors() };
  return { params: { ...level, leadFactors }, home: home.record(), away: away.record() };
}

function firstHalfShare(matches: readonly StartedMatch[]): number {
  let first = 0;
  let all = 0;
  for (const { timeline } of matches) {
    first += timeline.halfTime.home + timeline.halfTime.away;
    all += timeline.fullTime.home + timeline.fullTime.away;
  }
  return all > 0 ? first / all : 0.44;
}

class LeadCount {
  readonly #scored = Array.from({ length: LEADS }, () => 0);
  readonly #expected = Array.from({ length: LEADS }, () => 0);

  add(lead: number, expected: number, scored: boolean): void {
    const index = Math.max(-2, Math.min(2, lead)) + 2;
    this.#expected[index]! += expected;
    if (scored) this.#scored[index]!++;
  }

  factors(): number[] {
    return this.#scored.map((goals, lead) => (goals + SHRINKAGE_GOALS) / (this.#expected[lead]! + SHRINKAGE_GOALS));
  }

  record(): LeadRecord {
    return { scored: this.#scored, expected: this.#expected };
  }
}

/** Time between two changes of score or men, and the goal that ended it, if one did. */
interface Spell {
  readonly score: Pair;
  /** Home men more than away men. */
  readonly men: number;
  /** Share of the match before it, and its own. */
  readonly before: number;
  readonly share: number;
  readonly goal?: "home" | "away";
}

function spellsOf(
  match: TimelineMatch,
  expectedStoppage: Situation["expectedStoppage"],
  params: InPlayParams,
): Spell[] {
  const spells: Spell[] = [];
  let score: Pair = { home: 0, away: 0 };
  let men = 0;
  let before = 0;
  for (const half of ["first", "second"] as const) {
    let from = 0;
    const end = 45 + match.stoppage[half];
    const changes = match.events
      .filter((event) => event.half === half && (event.what === "goal" || event.what === "red"))
      .toSorted((one, other) => one.minute - other.minute);
    const spell = (until: number, event?: TimelineEvent) => {
      const share = shareOfClock(half, from, Math.max(from, until), expectedStoppage, params.goalProfile);
      spells.push({ score, men, before, share, ...(event?.what === "goal" ? { goal: event.side } : {}) });
      before += share;
      from = Math.max(from, until);
    };
    for (const event of changes) {
      spell(Math.min(event.minute, end), event);
      if (event.what === "goal") score = withGoal(score, event.side);
      else men -= event.side === "home" ? 1 : -1;
    }
    spell(end);
  }
  return spells;
}
