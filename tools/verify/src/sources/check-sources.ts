import {
  effectiveEvents,
  appendEvent,
  canonicalJson,
  type EventLog,
  eventKey,
  findMarket,
  foldEvents,
  type Fold,
  foldOn,
  MatchEvent,
  type MatchEventInput,
  type MatchState,
  NOTHING_FOLDED,
  PAYLOADS,
  planInvalidation,
  suspensionOf,
  type SourcesPolicyInput,
  watchedEvents,
  WATCH_SOURCE,
} from "@touchline/domain";
import { OFFICIAL, SECOND, type SourcedArrival, twoFeeds } from "./two-feeds.ts";

/** The second source stands in and otherwise only suspends. */
export const POLICY: SourcesPolicyInput = {
  order: { default: [{ source: OFFICIAL }, { source: SECOND, may: "suspend" }] },
  suspendSeconds: 60,
  silentSeconds: 30,
};

export interface SourcesFinding {
  readonly matchId: string;
  /** Events that arrived, heartbeats left out. */
  readonly reports: number;
  /** Goals and sendings-off, and those of which the second source spoke first. */
  readonly decisive: number;
  readonly secondFirst: number;
  /** Milliseconds from the first report to the one that counts, of what the second reported first. */
  readonly confirmedAfterMs: readonly number[];
  readonly handovers: number;
  readonly lapsed: number;
  readonly disagreements: number;
  /** What went wrong, in words. */
  readonly faults: readonly string[];
}

/** Types after whose first report the match result may not be sold at the old price. */
const DECISIVE: ReadonlySet<string> = new Set(["goal", "red_card", "second_yellow_card"]);

/** Plays one match as two sources report it, event by event as a tag-manager does, and looks for what must not be. */
export function checkSources(
  events: readonly MatchEventInput[],
  options: { readonly seed: number; readonly reported: boolean },
): SourcesFinding {
  const { arrivals, silence } = twoFeeds(events, options);
  const play = new Play(events[0]?.matchId ?? "", arrivals);
  play.start(events);
  for (const arrival of arrivals) play.take(arrival);
  play.passTime(Infinity);
  if (options.reported) play.reportComplete(silence.to);
  return play.finding(options.reported ? stateOf(events) : undefined);
}

function stateOf(events: readonly MatchEventInput[]): MatchState {
  const log = events.reduce<EventLog>(
    (known, event) => appendEvent(known, MatchEvent.parse({ ...event, source: OFFICIAL })),
    new Map(),
  );
  return foldEvents(log);
}

/** What a policy of sources says nothing of: the last word of whoever it is holds. */
const UNMATCHED: ReadonlySet<string> = new Set(["referee_assigned", "venue_changed"]);

class Play {
  readonly #matchId: string;
  /** What really happened, by identity of the reports of it. */
  readonly #truths: ReadonlyMap<string, string>;
  /** What has been reported to have happened, by type and side. */
  readonly #happened = new Map<string, Set<string>>();
  readonly #firstReports = new Map<string, SourcedArrival>();
  readonly #faults: string[] = [];
  readonly #confirmedAfterMs: number[] = [];
  #fold: Fold = NOTHING_FOLDED;
  #reports = 0;
  #secondFirst = 0;
  #handovers = 0;
  #lapsed = 0;

  constructor(matchId: string, arrivals: readonly SourcedArrival[]) {
    this.#matchId = matchId;
    this.#truths = new Map(arrivals.flatMap(({ event, truth }) => (truth ? [[eventKey(event), truth] as const] : [])));
  }

