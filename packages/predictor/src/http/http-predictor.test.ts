import { marketsOf, type MatchState, settlementOf } from "@touchline/domain";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HttpPredictor, type HttpPredictorOptions } from "./http-predictor.ts";
import { type PredictionRequest, shippedPredictor } from "@touchline/model";
import { statesOf } from "@touchline/feeds/testing";
import { PredictorError } from "./predictor-error.ts";
import { watchMachineDelay } from "../../../../test/setup/machine-delay.ts";
import { type Answer, answerOf, type Behaviour, ModelServer, reply, truthful } from "../testing/model-server.ts";

const states = statesOf("demo.ndjson");
/** Ten minutes in: nearly every market is open. */
const state = states.findLast(({ event }) => event.period === "first_half" && (event.minute ?? 99) < 10)!.state;
const clock = { phase: "first_half", minutesIntoPeriod: 10, rate: 1 } as const;

const openMarkets = (of: MatchState) =>
  marketsOf(of)
    .filter((market) => !settlementOf(market, of))
    .map(({ id }) => id);

function requestFor(matchId = "m-1", markets = openMarkets(state), variants = ["default"]): PredictionRequest {
  return { matchId, state, clock, markets: new Map(variants.map((variant) => [variant, markets])) };
}

let server: ModelServer;
let outcomes: string[];
let retries: number;
const open: HttpPredictor[] = [];

beforeEach(async () => {
  server = await ModelServer.started();
  outcomes = [];
  retries = 0;
});
afterEach(async () => {
  for (const predictor of open.splice(0)) predictor.close();
  await server.stop();
});

function predictorWith(options: Partial<HttpPredictorOptions> = {}): HttpPredictor {
  const predictor = new HttpPredictor({
    url: server.url,
    deadlineMs: 60_000,
    concurrency: 4,
    watch: { asked: (outcome) => outcomes.push(outcome), retried: () => retries++ },
    ...options,
  });
  open.push(predictor);
  return predictor;
}

const never = new AbortController().signal;
const ask = async (predictor: HttpPredictor, request = requestFor()) => predictor.predict(request, never);

/** The error of a predictor that did not predict. */
async function failureOf(predictor: HttpPredictor, request = requestFor()): Promise<PredictorError> {
  const failure: unknown = await ask(predictor, request).catch((error: unknown) => error);
  if (!(failure instanceof PredictorError)) return expect.fail(`not refused: ${String(failure)}`);
  return failure;
}

/** Answers with the truth after `spoil` has been at it. */
const lying =
  (spoil: (answer: Answer) => void): Behaviour =>
  (request, response) => {
    const answer = answerOf(request);
    spoil(answer);
    reply(response, answer);
  };
const pricesIn = (answer: Answer) => answer.predictions[0]!.blends[0]!.markets;

