import { IncidentMessage } from "@touchline/feeds";
import { describe, expect, it } from "vitest";
import { ARRIVAL_ORDERS, inOrder } from "./arrival-orders.ts";

const messages = Array.from({ length: 200 }, (_none, i) =>
  IncidentMessage.parse({ match_id: "m1", kind: "alive", recv_ms: i * 10, sent_ms: i * 10 - 3, feed_seq: i + 1 }),
);
const numbers = (order: (typeof ARRIVAL_ORDERS)[number], seed = 1): (number | null | undefined)[] =>
  inOrder(messages, order, seed).map(({ feed_seq: number }) => number);

describe("orders of arrival", () => {
  it("keep the order of the file, or lose it altogether", () => {
    expect(numbers("file")).toEqual(messages.map(({ feed_seq: number }) => number));
    expect(numbers("shuffled")).not.toEqual(numbers("file"));
    expect(numbers("shuffled")).toEqual(numbers("shuffled"));
    expect(numbers("shuffled", 2)).not.toEqual(numbers("shuffled"));
  });

  it("lose no message and invent none", () => {
    const sorted = (list: readonly (number | null | undefined)[]): number[] => list.map(Number).sort((a, b) => a - b);
    expect(sorted(numbers("shuffled"))).toEqual(sorted(numbers("file")));
    expect(sorted(numbers("thrice"))).toEqual(sorted([...numbers("file"), ...numbers("file"), ...numbers("file")]));
  });

  it.each(ARRIVAL_ORDERS)("never let time run back: %s", (order) => {
    const times = inOrder(messages, order, 1).map(({ recv_ms: at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
