import type { ExplainedCause, ExplainAnswer } from "@touchline/contract";
import type { Cause, Entry, MarketRecord, RefreshState, StoredRequirement } from "@touchline/cache";
import {
  clockAnchor,
  DEFAULT_VARIANT,
  RECENT_ACCESS_WINDOW_MS,
  type FactName,
  type Graph,
  type Market,
  type MatchEvent,
  type MatchState,
  type Severity,
  type Variant,
} from "@touchline/domain";
import { type BlindPolicy, underWatermark } from "../predictions/under-watermark.ts";
import type { AppliedUpTo } from "@touchline/queue";
import type { Doubt } from "../l1/master-proof.ts";
import { decide, type ServingDecision } from "../predictions/serving-decision.ts";
import { chainOf } from "./chain.ts";
import { effectOf } from "./effect.ts";
import type { HistoryMessage, MarketHistory } from "./market-history.ts";
import { sourcesOf } from "./source-words.ts";
import { iso, decisionWords } from "./words.ts";

/** Everything that an explanation is made of. */
export interface Evidence {
  readonly graph: Graph;
  readonly matchId: string;
  readonly market: Market;
  readonly variant: Variant;
  readonly record: MarketRecord;
  /** Why the record cannot be believed as it is. */
  readonly doubt: Doubt | undefined;
  readonly history: MarketHistory;
  /** What the log holds of the events that the requirement names. */
  readonly logged: ReadonlyMap<Cause, MatchEvent>;
  /** How far the accepted events of the match have been applied. */
  readonly applied: AppliedUpTo;
  readonly blindPolicy: BlindPolicy;
  /** Wall-clock milliseconds. */
  readonly now: number;
}

/** Why the market is served as it is: judged by the very function that labels answers. */
export function explainMarket(evidence: Evidence): Omit<ExplainAnswer, "event"> {
  const { graph, matchId, market, variant, record, doubt, history, now } = evidence;
  const { snapshot, refresh } = record;
  // u = 1 never refreshes early: an explanation must not depend on a draw.
  const decided = decide({ ...snapshot, matchId, ...(doubt && { doubt }) }, market, { now, random: 1, xfetchBeta: 1 });
  const decision = underWatermark(decided, evidence.applied, snapshot.state, evidence.blindPolicy);
  const requirement = requirementOf(evidence, decision.requirement);
  const { entry, settlement } = decision;
  const { id, name, category } = market;
  return {
    matchId,
    market: id,
    name,
    category,
    variant: variant.id,
    at: iso(now),
    version: snapshot.version,
    graphVersion: graph.version,
    verdict: {
      status: decision.status,
      reason: decision.reason,
      words: decisionWords(decision, {
        version: snapshot.version,
        cause: requirement?.cause,
        hardCause: requirement?.hardCause ?? undefined,
        isAwaited: isAwaited(refresh, variant.id, decision, now),
        sources: snapshot.state.sources,
      }),
      refresh: decision.refresh,
    },
    chain: chainOf({ market, requirement, entry, refresh, settlement, settledBy: settledBy(evidence) }),
    reads: { hard: factsRead(evidence, "hard"), soft: factsRead(evidence, "soft") },
    sources: sourcesOf(snapshot.state),
    requirement,
    refresh: refreshOf(refresh, variant.id, now),
    commit: entry ? commitOf(entry, snapshot.state) : null,
    settlement: settlement
      ? {
          version: settlement.version,
          at: iso(settlement.at),
          outcomes: { ...settlement.outcomes },
          provisional: settlement.provisional,
        }
      : null,
    history: history.messages.map((message) => happened(message, id, variant.id)),
  };
}

function factsRead({ graph, market, variant, record }: Evidence, severity: Severity): ExplainAnswer["reads"]["hard"] {
  return Object.entries(graph.reads(market, variant)).flatMap(([name, how]) => {
    const fact = name as FactName;
    return how === severity ? [{ fact, version: record.facts.get(fact) ?? null }] : [];
  });
}

