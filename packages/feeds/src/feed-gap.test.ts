import { describe, expect, it } from "vitest";
import {
  type FeedSign,
  FEED_GAP_RULES,
  type FeedWatch,
  isGapOpen,
  NEW_FEED_WATCH,
  watchFeed,
  watchSilence,
} from "./feed-gap.ts";

const sign = (fields: Partial<FeedSign>): FeedSign => {
  const receivedAt = fields.receivedAt ?? 0;
  return { receivedAt, sentAt: receivedAt, number: undefined, snapshotComplete: false, harmless: true, ...fields };
};
const watch = (signs: readonly FeedSign[], from: FeedWatch = NEW_FEED_WATCH): FeedWatch =>
  signs.reduce((state, each) => watchFeed(state, each), from);

describe("watching the numbers of a feed", () => {
  it("sees no gap while every number comes, repeated or not", () => {
    expect(isGapOpen(watch([1, 2, 2, 3, 1].map((number) => sign({ number }))))).toBe(false);
  });

  it("opens a gap at once when something that matters overtakes a missing number", () => {
    const after = watch([sign({ number: 1 }), sign({ number: 3, harmless: false })]);
    expect(isGapOpen(after)).toBe(true);
    expect(after.gaps).toBe(1);
  });

  it("lets a heartbeat overtake another one", () => {
    const after = watch([sign({ number: 2, receivedAt: 40 }), sign({ number: 1, receivedAt: 90 })]);
    expect(isGapOpen(after)).toBe(false);
    expect(after.gaps).toBe(0);
  });

  it("loses patience with a missing number after a while, and after a few messages", () => {
    const late = watch([sign({ number: 2 }), sign({ number: 3, receivedAt: FEED_GAP_RULES.windowMs + 1 })]);
    expect(isGapOpen(late)).toBe(true);
    const many = Array.from({ length: FEED_GAP_RULES.windowMessages + 1 }, (_none, i) => sign({ number: i + 2 }));
    expect(isGapOpen(watch(many.slice(0, -1)))).toBe(false);
    expect(isGapOpen(watch(many))).toBe(true);
  });

  it("closes the gap when the last missing number has come, and counts the next one anew", () => {
    const open = watch([sign({ number: 1 }), sign({ number: 4, harmless: false }), sign({ number: 2 })]);
    expect(isGapOpen(open)).toBe(true);
    const closed = watch([sign({ number: 3 })], open);
    expect(isGapOpen(closed)).toBe(false);
    expect(closed.next).toBe(5);
    expect(watch([sign({ number: 7, harmless: false })], closed).gaps).toBe(2);
  });
});

describe("watching for silence", () => {
  const heard = watch([sign({ number: 1, receivedAt: 10_000 })]);

  it("opens a gap after more than two heartbeats, by time alone or by the next message", () => {
    expect(isGapOpen(watchSilence(heard, 30_000))).toBe(false);
    expect(isGapOpen(watchSilence(heard, 30_001))).toBe(true);
    expect(isGapOpen(watch([sign({ number: 2, receivedAt: 30_001 })], heard))).toBe(true);
  });

  it("is not over when the feed speaks again, but when the recovery is complete", () => {
    const speaking = watch([sign({ number: 2, receivedAt: 60_000 }), sign({ number: 3, receivedAt: 61_000 })], heard);
    expect(isGapOpen(speaking)).toBe(true);
    const recovered = watch([sign({ receivedAt: 62_000, sentAt: 50_000, snapshotComplete: true })], speaking);
    expect(isGapOpen(recovered)).toBe(false);
    expect(recovered.gaps).toBe(1);
  });

  it("is not ended by a recovery from before it began", () => {
    const early = watch([sign({ receivedAt: 9_000, sentAt: 8_000, snapshotComplete: true })]);
    const silent = watchSilence(watch([sign({ number: 1, receivedAt: 10_000 })], early), 60_000);
    expect(isGapOpen(silent)).toBe(true);
  });

  it("does not lift a gap in which a number is still missing", () => {
    const both = watch([sign({ number: 3, receivedAt: 60_000, harmless: false })], heard);
    const after = watch([sign({ receivedAt: 61_000, sentAt: 61_000, snapshotComplete: true })], both);
    expect(isGapOpen(after)).toBe(true);
    expect(isGapOpen(watch([sign({ number: 2, receivedAt: 62_000 })], after))).toBe(false);
  });
});
