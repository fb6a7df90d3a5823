import { describe, expect, it } from "vitest";
import { clockAt } from "../match/clock.ts";
import { MatchEvent } from "./event.ts";
import { appendEvent, type EventLog, eventKey } from "./event-log.ts";
import { asReported, CLOCK_SKEW_MS, receivedAt } from "./event-time.ts";
import { foldEvents } from "../match/fold-events.ts";
import { first, fixture, happening, HOME, KICK_OFF_AT, kickOff, logOf, revised } from "../testing/example-events.ts";
import { volatilityAt } from "../volatility/volatility-record.ts";
import { instantText } from "./instant.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const at = instantText;
const goal = first(20, "goal", HOME);
const ahead = (ms: number): MatchEvent => ({ ...goal, occurredAt: at(KICK_OFF_AT + ms) });
/** The log after these events were received, each at its own moment. */
const received = (...reported: (readonly [MatchEvent, now: number])[]): EventLog =>
  reported.reduce<EventLog>((log, [event, now]) => appendEvent(log, receivedAt(event, now)), new Map());

describe("an event", () => {
  it("keeps its reported time when it is ahead by no more than clocks may differ", () => {
    for (const ms of [-5 * HOUR, 0, CLOCK_SKEW_MS]) expect(receivedAt(ahead(ms), KICK_OFF_AT)).toEqual(ahead(ms));
  });

  it("from further ahead is clamped to its arrival time, and keeps its reported time as claimedAt", () => {
    const taken = receivedAt(ahead(2 * HOUR), KICK_OFF_AT);
    expect(taken).toEqual({ ...goal, occurredAt: at(KICK_OFF_AT), claimedAt: at(KICK_OFF_AT + 2 * HOUR) });
    expect(asReported(taken)).toEqual(ahead(2 * HOUR));
    expect(MatchEvent.parse(structuredClone(taken))).toEqual(taken);
  });

  it("cannot set claimedAt itself", () => {
    const lying = { ...ahead(0), claimedAt: at(0) };
    expect(receivedAt(lying, KICK_OFF_AT)).toEqual(ahead(0));
    expect(receivedAt({ ...lying, occurredAt: at(KICK_OFF_AT + HOUR) }, KICK_OFF_AT).claimedAt).toBe(
      at(KICK_OFF_AT + HOUR),
    );
  });

  it("reported again adds nothing, neither at once nor at its reported time", () => {
    const log = received([ahead(2 * HOUR), KICK_OFF_AT]);
    for (const now of [KICK_OFF_AT, KICK_OFF_AT + MINUTE, KICK_OFF_AT + 3 * HOUR])
      expect(appendEvent(log, receivedAt(ahead(2 * HOUR), now))).toBe(log);
  });

  it("is replaced by its correction all the same", () => {
    const corrected = revised(ahead(0), { minute: 21 });
    const log = received([ahead(2 * HOUR), KICK_OFF_AT], [corrected, KICK_OFF_AT + MINUTE]);
    expect(log.get(eventKey(goal))).toEqual(corrected);
  });
});

describe("a feed whose clock is two hours ahead", () => {
  const reported = (event: MatchEvent): MatchEvent => ({
    ...event,
    occurredAt: at(Date.parse(event.occurredAt) + 2 * HOUR),
  });

  it("does not keep the match clock at minute 0", () => {
    const log = received([fixture(), KICK_OFF_AT - HOUR], [reported(kickOff()), KICK_OFF_AT]);
    expect(clockAt(foldEvents(log), KICK_OFF_AT + 30 * MINUTE).minutesIntoPeriod).toBe(30);
    // The reported time, used as it is, would do so.
    const believed = logOf([fixture(), reported(kickOff())]);
    expect(clockAt(foldEvents(believed), KICK_OFF_AT + 30 * MINUTE).minutesIntoPeriod).toBe(0);
  });

  it("does not hide a panic in the prices of other sources", () => {
    const quote = (minute: number, home: number) =>
      happening("odds_update", minute, { payload: { market: "match_result", prices: { home } } });
    const prices = [2, 2.01, 1.99, 2, 2.01].map((home, index) => quote(10 + index, home));
    const early = reported(quote(15, 2));
    const jump = quote(16, 1.2);
    const now = (event: MatchEvent) => Date.parse(event.occurredAt);
    const all = [fixture(), kickOff(), ...prices];
    const log = received(
      ...all.map((event) => [event, now(event)] as const),
      [early, KICK_OFF_AT + 15 * MINUTE],
      [jump, now(jump)],
    );
    expect(volatilityAt(foldEvents(log).volatility, now(jump))).toBe("panic");
    expect(volatilityAt(foldEvents(logOf([...all, early, jump])).volatility, now(jump))).toBe("normal");
  });
});
