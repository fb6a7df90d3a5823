import { EVENTS_QUEUE, openQueue, queuePrefix } from "@touchline/queue";
import type { Queue } from "bullmq";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { EventsAnswer } from "./answers.ts";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";
import { playMatch } from "./testing/played-match.ts";

let api: ApiFixture;
let queue: Queue;
beforeAll(async () => {
  api = await startApi();
  queue = openQueue(EVENTS_QUEUE, api.queue, queuePrefix(api.config.KEY_PREFIX, api.config.REDIS_MODE));
});
afterAll(async () => api[Symbol.asyncDispose]());

type Answer = z.output<typeof EventsAnswer>;

let ids = 0;
function corner(more: object = {}): Record<string, unknown> {
  return {
    id: `corner-${++ids}`,
    source: "feed",
    matchId: "m-1",
    type: "corner",
    team: "home",
    occurredAt: "2026-11-21T15:20:00Z",
    period: "first_half",
    minute: 20,
    ...more,
  };
}

async function publish(body: unknown, type = "application/json"): Promise<Answer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await api.send("POST", "/v1/events", text, { "content-type": type });
  expect(answer.status).toBe(202);
  return answer.as(EventsAnswer);
}

describe("publishing events", () => {
  it("takes one, and the queue holds it as a producer would have put it there", async () => {
    const event = corner();
    const { results, ...counts } = await publish(event);
    expect(counts).toEqual({ accepted: 1, duplicate: 0, rejected: 0 });
    expect(results).toEqual([{ index: 0, status: "accepted", id: event["id"], source: "feed", matchId: "m-1" }]);
    const job = (await queue.getJobs(["waiting"])).find(({ data }) => (data as { id: string }).id === event["id"]);
    expect(job?.name).toBe("corner");
    expect(job?.data).toMatchObject({ ...event, revision: 1, retracted: false, payload: {} });
  });

  it("takes an array, and says of each what became of it", async () => {
    const first = corner();
    const { results } = await publish([
      first,
      { ...first },
      corner({ team: undefined }),
      corner({ minute: -1, extra: 1 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["accepted", "duplicate", "rejected", "rejected"]);
    expect(results[2]?.problem).toMatchObject({
      type: "/problems/invalid_request",
      errors: [{ path: "team", message: 'corner needs team "home" or "away"' }],
    });
    const paths = results[3]?.problem?.errors?.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["minute"]));
    expect(JSON.stringify(results[3]?.problem)).toContain("extra");
    expect(results[3]).toMatchObject({ index: 3, source: "feed", matchId: "m-1" });
  });

  it.each(["application/x-ndjson", "application/ndjson", "application/jsonl; charset=utf-8"])(
    "takes lines (%s), where a broken one spoils no other",
    async (type) => {
      const lines = [JSON.stringify(corner()), "", "{broken", JSON.stringify(corner()), "null", ""].join("\r\n");
      const { results, ...counts } = await publish(lines, type);
      expect(counts).toEqual({ accepted: 2, duplicate: 0, rejected: 2 });
      expect(results.map(({ index, status }) => [index, status])).toEqual([
        [0, "accepted"],
        [1, "rejected"],
        [2, "accepted"],
        [3, "rejected"],
      ]);
    },
  );

  it("is 400 when no line can be read", async () => {
    const headers = { "content-type": "application/x-ndjson" };
    const answer = await api.send("POST", "/v1/events", "<html>\n</html>", headers);
    expect([answer.status, answer.json()["type"]]).toEqual([400, "/problems/unreadable_body"]);
  });

  it("takes a thousand at once", async () => {
    const { accepted } = await publish(Array.from({ length: 1_000 }, () => corner({ matchId: "m-many" })));
    expect(accepted).toBe(1_000);
  });

  it("keeps what it does not know of a payload, prototypes included, as plain data", async () => {
    const text = JSON.stringify(corner({ payload: { note: "x" } })).replace('"note"', '"__proto__"');
    expect((await publish(text)).results).toHaveLength(1);
    expect(({} as Record<string, unknown>)["note"]).toBeUndefined();
  });
});

describe("an event that is known", () => {
  it("is a duplicate while it waits in the queue", async () => {
    const event = corner();
    await publish(event);
    expect((await publish(event)).duplicate).toBe(1);
  });

  it("is a duplicate once it is in the match's log, in the same revision or a higher one", async () => {
    const match = await playMatch(api, "m-logged");
    const event = corner({ matchId: "m-logged", revision: 3 });
    await match.tell({ ...event, type: "corner" });
    const sent = [event, { ...event, revision: 2 }, { ...event, revision: 4 }];
    expect((await publish(sent)).results.map(({ status }) => status)).toEqual(["duplicate", "duplicate", "accepted"]);
  });

  it("is news when it is taken back, once", async () => {
    const match = await playMatch(api, "m-retracted");
    const event = corner({ matchId: "m-retracted" });
    await match.tell({ ...event, type: "corner" });
    const retraction = { ...event, retracted: true };
    expect((await publish([retraction, retraction])).results.map(({ status }) => status)).toEqual([
      "accepted",
      "duplicate",
    ]);
    await match.tell({ ...retraction, type: "corner" });
    expect((await publish(retraction)).duplicate).toBe(1);
  });

  it("within one request counts by its highest revision so far", async () => {
    const event = corner();
    const sent = [
      { ...event, revision: 2 },
      { ...event, revision: 1 },
      { ...event, revision: 3 },
    ];
    expect((await publish(sent)).results.map(({ status }) => status)).toEqual(["accepted", "duplicate", "accepted"]);
  });

  it("is another event in another match", async () => {
    const event = corner();
    const sent = [event, { ...event, matchId: "m-2" }];
    expect((await publish(sent)).accepted).toBe(2);
  });
});

describe("the counters of the intake", () => {
  it("count every event sent", async () => {
    await using other = await startApi({ beside: api });
    const event = corner();
    await other.send("POST", "/v1/events", [event, event, { id: "nothing" }]);
    const counted = await Promise.all(
      ["accepted", "duplicate", "rejected"].map(async (result) =>
        other.metric(`events_intake_total{result="${result}"}`),
      ),
    );
    expect(counted).toEqual([1, 1, 1]);
  });
});
