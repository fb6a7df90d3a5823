import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { isEarlyRefreshDue } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { type FastAnswer, FastAnswers, type Renewal } from "./fast-answers.ts";

const NOW = 1_000_000;
const DELTA_MS = 200;

const ANSWER: FastAnswer = {
  matchId: "m-1",
  epoch: "e",
  n: 7,
  variant: "default",
  body: { bytes: Buffer.from("{}"), etag: '"1"' },
  status: "fresh",
  markets: new Map(),
  madeAt: 0,
  validUntil: Infinity,
  deltas: {},
  renewals: [],
  urgency: "live",
  headersAt: () => ({}),
};

/** Asks once for a kept answer. @returns how often chance was drawn, and how often an early refresh was asked for */
async function askOnce(renewals: readonly Renewal[], draw: number): Promise<{ draws: number; asked: number }> {
  let draws = 0;
  let asked = 0;
  const answers = new FastAnswers({
    maxBytes: 1_000_000,
    xfetchBeta: 1,
    sampleRate: 0,
    trusted: () => true,
    caughtUp: () => true,
    now: () => NOW,
    random: () => {
      draws++;
      return draw;
    },
    read: () => undefined,
    early: () => void asked++,
    took: () => undefined,
  });
  answers.keep("/kept", { ...ANSWER, renewals });
  const server = createServer((req, res) => void (answers.answer(req, res) || res.writeHead(500).end()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { status } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/kept`);
    expect(status).toBe(200);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return { draws, asked };
}

it.each([
  ["an older snapshot", { epoch: "e", n: 6 }, true],
  ["the one that it was made of", { epoch: "e", n: 7 }, true],
  ["a newer one: a message was missed", { epoch: "e", n: 8 }, false],
  ["one of another epoch", { epoch: "f", n: 1 }, false],
])("an answer is kept or dropped when the store answers with %s", (_what, read, isKept) => {
  const answers = new FastAnswers({
    maxBytes: 1_000_000,
    xfetchBeta: 1,
    sampleRate: 0,
    trusted: () => true,
    caughtUp: () => true,
    now: () => NOW,
    random: () => 0,
    read: () => undefined,
    early: () => undefined,
    took: () => undefined,
  });
  answers.keep("/kept", ANSWER);
  answers.dropOlder({ matchId: "m-2", epoch: "f", n: 100 });
  answers.dropOlder({ matchId: "m-1", ...read });
  expect(answers.bytes > 0).toBe(isKept);
});

describe("an early refresh of an answer in memory", () => {
  it.each([0, 0.3, 0.9, 0.999])("follows the rule that reads of the store follow, for the draw %d", async (draw) => {
    for (const remainingMs of [1, 50, 200, 2_000]) {
      const { asked } = await askOnce([{ expiry: NOW + remainingMs, deltaMs: DELTA_MS }], draw);
      expect(asked).toBe(isEarlyRefreshDue(DELTA_MS, remainingMs, 1, 1 - draw) ? 1 : 0);
    }
  });

  it("draws once for all lifetimes of the answer: a refresh covers the whole match", async () => {
    const renewals = [100, 200, 300].map((remainingMs) => ({ expiry: NOW + remainingMs, deltaMs: DELTA_MS }));
    expect(await askOnce(renewals, 0.1)).toEqual({ draws: 1, asked: 0 });
    expect(await askOnce(renewals, 0.5)).toEqual({ draws: 1, asked: 1 });
  });
});
