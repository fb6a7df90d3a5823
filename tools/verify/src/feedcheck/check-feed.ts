import {
  appendEvent,
  canonicalJson,
  EMPTY_STATE,
  type EventLog,
  foldEvents,
  marketsOf,
  MatchEvent,
  type MatchState,
  planInvalidation,
} from "@touchline/domain";
import {
  type IncidentMessage,
  NEW_INCIDENT_FEED,
  readIncident,
  type TimelineLine,
  timelineToEvents,
} from "@touchline/feeds";
import { type ArrivalOrder, inOrder } from "./arrival-orders.ts";
import { type LedgerSum, SettlementLedger } from "./settlement-ledger.ts";

/** Any moment will do; feed and timeline must start at the same one. */
const KICK_OFF = Date.UTC(2018, 0, 1, 15);
const OPTIONS = { kickoff: KICK_OFF, speed: 1 };

export interface FeedFinding extends LedgerSum {
  readonly matchId: string;
  readonly order: ArrivalOrder;
  readonly messages: number;
  readonly events: number;
  readonly gaps: number;
  /** The final state is that of the clean timeline. */
  readonly recovered: boolean;
  /** Parts of the state that differ. */
  readonly differs: readonly string[];
}

/** Plays one match's feed in one order of arrival and compares what comes of it with its clean timeline. */
export function checkFeed(
  messages: readonly IncidentMessage[],
  clean: readonly TimelineLine[],
  order: ArrivalOrder,
  seed: number,
): FeedFinding {
  const truth = cleanState(clean);
  const ledger = new SettlementLedger();
  const arrivals = inOrder(messages, order, seed);
  let feed = NEW_INCIDENT_FEED;
  let log: EventLog = new Map();
  let state = EMPTY_STATE;
  let events = 0;
  for (const message of arrivals) {
    const read = readIncident(feed, message, { ...OPTIONS, source: "feed" });
    feed = read.state;
    for (const event of read.events) {
      log = appendEvent(log, MatchEvent.parse(event));
      const after = foldEvents(log);
      ledger.record(planInvalidation(state, after));
      state = after;
      events++;
    }
  }
  const differs = differencesOf(state, truth);
  return {
    matchId: messages[0]?.match_id ?? "",
    order,
    messages: arrivals.length,
    events,
    gaps: feed.watch.gaps,
    recovered: differs.length === 0,
    differs,
    ...ledger.close(truth, marketsOf(truth)),
  };
}

function cleanState(lines: readonly TimelineLine[]): MatchState {
  const events = timelineToEvents(lines, OPTIONS).map((event) => MatchEvent.parse(event));
  return foldEvents(events.reduce<EventLog>((log, event) => appendEvent(log, event), new Map()));
}

function differencesOf(state: MatchState, truth: MatchState): string[] {
  const parts = new Map<string, unknown>(Object.entries(state));
  return Object.entries(truth).flatMap(([part, value]) =>
    canonicalJson(parts.get(part) ?? null) === canonicalJson(value) ? [] : [part],
  );
}
