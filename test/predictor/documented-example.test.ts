import { readFileSync } from "node:fs";
import { clockAt } from "@touchline/domain";
import { HttpPredictor } from "@touchline/predictor";
import { describe, expect, it } from "vitest";
import { statesOf } from "@touchline/feeds/testing";
import { ModelServer } from "../../packages/predictor/src/testing/model-server.ts";

const page = readFileSync(new URL("../../docs/predictor.md", import.meta.url), "utf8");
const [request, answer] = [...page.matchAll(/```json\n([^]*?)```/g)].map(
  ([, text = ""]) => JSON.parse(text) as unknown,
);

describe("the example in docs/predictor.md", () => {
  it("is what is sent, and its answer is believed", async () => {
    await using server = await ModelServer.started();
    server.behave = (_request, response) => void response.end(JSON.stringify(answer));
    const predictor = new HttpPredictor({ url: server.url, deadlineMs: 5_000, concurrency: 1 });
    // The moment that the page shows: the second half, before the 68th minute.
    const { event, state } = statesOf("demo.ndjson").findLast(
      ({ event: { period, minute = 99 } }) => period === "second_half" && minute < 68,
    )!;
    try {
      const { markets } = await predictor.predict(
        {
          matchId: "wy-2499719",
          state,
          clock: clockAt(state, Date.parse(event.occurredAt) + 20_000),
          markets: new Map([
            ["default", ["match_result", "over_under_5_5"]],
            ["decimal-105", ["match_result"]],
            ["market-blend", ["match_result"]],
          ]),
        },
        new AbortController().signal,
      );
      expect(markets.get("default")?.get("over_under_5_5")?.probabilities[0]).toBeCloseTo(0.633, 3);
      expect(JSON.parse(JSON.stringify(server.requests[0]))).toMatchObject(request as object);
    } finally {
      predictor.close();
    }
  });
});