describe("a model server that implements the contract", () => {
  it("is believed: every market, every outcome, each variant from its blend", async () => {
    const request = requestFor("m-1", openMarkets(state), ["default", "market-blend", "decimal-105"]);
    const answer = await ask(predictorWith(), request);
    const own = shippedPredictor().predictNow(request);
    for (const variant of request.markets.keys())
      for (const [market, { probabilities }] of own.markets.get(variant)!) {
        const other = answer.markets.get(variant)!.get(market)!.probabilities;
        for (const [index, value] of probabilities.entries()) expect(other[index]).toBeCloseTo(value, 12);
      }
    expect(outcomes).toEqual(["ok"]);
  });

  it("is asked for what is due and no more, once for variants that are fed alike", async () => {
    await ask(
      predictorWith(),
      requestFor("m-7", ["match_result", "corners_over_under_9_5"], ["default", "decimal-105"]),
    );
    const [request] = server.requests;
    expect(request).toMatchObject({ format: "touchline-prediction-request", version: 1 });
    expect(request!.requests).toHaveLength(1);
    expect(request!.requests[0]).toMatchObject({
      matchId: "m-7",
      clock: { phase: "first_half", minutesIntoPeriod: 10, rate: 1 },
      parameters: null,
      primitives: ["full_time_score", "corners"],
      blends: [{ blend: "none", markets: ["match_result", "corners_over_under_9_5"] }],
    });
    expect(request!.requests[0]!.markets[0]).toEqual({
      id: "match_result",
      primitive: "full_time_score",
      group: "full_time_score",
      outcomes: ["home", "draw", "away"],
      winners: "exclusive",
    });
    expect(request!.requests[0]!.facts.score).toEqual(state.score);
    expect(request!.requests[0]!.state?.goals).toHaveLength(state.goals.length);
  });

  it("gets the key as a bearer token, and none where there is none", async () => {
    await ask(predictorWith({ apiKey: "s3cret" }));
    await ask(predictorWith());
    expect(server.headers.map(({ authorization }) => authorization)).toEqual(["Bearer s3cret", undefined]);
  });

  it("says how long its prediction holds; if it does not, a cautious time is assumed", async () => {
    server.behave = lying((answer) => {
      pricesIn(answer)["match_result"]!.driftSeconds = 17;
      delete pricesIn(answer)["corners_over_under_9_5"]!.driftSeconds;
      pricesIn(answer)["odd_even"]!.driftSeconds = null;
    });
    const prices = (await ask(predictorWith())).markets.get("default")!;
    expect(prices.get("match_result")?.driftSeconds).toBe(17);
    expect(prices.get("corners_over_under_9_5")?.driftSeconds).toBeLessThan(5);
    expect(prices.get("odd_even")?.driftSeconds).toBe(Infinity);
  });

  it("may round to seven digits: exclusive outcomes are scaled to sum to 1", async () => {
    server.behave = lying((answer) => {
      pricesIn(answer)["match_result"]!.probabilities = { home: 0.3333333, draw: 0.3333333, away: 0.3333333 };
    });
    const { probabilities } = (await ask(predictorWith())).markets.get("default")!.get("match_result")!;
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 14);
  });

  it("is asked for several matches at once when they wait for a place", async () => {
    const release = Promise.withResolvers<void>();
    server.behave = (request, response) => void release.promise.then(() => truthful(request, response, response.req));
    const predictor = predictorWith({ concurrency: 1, batch: 3 });
    const answers = ["a", "b", "c", "d", "e"].map(async (id) => ask(predictor, requestFor(id, ["match_result"])));
    await server.received(1);
    release.resolve();
    await Promise.all(answers);
    expect(server.requests.map(({ requests }) => requests.map(({ matchId }) => matchId))).toEqual([
      ["a"],
      ["b", "c", "d"],
      ["e"],
    ]);
  });
});

describe("a model server that lies", () => {
  const lies: [string, (answer: Answer) => void, RegExp][] = [
    [
      "outcomes that sum to 1.3",
      (a) => (pricesIn(a)["match_result"]!.probabilities = { home: 0.6, draw: 0.4, away: 0.3 }),
      /match_result sums to 1\.3/,
    ],
    [
      "a probability above 1",
      (a) => (pricesIn(a)["double_chance"]!.probabilities["home_or_draw"] = 1.2),
      /double_chance/,
    ],
    [
      "a negative probability",
      (a) => (pricesIn(a)["match_result"]!.probabilities = { home: -0.1, draw: 0.6, away: 0.5 }),
      /match_result/,
    ],
    [
      "NaN, which JSON writes as null",
      (a) => (pricesIn(a)["match_result"]!.probabilities["home"] = Number.NaN),
      /match_result/,
    ],
    ["a missing market", (a) => delete pricesIn(a)["odd_even"], /odd_even is missing/],
    [
      "a missing outcome",
      (a) => delete pricesIn(a)["match_result"]!.probabilities["draw"],
      /match_result lacks outcome draw/,
    ],
    [
      "an outcome nobody asked for",
      (a) => (pricesIn(a)["match_result"]!.probabilities["abandoned"] = 0),
      /4 outcomes instead of 3/,
    ],
    [
      "a line that is likelier than the one below it",
      (a) => (pricesIn(a)["over_under_3_5"]!.probabilities = { over: 0.99, under: 0.01 }),
      /over is likelier in over_under_3_5/,
    ],
    [
      "a handicap that is likelier with less of a start",
      (a) => (pricesIn(a)["asian_handicap_home_minus_2_5"]!.probabilities = { home: 0.99, away: 0.01 }),
      /asian_handicap_home_minus_2_5/,
    ],
    ["a drift into the past", (a) => (pricesIn(a)["match_result"]!.driftSeconds = -5), /driftSeconds/],
    ["another match", (a) => (a.predictions[0]!.matchId = "m-2"), /match m-2 where m-1/],
    ["no prediction at all", (a) => (a.predictions = []), /0 predictions for 1 requests/],
  ];

  it.each(lies)("%s: is not believed", async (_what, spoil, reason) => {
    server.behave = lying(spoil);
    const failure = await failureOf(predictorWith());
    expect(failure.kind).toBe("invalid");
    expect(failure.message).toMatch(reason);
    expect(outcomes).toEqual(["invalid"]);
  });

  it.each([
    ["NaN in the text", '{"format":"touchline-prediction-answer","version":1,"predictions":[NaN]}'],
    ["half an answer", '{"format":"touchline-pred'],
    ["another version", '{"format":"touchline-prediction-answer","version":2,"predictions":[]}'],
    ["a page", "<html>"],
  ])("%s: is not read", async (_what, body) => {
    server.behave = (_request, response) => void response.end(body);
    expect((await failureOf(predictorWith())).kind).toBe("invalid");
  });

  it("about one match of several: the others are served", async () => {
    const release = Promise.withResolvers<void>();
    server.behave = (request, response) =>
      void release.promise.then(() => {
        const answer = answerOf(request);
        for (const prediction of answer.predictions)
          if (prediction.matchId === "c")
            prediction.blends[0]!.markets["match_result"]!.probabilities = { home: 1, draw: 1, away: 1 };
        reply(response, answer);
      });
    const predictor = predictorWith({ concurrency: 1 });
    const settled = Promise.allSettled(
      ["a", "b", "c", "d"].map(async (id) => ask(predictor, requestFor(id, ["match_result"]))),
    );
    await server.received(1);
    release.resolve();
    expect((await settled).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(server.requests).toHaveLength(2);
  });

  it("at endless length: reading stops", async () => {
    server.behave = (_request, response) => {
      const chunk = "x".repeat(1 << 20);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
        response.once("drain", more);
      };
      more();
    };
    const failure = await failureOf(predictorWith({ deadlineMs: 8_000 }));
    expect(failure).toMatchObject({ kind: "invalid" });
    expect(failure.message).toContain("more than");
  });
});