  start(events: readonly MatchEventInput[]): void {
    const at = events[0]?.occurredAt ?? "";
    this.#apply({
      id: "policy",
      source: WATCH_SOURCE,
      matchId: this.#matchId,
      type: "sources_policy",
      occurredAt: at,
      payload: { policy: POLICY },
    });
  }

  take(arrival: SourcedArrival): void {
    this.passTime(arrival.at);
    if (arrival.event.type !== "heartbeat") this.#reports++;
    const before = this.#fold.state;
    this.#apply(arrival.event);
    this.#lookForDoubles(arrival);
    this.#lookAtFirstReport(arrival, before);
    this.#lookAtConfirmation(arrival);
  }

  /** Writes what a tag-manager that looks once a second would have written until `now`. */
  passTime(now: number): void {
    const due = now === Infinity ? this.#end() : now;
    for (const event of watchedEvents(this.#matchId, this.#fold, due)) {
      if (event.type === "confirmation_lapsed") this.#lapsed++;
      else this.#handovers++;
      this.#apply(event);
    }
  }

  /** The first source says that it has reported what it missed. */
  reportComplete(at: number): void {
    this.#apply({
      id: "reported",
      source: OFFICIAL,
      matchId: this.#matchId,
      type: "source_back",
      occurredAt: new Date(at).toISOString(),
      payload: { complete: true },
    });
  }

  finding(truth: MatchState | undefined): SourcesFinding {
    if (truth) this.#compare(truth);
    const disagreed = Object.values(this.#fold.state.sources?.disagreed ?? {});
    return {
      matchId: this.#matchId,
      reports: this.#reports,
      secondFirst: this.#secondFirst,
      decisive: this.#firstReports.size,
      confirmedAfterMs: this.#confirmedAfterMs,
      handovers: this.#handovers,
      lapsed: this.#lapsed,
      disagreements: disagreed.reduce((sum, count) => sum + count, 0),
      faults: this.#faults,
    };
  }

  #apply(event: MatchEventInput | MatchEvent): void {
    this.#fold = foldOn(this.#fold, MatchEvent.parse(event));
  }

  /** Long after the last report everything has lapsed. */
  #end(): number {
    return Math.max(...[...this.#fold.log.values()].map(({ occurredAt }) => Date.parse(occurredAt))) + 3_600_000;
  }

  /**
   * Of each type and side no more may count than have been reported to have happened. Which of two substitutions of one
   * minute is which nobody can tell whose sources have names of their own, and it makes no difference.
   */
  #lookForDoubles({ event, truth }: SourcedArrival): void {
    if (event.type === "heartbeat") return;
    const group = `${event.type} ${event.team ?? ""}`;
    const happened = this.#happened.get(group) ?? new Set();
    if (truth !== undefined) this.#happened.set(group, happened.add(truth));
    const counted = new Map<string, number>();
    for (const each of this.#counted()) {
      if (!this.#truths.has(eventKey(each)) || UNMATCHED.has(each.type) || !Object.hasOwn(PAYLOADS, each.type))
        continue;
      const ofGroup = `${each.type} ${each.team ?? ""}`;
      counted.set(ofGroup, (counted.get(ofGroup) ?? 0) + 1);
    }
    for (const [ofGroup, count] of counted)
      if (count > (this.#happened.get(ofGroup)?.size ?? 0))
        this.#faults.push(`${count} of ${ofGroup} count after ${eventKey(event)}`);
  }

  /** The events that count, in match order. */
  #counted(): readonly MatchEvent[] {
    const { events } = this.#fold.order;
    return effectiveEvents(events)?.events ?? events;
  }

  #lookAtFirstReport(arrival: SourcedArrival, before: MatchState): void {
    const { event, truth } = arrival;
    if (truth === undefined || !DECISIVE.has(event.type) || this.#firstReports.has(truth)) return;
    this.#firstReports.set(truth, arrival);
    if (event.source === SECOND) this.#secondFirst++;
    const { touched, settled, offerChanged } = planInvalidation(before, this.#fold.state);
    const reached =
      touched.some(({ market, severity }) => market === MARKET && severity === "hard") ||
      settled.some(({ market }) => market === MARKET) ||
      offerChanged.includes(MARKET) ||
      isSuspended(before) ||
      isDismissedBefore(event, before);
    if (!reached) this.#faults.push(`${eventKey(event)} (${event.type}) left ${MARKET} on offer`);
  }

  #lookAtConfirmation({ at, event, truth }: SourcedArrival): void {
    const first = truth === undefined ? undefined : this.#firstReports.get(truth);
    if (!first || first.event.source !== SECOND || event.source !== OFFICIAL) return;
    this.#confirmedAfterMs.push(at - first.at);
    const stillAwaited = this.#fold.state.sources?.awaited.some(({ id }) => id === first.event.id);
    if (stillAwaited) this.#faults.push(`${eventKey(event)} did not confirm ${eventKey(first.event)}`);
    if (!this.#counted().some((each) => eventKey(each) === eventKey(event)))
      this.#faults.push(`${eventKey(event)} does not count`);
  }

  #compare(truth: MatchState): void {
    const { sources, fixture: _fixture, ...ours } = this.#fold.state;
    if (sources?.suspending.length !== 0) this.#faults.push(`still suspended by ${sources?.suspending.join() ?? ""}`);
    const parts = new Map<string, unknown>(Object.entries(ours));
    for (const [part, value] of Object.entries(truth)) {
      if (part === "fixture" || canonicalJson(parts.get(part) ?? null) === canonicalJson(value)) continue;
      this.#faults.push(`${part} is ${canonicalJson(parts.get(part) ?? null).slice(0, 80)}`);
    }
  }
}

const MARKET = "match_result";

const market = findMarket(MARKET);

function isSuspended(state: MatchState): boolean {
  return market !== undefined && (suspensionOf(market, state) !== undefined || state.over);
}

/** A player is sent off once: a second card of his changes nothing. */
function isDismissedBefore({ type, team, player }: MatchEventInput, { dismissed }: MatchState): boolean {
  return type !== "goal" && team != null && player != null && dismissed[team].includes(String(player));
}
