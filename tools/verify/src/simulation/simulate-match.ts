import type { MatchState, Pair, Side } from "@touchline/domain";
import { type CountRates, DEFAULT_IN_PLAY, type MatchRates, SIMULATED_RATES, type Situation } from "@touchline/model";
import type { FinalFacts, FinalGoal, Two } from "../soundness/settlement/final-facts.ts";
import { drawGoals, lowScoreWeight, type ScoringRates, scoringRates } from "./goal-path.ts";
import type { RandomDraws } from "./random-draws.ts";
import { placeOf, SquadPath } from "./squad-path.ts";
import { TimeAhead } from "./time-ahead.ts";

/** One way that a match may end. */
export interface Ending {
  readonly facts: FinalFacts;
  /** The next goals of regular time, in order: what a bet on the next goal is about. */
  readonly added: readonly FinalGoal[];
}

const SIDES = ["home", "away"] as const;
const params = DEFAULT_IN_PLAY;

/** Draws endings of a match from where it stands: by the model's assumptions, and by none of its computations. */
export class MatchSimulation {
  readonly #state: MatchState;
  readonly #now: Situation;
  readonly #rates: MatchRates;
  readonly #scoring: ScoringRates;
  readonly #extraScoring: ScoringRates;
  readonly #goalTime: TimeAhead;
  readonly #cornerTime: TimeAhead;
  readonly #cardTime: TimeAhead;
  readonly #substitutions: number;
  readonly #largestWeight: number;

  /**
   * @param level scoring rates at a level score, see `levelRates`
   * @param substitutions that each side may make in all
   */
  constructor(state: MatchState, now: Situation, rates: MatchRates, level: Pair, substitutions: number) {
    this.#state = state;
    this.#now = now;
    this.#rates = rates;
    this.#substitutions = substitutions;
    const low = [0, 1].flatMap((h) => [0, 1].map((a) => lowScoreWeight(rates, [h, a])));
    this.#largestWeight = Math.max(1, ...low);
    this.#scoring = scoringRates(level, now, params);
    this.#extraScoring = scoringRates(level, now, params, false);
    this.#goalTime = new TimeAhead(now, params.goalProfile, params);
    this.#cornerTime = new TimeAhead(now, params.cornerProfile, params);
    this.#cardTime = new TimeAhead(now, params.cardProfile, params);
  }

