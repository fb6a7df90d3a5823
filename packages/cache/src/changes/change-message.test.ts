import { MatchEvent } from "@touchline/domain";
import { afterAll, beforeEach, expect, it } from "vitest";
import { MatchScript } from "../../../../test/setup/match-events.ts";
import { connectTestRedis, TestStore } from "../../../../test/setup/store.ts";
import { changesChannel } from "../keys.ts";
import { answers, type ChangeMessage, gistOf, parseChange, textWithoutKind } from "./change-message.ts";

const redis = connectTestRedis();
afterAll(async () => redis.quit());

let published: string[];
beforeEach(async () => {
  published = [];
  const store = new TestStore(redis);
  const subscriber = redis.duplicate();
  const last = Promise.withResolvers<void>();
  subscriber.on("message", (_channel, text) => {
    if (text === "last") last.resolve();
    else published.push(text);
  });
  const channel = changesChannel(store.prefix);
  await subscriber.subscribe(channel);
  const match = new MatchScript("m-1");
  await store.apply(match.fixture(), MatchEvent.parse(match.kickOff()));
  await store.matches.requestRefresh("m-1", "default", "blocking");
  await store.refresh("m-1");
  await redis.publish(channel, "last");
  await last.promise;
  await subscriber.quit();
});

const parsed = (): ChangeMessage[] => published.flatMap((text) => parseChange(text) ?? []);

it("every message that the scripts publish is read, and the numbered ones ascend without a gap", () => {
  expect(parsed()).toHaveLength(published.length);
  expect(parsed().map(({ kind }) => kind)).toEqual(["touched", "touched", "refreshed", "answered"]);
  expect(parsed().flatMap((message) => ("n" in message ? message.n : []))).toEqual([1, 2, 3]);
});

it("the gist that is read without parsing agrees with the message", () => {
  for (const message of parsed())
    expect(gistOf(message.text)).toEqual({
      matchId: message.matchId,
      epoch: expect.stringMatching(/^[0-9a-z]{16}$/) as string,
      n: "n" in message ? message.n : undefined,
      version: "n" in message ? 2 - Number(message.n === 1) : undefined,
      forbids: message.kind === "touched" && message.touched.some(({ severity }) => severity === "hard"),
    });
});

it("only the end of a refresh answers readers, and only those of its variants", () => {
  expect(parsed().map((message) => answers(message, "default"))).toEqual([false, false, true, true]);
  expect(parsed().map((message) => answers(message, "decimal-105"))).toEqual([false, false, false, false]);
});

it("a text is the message without its kind where the kind travels beside it", () => {
  for (const message of parsed()) {
    const { kind, ...rest } = JSON.parse(message.text) as Record<string, unknown>;
    expect([kind, JSON.parse(textWithoutKind(message))]).toEqual([message.kind, rest]);
  }
});

it.each(["", "no JSON", '{"kind":"weather","matchId":"m-1"}', '{"kind":"touched","matchId":"m-1"}'])(
  "%j is no message",
  (text) => expect(parseChange(text)).toBeUndefined(),
);