function requirementOf(evidence: Evidence, requirement: StoredRequirement | undefined): ExplainAnswer["requirement"] {
  if (!requirement) return null;
  const { version, at, cause, hardVersion, hardCause } = requirement;
  return {
    version,
    at: iso(at),
    cause: causeOf(evidence, cause, version),
    hardVersion: hardVersion > 0 ? hardVersion : null,
    hardCause: hardCause ? causeOf(evidence, hardCause, hardVersion) : null,
  };
}

function causeOf(
  { graph, market, variant, record, history, logged }: Evidence,
  cause: Cause,
  version: number,
): ExplainedCause {
  const step = history.steps.get(version);
  const event = logged.get(cause);
  const { type, source, eventId } = cause;
  return {
    type,
    source,
    eventId,
    ...(step?.event.reason === undefined ? {} : { reason: step.event.reason }),
    event: event ? { ...event } : null,
    changed: step ? [...step.changed] : null,
    // Of the facts it reads none has changed since, or more would be required: their versions still tell.
    because: step
      ? [...effectOf(step, market.id, variant.id).because]
      : Object.keys(graph.reads(market, variant)).filter((fact) => record.facts.get(fact) === version),
  };
}

function settledBy({ market, record, history }: Evidence): Pick<Cause, "type" | "source" | "eventId"> | undefined {
  const settlement = record.snapshot.settled.get(market.id);
  const event = settlement && history.steps.get(settlement.version)?.event;
  return event && { type: event.type, source: event.source, eventId: event.id };
}

function stateOf({ begunAt, dueVersion, requestedAt }: RefreshState): ExplainAnswer["refresh"]["state"] {
  if (begunAt !== undefined) return "under_way";
  if (dueVersion !== undefined) return "due";
  return requestedAt === undefined ? "idle" : "wanted";
}

/** Whether a refresh that is due, wanted or under way brings this market: what merely expired waits for a reader. */
function isAwaited(
  refresh: RefreshState,
  variant: string,
  { entry, requirement, reason }: ServingDecision,
  now: number,
): boolean {
  if (refresh.requests.has(variant)) return true;
  const isRequired = !entry || !requirement || entry.seen < requirement.version || reason === "clock_moved";
  return isRequired && stateOf(refresh) !== "idle" && isRecentlyAccessed(refresh, variant, now);
}

function isRecentlyAccessed({ lastAccess }: RefreshState, variant: string, now: number): boolean {
  return variant === DEFAULT_VARIANT || now - (lastAccess.get(variant) ?? -Infinity) < RECENT_ACCESS_WINDOW_MS;
}

function refreshOf(refresh: RefreshState, variant: string, now: number): ExplainAnswer["refresh"] {
  return {
    number: refresh.number,
    state: stateOf(refresh),
    dueVersion: refresh.dueVersion ?? null,
    dueSince: moment(refresh.dueAt),
    wantedSince: moment(refresh.requestedAt),
    begunAt: moment(refresh.begunAt),
    wanted: refresh.requests.has(variant),
    inDemand: isRecentlyAccessed(refresh, variant, now),
    lastReadAt: moment(refresh.lastAccess.get(variant)),
  };
}

function commitOf(entry: Entry, state: MatchState): NonNullable<ExplainAnswer["commit"]> {
  const { refresh, seen, computedAt, deltaMs, freshUntil, version, contentAt, anchor } = entry;
  return {
    refresh,
    seen,
    computedAt: iso(computedAt),
    deltaMs,
    lifetimeMs: Math.max(0, freshUntil - computedAt),
    validUntil: iso(freshUntil),
    contentVersion: version,
    contentAt: iso(contentAt),
    clockAnchor: anchor,
    onPresentClock: anchor === clockAnchor(state),
  };
}

function happened(message: HistoryMessage, market: string, variant: string): ExplainAnswer["history"][number] {
  const { n } = message;
  const at = moment(message.at);
  if (message.kind === "refreshed") {
    const { refresh = null, seen, deltaMs = null, computeMs, markets } = message;
    return { kind: "refreshed", n, at, refresh, seen, version: markets[market]?.version ?? seen, deltaMs, computeMs };
  }
  const { event, version, changed } = message;
  const { effect, because } = effectOf(message, market, variant);
  return { kind: "touched", n, at, version, event, effect, changed, because: [...because] };
}

function moment(ms: number | undefined): string | null {
  return ms === undefined ? null : iso(ms);
}
