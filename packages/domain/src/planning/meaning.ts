import { CATALOGUE } from "../markets/catalogue.ts";
import type { EventLog } from "../events/event-log.ts";
import { factsOf } from "../dependencies/facts.ts";
import { EMPTY_STATE, foldEvents } from "../match/fold-events.ts";
import { isListed, type Market } from "../markets/market.ts";
import { definitionOf, digest, settlementRules } from "../markets/market-definition.ts";
import type { MatchState } from "../match/match-state.ts";
import { type InvalidationPlan, planInvalidation } from "./plan-invalidation.ts";
import { referenceLogs } from "./reference-match.ts";
import { type Settlement, settlementOf } from "../markets/settlement.ts";
import { suspensionOf, type SuspensionReason } from "../markets/suspension.ts";

/** The rules that two builds have to share, apart from what their predictors read. */
export interface Rules {
  readonly define: (market: Market) => unknown;
  readonly fold: (log: EventLog) => MatchState;
  readonly plan: (before: MatchState, after: MatchState) => InvalidationPlan;
  readonly settle: (market: Market, state: MatchState) => Settlement | undefined;
  readonly suspend: (market: Market, state: MatchState) => SuspensionReason | undefined;
}

/**
 * Markets that stand for all others. What a market pays is shown by its definition, and what a primitive counts and
 * when it ends by the primitive, so the rules have to be shown once for each way in which these are put together.
 */
const KINDS: readonly Market[] = [...new Map(CATALOGUE.map((market) => [kindOf(market), market])).values()];

function kindOf({ space, category, primitive, winners, scope, ...rest }: Market): string {
  const lines = "lines" in rest ? rest.lines.length : 0;
  return [space, category, primitive, winners, scope, lines].join();
}

const PRESENT: Rules = {
  define: definitionOf,
  fold: foldEvents,
  plan: (before, after) => planInvalidation(before, after, KINDS),
  settle: settlementOf,
  suspend: suspensionOf,
};

/**
 * Fingerprint of the markets and of the rules. A rule is a function, so it is shown by what it gives: every state of
 * the reference matches, and at some of them the settlements, the suspensions, and the plans that lead there and back.
 * @param rules those to take the place of this build's, for tests
 */
export function meaningOf(rules: Partial<Rules> = {}): string {
  const { define, fold, plan, settle, suspend } = { ...PRESENT, ...rules };
  const matches = referenceLogs().map((steps) =>
    steps.map(({ log, isLandmark }) => ({ state: fold(log), isLandmark })),
  );
  const shown = matches.map((steps) => {
    const landmarks = steps.filter(({ isLandmark }) => isLandmark).map(({ state }) => state);
    return [
      steps.map(({ state }) => [state, factsOf(state)]),
      settlementRules(landmarks),
      steps.map(({ state }) => KINDS.map((market) => suspend(market, state) ?? "")),
      // Pair by pair: what is remembered of settlements serves the plan as well.
      landmarks.map((state, index) => {
        const before = landmarks[index - 1] ?? EMPTY_STATE;
        return [settlementsIn(state, settle), planText(plan(before, state)), planText(plan(state, before))];
      }),
    ];
  });
  return digest([CATALOGUE.map(define), shown]);
}

function settlementsIn(state: MatchState, settle: Rules["settle"]): unknown {
  return KINDS.map((market) => (isListed(market, state) ? (settle(market, state) ?? "open") : "not listed"));
}

/** All of a plan but for the reasons, which follow from the facts and the graph. Short, because there are many. */
function planText({ touched, collected, settled, ...rest }: InvalidationPlan): unknown {
  return [
    rest,
    touched.map(({ market, severity, variants }) => `${market} ${severity} ${variants?.join() ?? ""}`).join(";"),
    collected.map(({ market }) => market).join(),
    settled.map(({ market, settlement }) => `${market} ${settlement.provisional}`).join(),
  ];
}
