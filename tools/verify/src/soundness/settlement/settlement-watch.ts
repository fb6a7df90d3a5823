import { type Market, type MatchEvent, outcomesOf, type Settlement } from "@touchline/domain";
import { finalFactsOf } from "./final-facts.ts";
import { abandonedMatchOf, decidedBy } from "./abandoned-match.ts";
import { RETURNED } from "./independent-bets.ts";
import { expectedSettlement } from "./independent-settlement.ts";
import type { Step } from "../play-match.ts";
import { distance, settledQuote, type Standing } from "../standing.ts";
import { LISTED_ERRORS, type Tally } from "../tally.ts";

/** Follows the settlements of one match: what was said early, what was taken back, what is right in the end. */
export class SettlementWatch {
  readonly #matchId: string;
  readonly #markets: readonly Market[];
  readonly #tally: Tally;
  /** The first settlement of each market that was not provisional. */
  readonly #early = new Map<string, Settlement>();

  constructor(matchId: string, markets: readonly Market[], tally: Tally) {
    this.#matchId = matchId;
    this.#markets = markets;
    this.#tally = tally;
  }

  step({ before, after, correction, awaited }: Step): void {
    for (const { id } of this.#markets) {
      const was = before.settled.get(id);
      const is = after.settled.get(id);
      if (is && !was) this.#tally.settlement.early++;
      if (was && !(is && distance(settledQuote(was), settledQuote(is)) === 0)) this.#overturn(id, correction, awaited);
      // A correction may also only cast doubt on what was final: then it is final no more.
      if (is?.provisional && correction) this.#early.delete(id);
      if (is && !is.provisional && !this.#early.has(id)) this.#early.set(id, is);
    }
  }

  #overturn(market: string, correction: boolean, awaited: boolean): void {
    const { settlement } = this.#tally;
    settlement.overturned++;
    if (!this.#early.has(market)) return;
    settlement.overturnedFinal++;
    // What was final may only change because the feed changed its mind; then the first word counts no more.
    if (!correction) this.#error(market, "settled in another way although nothing was corrected");
    if (awaited) this.#error(market, "final, and overturned by a goal that awaited confirmation");
    this.#early.delete(market);
  }

  /** @param played the match as it stands at the end, each event in its last word */
  end(final: Standing, played: readonly MatchEvent[]): void {
    const facts = finalFactsOf(played);
    for (const contradiction of facts.contradictions) this.#error("*", `the final whistle says ${contradiction}`);
    const abandoned = abandonedMatchOf(played);
    const offered = new Set([...final.open.map(({ id }) => id), ...final.settled.keys()]);
    for (const market of this.#markets) {
      if (!offered.has(market.id)) continue;
      const expected = abandoned ? decidedBy(abandoned, market.id) : expectedSettlement(market.id, facts);
      if (expected === undefined) {
        const { noRule } = this.#tally.settlement;
        noRule[market.id] = (noRule[market.id] ?? 0) + 1;
        continue;
      }
      this.#tally.settlement.checked++;
      const is = final.settled.get(market.id);
      if (expected === "undecided") {
        this.#endUndecided(market, is, abandoned?.isClosed ?? false);
        continue;
      }
      if (expected === "open" || !is) {
        if (is || expected !== "open") this.#error(market.id, is ? "settled without a reason" : "not settled");
        continue;
      }
      const outcomes = market.outcomes.length > 0 ? market.outcomes : outcomesOf(market, final.state);
      for (const outcome of new Set([...outcomes, ...Object.keys(expected)]))
        if (is.outcomes[outcome] !== expected[outcome])
          this.#error(market.id, `${outcome} ${is.outcomes[outcome]}, not ${expected[outcome]}`);
      // What play had decided may rest on what feeds correct late, and of an abandoned match nothing has confirmed it.
      if (is.provisional && !abandoned) this.#error(market.id, "provisional after the end");
      const early = this.#early.get(market.id);
      if (early && distance(settledQuote(early), settledQuote(is)) !== 0)
        this.#error(market.id, "settled in another way before the end");
    }
  }

  /**
   * A market that play had not decided when the match was abandoned: void, for the time being, once its feed has closed
   * it.
   */
  #endUndecided(market: Market, is: Settlement | undefined, isClosed: boolean): void {
    if (!isClosed) {
      if (is) this.#error(market.id, "settled although the match may be resumed");
      return;
    }
    if (!is) {
      this.#error(market.id, "not void although the match is closed");
      return;
    }
    for (const [outcome, paid] of Object.entries(is.outcomes))
      if (paid !== RETURNED) this.#error(market.id, `${outcome} ${paid}, not ${RETURNED}: play had not decided it`);
    if (!is.provisional) this.#error(market.id, "void for good although the match may be resumed");
  }

  #error(market: string, what: string): void {
    const { settlement } = this.#tally;
    settlement.errors++;
    if (settlement.errorList.length < LISTED_ERRORS)
      settlement.errorList.push({ matchId: this.#matchId, market, what });
  }
}
