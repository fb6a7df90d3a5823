import type { ListedMatch, MarketStatus, MatchAnswer, PredictionsAnswer, StreamMessage } from "@touchline/contract";
import {
  appendEvent,
  CATALOGUE,
  clockAt,
  DEFAULT_VARIANT,
  eventKey,
  type EventLog,
  FACT_NAMES,
  factsOf,
  foldEvents,
  isInPlay,
  isPlayOver,
  MatchEvent,
  matchMinute,
  type MatchState,
  planInvalidation,
  settlementOf,
} from "@touchline/domain";

/** A message as it goes over the wire: its kind, and its JSON object. */
export interface WireMessage {
  readonly n: number;
  readonly kind: StreamMessage["kind"];
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * One match as the service would serve it, in memory: the domain's own fold and invalidation plan, and predictions
 * that are all alike. It is the contract that the client's tests are held against, not the model.
 */
export interface MatchDouble {
  readonly messages: readonly WireMessage[];
  readonly state: () => MatchState;
  readonly version: () => number;
  /** Applies an event; `duplicate` when it adds nothing to the log. */
  apply(event: MatchEvent): "accepted" | "duplicate";
  /** Predicts again what was touched. `equal` markets come out as they were, and are not announced. */
  refresh(equal?: ReadonlySet<string>): void;
  predictions(markets?: readonly string[]): PredictionsAnswer;
  page(): MatchAnswer;
  listed(): ListedMatch;
}

export function createMatchDouble(matchId: string, publish: (message: WireMessage) => void): MatchDouble {
  const messages: WireMessage[] = [];
  const due = new Set<string>();
  const hard = new Set<string>();
  /** Version that a market's numbers are from. */
  const madeAt = new Map<string, number>();
  const fixture = fixtureOf(matchId);
  let log: EventLog = new Map([[eventKey(fixture), fixture]]);
  let state: MatchState = foldEvents(log);
  let version = 0;

  function send(kind: WireMessage["kind"], data: Record<string, unknown>): void {
    const n = messages.length + 1;
    const message = { n, kind, data: { matchId, n, ...data } };
    messages.push(message);
    publish(message);
  }

  const clock = () => clockAt(state, Date.parse(lastTimeOf(log)));

  function summary(): PredictionsAnswer["state"] {
    const { score, redCards } = state;
    return { period: clock().phase, minute: matchMinute(state, clock()), score, redCards };
  }

  function listed(): ListedMatch {
    const { home = null, away = null, competition = null, kickoff = null } = state.fixture ?? {};
    const status = isPlayOver(state) ? "ended" : isInPlay(state) ? "live" : "upcoming";
    return { matchId, home, away, competition, kickoff, status, version, state: summary() };
  }

  function statusOf(market: (typeof CATALOGUE)[number]): MarketStatus {
    if (settlementOf(market, state)) return "settled";
    if (hard.has(market.id)) return "suspended";
    return due.has(market.id) ? "stale" : "fresh";
  }

  return {
    messages,
    state: () => state,
    version: () => version,
    apply(event) {
      const next = appendEvent(log, event);
      if (next === log) return "duplicate";
      log = next;
      const after = foldEvents(log);
      const plan = planInvalidation(state, after);
      state = after;
      version++;
      for (const { market, severity } of plan.touched) {
        due.add(market);
        if (severity === "hard") hard.add(market);
      }
      for (const { market } of plan.settled) {
        madeAt.set(market, version);
        due.delete(market);
        hard.delete(market);
      }
      const { id, source, type, team, period, minute, second } = event;
      send("touched", {
        version,
        event: { id, source, type, team, period, minute, second },
        changed: plan.changed,
        touched: plan.touched.map(({ market, severity, variants }) => ({
          market,
          severity,
          variants,
        })),
        settled: plan.settled.map(({ market, settlement }) => ({ market, outcomes: settlement.outcomes })),
        reopened: plan.reopened,
        offerChanged: plan.offerChanged,
        openMarkets: plan.open,
        markets_affected_logical: plan.touched.length + plan.settled.length,
        cache_keys_deleted_actual: 3 * (plan.touched.length + plan.settled.length),
        markets_preserved: plan.preserved,
      });
      if (plan.settled.length > 0)
        send("settled", {
          version,
          markets: Object.fromEntries(
            plan.settled.map(({ market, settlement }) => [market, { outcomes: settlement.outcomes }]),
          ),
        });
      return "accepted";
    },
    refresh(equal = new Set()) {
      const markets = [...due].filter((market) => !equal.has(market));
      due.clear();
      hard.clear();
      for (const market of markets) madeAt.set(market, version);
      if (markets.length === 0) return;
      send("refreshed", {
        seen: version,
        variant: DEFAULT_VARIANT,
        markets: Object.fromEntries(markets.map((market) => [market, { outcomes: { yes: 0.5, no: 0.5 }, version }])),
        computeMs: 1,
      });
    },
    predictions(asked) {
      const markets = CATALOGUE.filter(({ id }) => asked?.includes(id) ?? true).map((market) => {
        const status = statusOf(market);
        const outcomes =
          status === "suspended"
            ? null
            : (settlementOf(market, state)?.outcomes ??
              Object.fromEntries(market.outcomes.map((name) => [name, 1 / market.outcomes.length])));
        return [market.id, { status, outcomes, version: madeAt.get(market.id) ?? 0 }] as const;
      });
      const newest = Math.max(0, ...markets.map(([, market]) => market.version));
      return {
        matchId,
        variant: DEFAULT_VARIANT,
        version: newest,
        status: WORST_FIRST.find((status) => markets.some(([, m]) => m.status === status)) ?? "fresh",
        state: summary(),
        markets: Object.fromEntries(markets),
      };
    },
    listed,
    page() {
      const values = factsOf(state);
      return {
        ...listed(),
        clock: { running: state.clock !== null, rate: clock().rate, startedAt: null },
        // Facts are plain JSON.
        facts: Object.fromEntries(FACT_NAMES.map((name) => [name, { value: values[name] as null, version: null }])),
      };
    },
  };
}

/**
 * A match without a fixture has no markets, so every match has one from the start: before anything else, for the one
 * it receives later to count. The first one is version 1.
 */
function fixtureOf(matchId: string): MatchEvent {
  const kickoff = "2000-01-01T15:00:00Z";
  return MatchEvent.parse({
    id: "fixture",
    source: "double",
    matchId,
    sequence: 0,
    type: "fixture",
    occurredAt: kickoff,
    payload: { home: "Home", away: "Away", kickoff, competition: "Cup" },
  });
}

const WORST_FIRST = ["suspended", "stale", "fresh", "settled"] as const;

function lastTimeOf(log: EventLog): string {
  return (
    [...log.values()]
      .map(({ occurredAt }) => occurredAt)
      .sort()
      .at(-1) ?? ""
  );
}