describe("a model server in trouble", () => {
  it("that hangs: the caller waits for the deadline and not longer", async () => {
    server.behave = () => undefined;
    const began = performance.now();
    const delayMs = watchMachineDelay();
    const failure = await failureOf(predictorWith({ deadlineMs: 200 }));
    expect(failure.kind).toBe("timeout");
    expect(performance.now() - began).toBeLessThan(1_500 + delayMs());
    expect(retries).toBe(0);
  });

  it("that is slow in the middle of its answer: the same", async () => {
    server.behave = (_request, response) => void response.write("{");
    expect((await failureOf(predictorWith({ deadlineMs: 200 }))).kind).toBe("timeout");
  });

  it("that refuses: its status and message are reported, and the request is not repeated", async () => {
    server.behave = (_request, response) => reply(response, { error: "no such league" }, 422);
    const failure = await failureOf(predictorWith());
    expect(failure).toMatchObject({ kind: "status" });
    expect(failure.message).toContain("422");
    expect(failure.message).toContain("no such league");
    expect(server.requests).toHaveLength(1);
  });

  it("that fails once: is asked once more", async () => {
    server.behave = (request, response, raw) => {
      if (server.requests.length === 1) reply(response, {}, 503);
      else truthful(request, response, raw);
    };
    await ask(predictorWith());
    expect(server.requests).toHaveLength(2);
    expect({ outcomes, retries }).toEqual({ outcomes: ["ok"], retries: 1 });
  });

  it("that drops the connection: is asked once more", async () => {
    server.behave = (request, response, raw) => {
      if (server.requests.length === 1) raw.socket.destroy();
      else truthful(request, response, raw);
    };
    await ask(predictorWith());
    expect(retries).toBe(1);
  });

  it("for long: retries stay a small share of the requests", async () => {
    server.behave = (_request, response) => reply(response, {}, 500);
    let now = 0;
    // Each request a minute after the last: the breaker never has enough of them in its window to open.
    const predictor = predictorWith({ now: () => (now += 60_000), deadlineMs: 1e9 });
    for (let request = 0; request < 60; request++) expect((await failureOf(predictor)).kind).toBe("status");
    expect(server.requests.length).toBe(60 + retries);
    // Five that were saved up, and one in ten.
    expect(retries).toBeLessThanOrEqual(11);
    expect(retries).toBeGreaterThan(0);
  });
});