  ending(draws: RandomDraws): Ending {
    const squads = this.#squads(draws);
    const isScored = this.#now.penaltyPending !== undefined && draws.chance(params.penaltyConversion);
    const added = this.#addedGoals(isScored, squads, draws);
    const goals = [...this.#goalsSoFar(), ...added];
    const firstHalf = countOf(goals, ({ period }) => period === "first_half");
    const fullTime = countOf(goals, () => true);
    const corners = this.#counts("corners", this.#cornerTime, draws);
    const cards = this.#counts("cards", this.#cardTime, draws);
    const left = this.#goalTime.total;
    const reds = this.#state.regularRedCards.home + this.#state.regularRedCards.away;
    const { penalties, redsOfCards } = SIMULATED_RATES;
    const allCards = this.#rates.cards.home + this.#rates.cards.away;
    const facts: FinalFacts = {
      firstHalf,
      secondHalf: [fullTime[0] - firstHalf[0], fullTime[1] - firstHalf[1]],
      fullTime,
      ...this.#afterNinety(fullTime, draws),
      goals,
      corners: corners.all,
      firstHalfCorners: corners.first,
      cards: cards.all,
      firstHalfCards: cards.first,
      penalties: this.#state.penaltiesAwarded + draws.poisson(penalties * left),
      reds: reds + draws.poisson(redsOfCards * allCards * this.#cardTime.total),
      ...this.#playersOf(goals, added, squads),
      contradictions: [],
    };
    return { facts, added };
  }

  /** Drawn until one is taken: low scores as often as they are likelier. A penalty is scored as often as it is. */
  #addedGoals(isScored: boolean, squads: Partial<Record<Side, SquadPath>>, draws: RandomDraws): FinalGoal[] {
    const { home, away } = this.#now.fullTimeScore ?? this.#now.score;
    for (;;) {
      const goals = this.#goalsToCome(isScored, squads, draws);
      const [h, a] = countOf(goals, () => true);
      const weight = lowScoreWeight(this.#rates, [home + h, away + a]);
      if (this.#goalTime.total === 0 || draws.chance(weight / this.#largestWeight)) return goals;
    }
  }

  #squads(draws: RandomDraws): Partial<Record<Side, SquadPath>> {
    const { stage, minute } = this.#now;
    const half = stage === "second_half" || stage === "half_time" ? "second" : "first";
    const end = this.#goalTime.momentAfter(Infinity);
    const paths = SIDES.flatMap((side): [Side, SquadPath][] => {
      const lineup = this.#state.lineups[side];
      if (!lineup || this.#goalTime.total === 0) return [];
      const made = lineup.entered.length + (lineup.unnamed ?? 0);
      const left = Math.max(0, this.#substitutions - made);
      return [[side, new SquadPath(lineup, left, placeOf(half, minute), placeOf(end.half, end.minute), draws)]];
    });
    return Object.fromEntries(paths);
  }

  #goalsToCome(isScored: boolean, squads: Partial<Record<Side, SquadPath>>, draws: RandomDraws): FinalGoal[] {
    if (this.#goalTime.total === 0) return [];
    return drawGoals(this.#scoring, this.#now, this.#goalTime, isScored, draws).map(({ side, share, penalty }) => {
      const { half, minute } = this.#goalTime.momentAfter(share);
      const own = !penalty && draws.chance(SIMULATED_RATES.ownGoals);
      const scorer = own ? null : (squads[side]?.scorerAt(placeOf(half, minute), penalty) ?? null);
      const elapsed = Math.floor(minute) + (half === "second" ? 45 : 0);
      return { side, period: `${half}_half`, minute: elapsed, player: scorer, own };
    });
  }

  #goalsSoFar(): FinalGoal[] {
    return this.#state.goals
      .filter(({ period }) => period.endsWith("_half") && !period.startsWith("extra"))
      .map(({ side, period, minute, player, ownGoal }) => ({ side, period, minute, player, own: ownGoal }));
  }

  #playersOf(goals: readonly FinalGoal[], added: readonly FinalGoal[], squads: Partial<Record<Side, SquadPath>>) {
    const sheets = SIDES.flatMap((side) => this.#state.lineups[side] ?? []);
    const before = sheets.flatMap(({ starters, entered }) => [
      ...starters.map(({ id }) => id),
      ...entered.map(({ player }) => player),
    ]);
    const cameBy = (place: number): string[] => SIDES.flatMap((side) => squads[side]?.cameOnBy(place) ?? []);
    const first = goals.find(({ own }) => !own);
    const isToCome = first !== undefined && added.includes(first);
    const place = !isToCome
      ? Infinity
      : first.period === "first_half"
        ? placeOf("first", (first.minute ?? 0) + 0.999)
        : placeOf("second", (first.minute ?? 0) - 45 + 0.999);
    return {
      squad: sheets.flatMap(({ starters, bench }) => [...starters, ...bench].map(({ id }) => id)),
      played: new Set([...before, ...cameBy(Infinity)]),
      playedByFirstGoal: new Set([...before, ...cameBy(place)]),
    };
  }

  /** A rate that what has been counted says something about, and a share of the home side likewise. */
  #counts(what: "corners" | "cards", time: TimeAhead, draws: RandomDraws): { all: Two; first: Two } {
    const so: Pair = this.#state.counts[what];
    const { home, away, size }: CountRates = this.#rates[what];
    const concentration = params.shareConcentration[what];
    const intensity = draws.gamma(size + so.home + so.away) / (size / (home + away) + time.played);
    const share = draws.beta(
      (concentration * home) / (home + away) + so.home,
      (concentration * away) / (home + away) + so.away,
    );
    const more = (left: number): Two => [
      draws.poisson(intensity * share * left),
      draws.poisson(intensity * (1 - share) * left),
    ];
    const first = more(time.first);
    const second = more(time.total - time.first);
    const soFirst = this.#state.halfTimeCounts?.[what] ?? so;
    return {
      all: [so.home + first[0] + second[0], so.away + first[1] + second[1]],
      first: [soFirst.home + first[0], soFirst.away + first[1]],
    };
  }

  /** Extra time and shoot-out, where a level score leads to them. */
  #afterNinety(fullTime: Two, draws: RandomDraws): Pick<FinalFacts, "extraTime" | "shootOut"> {
    const { fixture, extraTimeScore, shootOut } = this.#state;
    if (!fixture?.knockout || fullTime[0] !== fullTime[1]) return { extraTime: undefined, shootOut: undefined };
    const { stage, minute, penaltyPending } = this.#now;
    const left = {
      extra_first: 1 - minute / 30,
      extra_half_time: 0.5,
      extra_second: 0.5 - minute / 30,
      extra_end: 0,
      shoot_out: 0,
    };
    const share = (left[stage as keyof typeof left] ?? 1) * params.extraTimeShare;
    const running = stage === "extra_first" || stage === "extra_second";
    const isScored = running && penaltyPending !== undefined && draws.chance(params.penaltyConversion);
    const goals = drawGoals(
      this.#extraScoring,
      { ...this.#now, score: extraTimeScore },
      { total: share },
      isScored,
      draws,
    );
    const extraTime: Two = [
      extraTimeScore.home + goals.filter(({ side }) => side === "home").length,
      extraTimeScore.away + goals.filter(({ side }) => side === "away").length,
    ];
    if (extraTime[0] !== extraTime[1]) return { extraTime, shootOut: undefined };
    return { extraTime, shootOut: kicksFrom(shootOut.scored, shootOut.taken, draws) };
  }
}

/** Kick by kick, the first side drawn by lot, until one of them cannot be caught. */
function kicksFrom(scored: Pair, taken: Pair, draws: RandomDraws): Two {
  const goals = { ...scored };
  const kicks = { ...taken };
  const opens: Side = draws.chance(0.5) ? "home" : "away";
  const follows: Side = opens === "home" ? "away" : "home";
  for (;;) {
    const rounds = Math.max(5, kicks.home, kicks.away);
    const out = (side: Side, other: Side): boolean => goals[side] > goals[other] + rounds - kicks[other];
    if (out("home", "away") || out("away", "home")) return [goals.home, goals.away];
    if (kicks.home === kicks.away && kicks.home >= rounds && goals.home !== goals.away) return [goals.home, goals.away];
    const side = kicks[opens] <= kicks[follows] ? opens : follows;
    kicks[side]++;
    if (draws.chance(SIMULATED_RATES.kicks)) goals[side]++;
  }
}

function countOf(goals: readonly FinalGoal[], counts: (goal: FinalGoal) => boolean): Two {
  const counted = goals.filter(counts);
  const home = counted.filter(({ side }) => side === "home").length;
  return [home, counted.length - home];
}
