import { EVENTS_QUEUE, openQueue, queuePrefix } from "@touchline/queue";
import type { Queue } from "bullmq";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { EventsAnswer, NoEventTaken } from "@touchline/contract";
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

/** Of each event its status, and the codes of its warnings. */
const warningsOf = async (...events: Record<string, unknown>[]) =>
  (await publish(events)).results.map(({ status, warnings = [] }) => [status, ...warnings.map(({ code }) => code)]);

describe("publishing events", () => {
  it("takes one, and the queue holds it as a producer would have put it there", async () => {
    const event = corner();
    const { results, ...counts } = await publish(event);
    expect(counts).toEqual({ accepted: 1, duplicate: 0, conflict: 0, rejected: 0 });
    expect(results).toEqual([{ index: 0, status: "accepted", id: event["id"], source: "feed", matchId: "m-1" }]);
    const job = (await queue.getJobs(["waiting"])).find(({ data }) => (data as { id: string }).id === event["id"]);
    expect(job?.name).toBe("corner");
    expect(job?.data).toMatchObject({ ...event, revision: 1, retracted: false, payload: {} });
  });

  it("rejects one that is larger than an event may be, and names the limit", async () => {
    const { results } = await publish([
      corner(),
      corner({ type: "stadium_news", payload: { text: "x".repeat(40_000) } }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["accepted", "rejected"]);
    expect(results[1]).toMatchObject({ problem: { errors: [{ path: "event" }] } });
    expect(JSON.stringify(results[1])).toContain("and may have at most 32768");
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
      expect(counts).toEqual({ accepted: 2, duplicate: 0, conflict: 0, rejected: 2 });
      expect(results.map(({ index, status }) => [index, status])).toEqual([
        [0, "accepted"],
        [1, "rejected"],
        [2, "accepted"],
        [3, "rejected"],
      ]);
    },
  );

  it("loses no line to a byte order mark, in its middle neither", async () => {
    const lines = ["\u{FEFF}", JSON.stringify(corner()), "\n\u{FEFF}", JSON.stringify(corner())].join("");
    expect(await publish(lines, "application/x-ndjson")).toMatchObject({ accepted: 2, rejected: 0 });
    expect(await publish(`\u{FEFF}${JSON.stringify(corner())}`)).toMatchObject({ accepted: 1 });
  });

  it("is 422 when every event is rejected, with a result for each", async () => {
    const answer = await api.send("POST", "/v1/events", [corner({ team: "both" }), { id: "nothing" }]);
    expect([answer.status, answer.headers["content-type"]]).toEqual([
      422,
      expect.stringContaining("application/problem+json"),
    ]);
    const { results, ...problem } = answer.as(NoEventTaken);
    expect(problem).toMatchObject({ type: "/problems/no_event_taken", status: 422, accepted: 0, rejected: 2 });
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(JSON.stringify(results[0]?.problem)).toContain("team");
  });

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

describe("an event that has no effect, or not the one that was meant", () => {
  it("is taken, and its result says so", async () => {
    const [unknown] = (await publish(corner({ type: "yellowcard" }))).results;
    expect(unknown?.status).toBe("accepted");
    expect(unknown?.warnings).toMatchObject([
      { code: "unknown_type", path: "type", message: expect.stringContaining("did you mean yellow_card?") as string },
    ]);
    expect(
      await warningsOf(corner(), corner({ period: "1H" }), corner({ type: "goal", payload: { kind: "own" } })),
    ).toEqual([["accepted"], ["accepted", "unknown_period"], ["accepted", "unknown_kind"]]);
  });

  it("may be so because of its match: after the end, or a card for somebody who is not playing", async () => {
    const match = await playMatch(api, "m-ended");
    const starters = Array.from({ length: 11 }, (_unused, index) => ({ id: `p${index}` }));
    await match.tell({ ...corner({ matchId: "m-ended" }), type: "lineup_confirmed", payload: { starters } });
    const card = corner({ matchId: "m-ended", type: "red_card", player: "coach" });
    expect(await warningsOf(card)).toEqual([["accepted", "not_on_pitch"]]);
    await match.tell({ ...corner({ matchId: "m-ended" }), type: "full_time" });
    expect(await warningsOf(corner({ matchId: "m-ended" }))).toEqual([["accepted", "after_the_end"]]);
  });
});

describe("an event of a second source", () => {
  const goal = (source: string, matchId: string, minute: number): Record<string, unknown> =>
    corner({ source, matchId, type: "goal", minute });

  it("is warned about when it repeats a goal, and when another goal is meant it is not", async () => {
    const match = await playMatch(api, "m-repeated");
    await match.tell({ ...goal("feed", "m-repeated", 20), type: "goal" });
    expect(
      await warningsOf(
        goal("other", "m-repeated", 21),
        goal("other", "m-repeated", 30),
        goal("feed", "m-repeated", 20),
        { ...goal("other", "m-repeated", 20), team: "away" },
      ),
    ).toEqual([["accepted", "repeated_by_source"], ["accepted"], ["accepted"], ["accepted"]]);
  });

  it("is warned about when the policy of its match does not list it", async () => {
    const match = await playMatch(api, "m-listed");
    const policy = { order: { corners: [{ source: "official" }] } };
    const set = { ...corner({ source: "desk", matchId: "m-listed" }), type: "sources_policy", payload: { policy } };
    await match.tell(set);
    expect(
      await warningsOf(corner({ matchId: "m-listed" }), corner({ matchId: "m-listed", source: "official" })),
    ).toEqual([["accepted", "source_not_listed"], ["accepted"]]);
  });
});

describe("two contents of one revision", () => {
  const contents = (matchId: string) => {
    const goal = corner({ matchId, type: "goal" });
    return [goal, { ...goal, team: "away" }] as const;
  };
  const status = async (...events: Record<string, unknown>[]) =>
    (await publish(events)).results.map((result) => [
      result.status,
      ...(result.warnings ?? []).map(({ code }) => code),
    ]);
  const waiting = async (id: unknown) =>
    (await queue.getJobs(["waiting"]))
      .map(({ data }) => data as { id: unknown; team: string })
      .filter((e) => e.id === id);

  it("are a conflict, in one request, in the queue and in the log, and both go into the queue", async () => {
    const [goal, other] = contents("m-conflict");
    expect(await status(goal, other, goal, other)).toEqual([
      ["accepted"],
      ["conflict", "conflict"],
      ["duplicate"],
      ["duplicate"],
    ]);
    expect((await waiting(goal["id"])).map(({ team }) => team).toSorted()).toEqual(["away", "home"]);
    const [queued, contrary] = contents("m-conflict");
    await publish(queued);
    expect(await status(contrary)).toEqual([["conflict", "conflict"]]);
    expect(await status(contrary)).toEqual([["duplicate"]]);
    const match = await playMatch(api, "m-conflict-logged");
    const [logged, against] = contents("m-conflict-logged");
    await match.tell({ ...logged, type: "goal" });
    expect(await status(against)).toEqual([["conflict", "conflict"]]);
  });

  it("are none where they say one instant in two notations, or are taken back", async () => {
    const event = corner({ occurredAt: "2026-11-21T15:20:00Z" });
    const sameInstant = { ...event, occurredAt: "2026-11-21T16:20:00.000+01:00", player: null };
    expect(await status(event, sameInstant)).toEqual([["accepted"], ["duplicate"]]);
    expect(await status({ ...event, retracted: true, minute: 21 })).toEqual([["accepted"]]);
  });

  it("do not keep an event out because something else waits under its job id", async () => {
    const event = corner({ matchId: "m-garbage" });
    await queue.add("corner", { nonsense: true }, { jobId: `m-garbage.feed.${String(event["id"])}` });
    expect(await status(event)).toEqual([["accepted"]]);
    expect(await waiting(event["id"])).toHaveLength(1);
  });
});

describe("the counters of the intake", () => {
  it("count every event sent", async () => {
    await using other = await startApi({ beside: api });
    const event = corner();
    await other.send("POST", "/v1/events", [event, event, { ...event, minute: 9 }, { id: "nothing" }]);
    const counted = await Promise.all(
      ["accepted", "duplicate", "conflict", "rejected"].map(async (result) =>
        other.metric(`events_intake_total{result="${result}"}`),
      ),
    );
    expect(counted).toEqual([1, 1, 1, 1]);
  });
});
