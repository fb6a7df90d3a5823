import type { InvalidationPlan, Severity } from "@touchline/domain";

/** Facts of the model world. Real markets read them, so that every step goes through the real code. */
export const FACTS = ["score", "corners", "weather"] as const;
export type ModelFact = (typeof FACTS)[number];
type Reads = Readonly<Partial<Record<ModelFact, Severity>>>;

/** What each market reads, by the build that computes it. Build `b` has come to read the weather for the result. */
const READS_OF_A: Readonly<Record<string, Reads>> = {
  match_result: { score: "hard" },
  corners_over_under_9_5: { corners: "hard", weather: "soft" },
  both_teams_to_score: { score: "hard", weather: "soft" },
  over_under_2_5: { score: "hard", corners: "soft" },
};
export type Graph = "a" | "b";
const GRAPHS: Readonly<Record<Graph, Readonly<Record<string, Reads>>>> = {
  a: READS_OF_A,
  b: { ...READS_OF_A, match_result: { score: "hard", weather: "hard" } },
};

export const MARKET_IDS = Object.keys(READS_OF_A);
/** The market that leaves the match where the feed carries no corners. */
export const UNLISTABLE = "corners_over_under_9_5";
export const MODEL_VARIANTS = ["default", "decimal-105"] as const;
export type ModelVariant = (typeof MODEL_VARIANTS)[number];

/** Ids count up over all histories of a schedule, so an id names one event and no other. */
export interface ModelEvent {
  readonly id: number;
  readonly facts: readonly ModelFact[];
  readonly settles?: string;
  readonly reopens?: string;
  readonly lists?: boolean;
  readonly clockMoved?: boolean;
}

/**
 * The state that a set of events leads to, whatever order they came in: of each thing, the event with the highest id.
 */
export interface ModelFold {
  readonly facts: Readonly<Record<ModelFact, number>>;
  /** Market → event that last settled or reopened it. */
  readonly closings: ReadonlyMap<string, ModelEvent>;
  readonly listing: ModelEvent | undefined;
  readonly clock: number;
  /** Without events there is no match, and no market in it. */
  readonly isKnown: boolean;
}

export function foldModel(events: Iterable<ModelEvent>): ModelFold {
  const facts = { score: 0, corners: 0, weather: 0 };
  const closings = new Map<string, ModelEvent>();
  let listing: ModelEvent | undefined;
  let clock = 0;
  let isKnown = false;
  for (const event of events) {
    isKnown = true;
    for (const fact of event.facts) facts[fact] = Math.max(facts[fact], event.id);
    const closed = event.settles ?? event.reopens;
    if (closed !== undefined && event.id > (closings.get(closed)?.id ?? 0)) closings.set(closed, event);
    if (event.lists !== undefined && event.id > (listing?.id ?? 0)) listing = event;
    if (event.clockMoved) clock = Math.max(clock, event.id);
  }
  return { facts, closings, listing, clock, isKnown };
}

export function isModelListed(fold: ModelFold, market: string): boolean {
  return fold.isKnown && (market !== UNLISTABLE || fold.listing?.lists !== false);
}

export function isModelSettled(fold: ModelFold, market: string): boolean {
  return isModelListed(fold, market) && fold.closings.get(market)?.settles === market;
}

/** The true price of a market by a build: which event was the last to change each thing that it depends on. */
export function valueOf(fold: ModelFold, market: string, graph: Graph): string {
  const ids = Object.keys(GRAPHS[graph][market] ?? {}).map((fact) => fold.facts[fact as ModelFact]);
  return [graph, fold.closings.get(market)?.id ?? 0, ...ids].join("_");
}

/**
 * Whether a price leaves out something that an event says of the market.
 * @param severity `hard`: only what forbids every older price counts; `soft`: everything counts
 */
export function misses(value: string, market: string, event: ModelEvent, severity: Severity): boolean {
  const [graph, closing = 0, ...ids] = value.split("_").map((part, index) => (index === 0 ? part : Number(part)));
  if ((event.settles === market || event.reopens === market) && event.id > Number(closing)) return true;
  const reads = Object.entries(GRAPHS[graph as Graph][market] ?? {});
  return reads.some(
    ([fact, own], index) =>
      event.facts.includes(fact as ModelFact) &&
      (severity === "soft" || own === "hard") &&
      event.id > Number(ids[index] ?? 0),
  );
}

const SETTLEMENT = { outcomes: { value: 1 }, grades: { value: "won" }, provisional: false } as const;

/** What a tag-manager of a build makes of a change; a full plan touches every open market. */
export function planModel(
  before: ModelFold,
  after: ModelFold,
  graph: Graph,
  { full, stored }: { readonly full: boolean; readonly stored: ReadonlySet<string> },
): InvalidationPlan {
  const changed = FACTS.filter((fact) => before.facts[fact] !== after.facts[fact]);
  const touched: InvalidationPlan["touched"][number][] = [];
  const collected: InvalidationPlan["collected"][number][] = [];
  const settled: InvalidationPlan["settled"][number][] = [];
  const reopened: string[] = [];
  let left = false;
  const isCorrectedIn = (market: string): boolean => before.closings.get(market)?.id !== after.closings.get(market)?.id;
  const isChanged = changed.length > 0 || MARKET_IDS.some(isCorrectedIn);
  for (const market of MARKET_IDS) {
    const severities = changed.flatMap((fact) => GRAPHS[graph][market]?.[fact] ?? []);
    // A settlement that is taken back leaves no older price, nor does one that nobody had made.
    const touch = isCorrectedIn(market) || severities.includes("hard") ? "hard" : severities[0];
    const wasListed = isModelListed(before, market);
    const was = isModelSettled(before, market) || (full && stored.has(market));
    if (was && !isModelSettled(after, market)) reopened.push(market);
    if (!isModelListed(after, market)) {
      if (was || touch === "hard") collected.push({ market, because: [] });
      left ||= wasListed;
    } else if (isModelSettled(after, market)) {
      if (!was || full) settled.push({ market, settlement: SETTLEMENT });
    } else if (was) touched.push({ market, severity: "hard", because: [] });
    else if (full) touched.push({ market, severity: isChanged ? "hard" : "soft", because: [] });
    else if (touch) touched.push({ market, severity: touch, because: [] });
    else if (!wasListed) touched.push({ market, severity: "soft", because: [] });
  }
  const hard = touched.some(({ severity }) => severity === "hard");
  return {
    changed,
    touched,
    collected,
    settled,
    reopened,
    offerChanged: [],
    clockMoved: before.clock !== after.clock,
    panicMoved: false,
    forbids: full || left || hard || settled.length > 0 || reopened.length > 0,
    begun: true,
    open: MARKET_IDS.length,
    preserved: MARKET_IDS.length - touched.length,
  };
}