describe("a model server that is killed and comes back", () => {
  it("is not asked for a while, then tried once, then trusted again", async () => {
    let now = 0;
    const predictor = predictorWith({ now: () => now });
    await ask(predictor);
    await server.stop();
    const kinds: string[] = [];
    while (predictor.circuit !== "open") kinds.push((await failureOf(predictor)).kind);
    expect(new Set(kinds)).toEqual(new Set(["unreachable"]));
    expect(kinds.length).toBeLessThan(8);
    expect((await failureOf(predictor)).kind).toBe("open");

    now += 1_000;
    expect(predictor.circuit).toBe("half_open");
    expect((await failureOf(predictor)).kind).toBe("unreachable"); // the probe
    now += 1_000;
    expect((await failureOf(predictor)).kind).toBe("open"); // waits longer after a failed probe

    await server.start();
    now += 1_000;
    await ask(predictor);
    expect(predictor.circuit).toBe("closed");
    await ask(predictor);
    expect(outcomes.slice(-2)).toEqual(["ok", "ok"]);
  });

  it("is tried by one prediction at a time", async () => {
    let now = 0;
    const predictor = predictorWith({ now: () => now });
    await server.stop();
    while (predictor.circuit !== "open") await failureOf(predictor);
    await server.start();
    const before = server.requests.length;
    const release = Promise.withResolvers<void>();
    server.behave = (request, response, raw) => void release.promise.then(() => truthful(request, response, raw));
    now += 1_000;
    const probe = ask(predictor);
    await server.received(before + 1);
    expect((await failureOf(predictor)).kind).toBe("open");
    release.resolve();
    await probe;
    expect(server.requests.length).toBe(before + 1);
  });
});

describe("a crowd", () => {
  it("larger than the line is turned away at once", async () => {
    server.behave = () => undefined;
    const predictor = predictorWith({ concurrency: 1, batch: 1, deadlineMs: 500 });
    const crowd = Array.from({ length: 40 }, async (_none, index) =>
      failureOf(predictor, requestFor(`m-${index}`, ["match_result"])),
    );
    const kinds = (await Promise.all(crowd)).map(({ kind }) => kind);
    // One is under way, sixteen wait, the rest are refused.
    expect(kinds.slice(17).every((kind) => kind === "overloaded")).toBe(true);
    expect(kinds[0]).toBe("timeout");
  });

  it("is served over as many connections as there are places", async () => {
    const sockets = new Set<unknown>();
    let underWay = 0;
    let most = 0;
    server.behave = (request, response, raw) => {
      sockets.add(raw.socket);
      most = Math.max(most, ++underWay);
      setImmediate(() => {
        underWay--;
        truthful(request, response, raw);
      });
    };
    const predictor = predictorWith({ concurrency: 3, batch: 1 });
    for (let round = 0; round < 5; round++)
      await Promise.all(
        Array.from({ length: 9 }, async (_none, index) => ask(predictor, requestFor(`m-${index}`, ["match_result"]))),
      );
    expect(most).toBeLessThanOrEqual(3);
    expect(sockets.size).toBeLessThanOrEqual(3);
  });
});

describe("a caller who gives up", () => {
  it("is let go at once, and the server is not blamed", async () => {
    server.behave = () => undefined;
    const predictor = predictorWith();
    for (let turn = 1; turn <= 8; turn++) {
      const caller = new AbortController();
      const answer = predictor.predict(requestFor(), caller.signal);
      await server.received(turn);
      caller.abort(new Error("shutting down"));
      await expect(answer).rejects.toThrow("shutting down");
    }
    expect(predictor.circuit).toBe("closed");
    expect(new Set(outcomes)).toEqual(new Set(["given_up"]));
  });

  it("before the call asks for nothing", async () => {
    await expect(predictorWith().predict(requestFor(), AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
    expect(server.requests).toHaveLength(0);
  });
});

describe("a request that makes no sense", () => {
  it("is an error of its own, not the server's", async () => {
    const predictor = predictorWith();
    await expect(ask(predictor, requestFor("m-1", ["no_such_market"]))).rejects.toThrow(
      "unknown market no_such_market",
    );
    expect(outcomes).toEqual([]);
  });

  it("to no address is refused when the predictor is made", () => {
    expect(() => predictorWith({ url: "ftp://127.0.0.1/" })).toThrow(TypeError);
  });
});
