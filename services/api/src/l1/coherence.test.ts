import { EventEmitter } from "node:events";
import type { WriteProof } from "@touchline/cache";
import { afterEach, describe, expect, it } from "vitest";
import type { FeedListener } from "../changes/change-feed.ts";
import { Coherence } from "./coherence.ts";

const LEASE_MS = 1_000;
const ACCEPTED: WriteProof = { accepted: true, history: "a".repeat(40), now: 0, isReplicated: true };
const REFUSED: WriteProof = { accepted: false, refusal: "NOREPLICAS" };

const opened: Coherence[] = [];
afterEach(() => {
  for (const coherence of opened.splice(0)) coherence.close();
});

/** A coherence whose feed, store and clocks are the test's. Pings leave when the store's connection is ready. */
function scripted(replicas = 0) {
  const listeners = new Set<FeedListener>();
  const redis = new EventEmitter();
  const sent: { id: string; answer: (proof: WriteProof) => Promise<void> }[] = [];
  const clock = { wall: 1_000_000, monotonic: 0 };
  let gaps = 0;
  const coherence = new Coherence(
    {
      feed: {
        subscribed: true,
        subscribePings: async () => Promise.resolve(),
        listenAll(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      },
      store: {
        proveWritable({ id }) {
          const { promise, resolve } = Promise.withResolvers<WriteProof>();
          sent.push({
            id,
            answer: async (proof) => {
              resolve(proof);
              await new Promise((done) => setImmediate(done));
            },
          });
          return [promise];
        },
      },
      redis,
      leaseMs: LEASE_MS,
      replicas,
      now: () => clock.wall,
      monotonic: () => clock.monotonic,
    },
    { onChange: () => undefined, onGap: () => void gaps++ },
  );
  opened.push(coherence);
  return {
    coherence,
    clock,
    redis,
    gaps: () => gaps,
    gap: () => listeners.forEach((listener) => listener.onGap()),
    sent,
    /** Sends a ping. @returns what brings back its echo, and its answer */
    ping: () => {
      redis.emit("ready");
      const ping = sent.at(-1);
      if (!ping) throw new Error("no ping was sent");
      return { echo: () => listeners.forEach((listener) => listener.onPing(ping.id)), answer: ping.answer };
    },
  };
}

describe("trust in what is remembered", () => {
  it("lasts a lease from when the ping was sent, by both clocks", () => {
    const { coherence, clock, ping } = scripted();
    const { echo } = ping();
    clock.monotonic += 400;
    clock.wall += 400;
    expect(coherence.trusted).toBe(false);
    echo();
    expect(coherence.trusted).toBe(true);
    // The process was suspended: its monotonic clock stood.
    clock.wall += 600;
    expect(coherence.trusted).toBe(false);
    clock.wall -= 600;
    clock.monotonic += 600;
    expect(coherence.trusted).toBe(false);
  });

  it("ends when the wall clock is set back by more than time servers do", () => {
    const { coherence, clock, ping } = scripted();
    ping().echo();
    clock.wall -= 1_000;
    expect(coherence.trusted).toBe(true);
    clock.wall -= 1;
    expect(coherence.trusted).toBe(false);
  });

  it("begins anew once it had lapsed: what is kept from before may lack a message that a node did not forward", () => {
    const { coherence, clock, ping, gaps } = scripted();
    ping().echo();
    clock.monotonic += LEASE_MS - 1;
    clock.wall += LEASE_MS - 1;
    ping().echo();
    expect(gaps()).toBe(0);
    const lastProof = coherence.provenAt;
    clock.monotonic += LEASE_MS;
    clock.wall += LEASE_MS;
    ping().echo();
    expect([gaps(), coherence.trusted]).toEqual([1, true]);
    expect(coherence.provenAt).toBe(lastProof + LEASE_MS);
  });

  it("is another one after a gap, and after it had lapsed", () => {
    const { coherence, clock, ping, gap } = scripted();
    ping().echo();
    const generations = [coherence.generation];
    ping().echo();
    expect(coherence.generation).toBe(generations[0]);
    gap();
    ping().echo();
    generations.push(coherence.generation);
    clock.monotonic += LEASE_MS;
    clock.wall += LEASE_MS;
    ping().echo();
    generations.push(coherence.generation);
    expect(new Set(generations).size).toBe(3);
  });

  it("is not brought back by the echo of a ping from before a gap", () => {
    const { coherence, ping, gap } = scripted();
    const { echo } = ping();
    gap();
    echo();
    expect(coherence.trusted).toBe(false);
  });
});

describe("a master that takes no writes", () => {
  it("ends the trust at once and says so once, until a ping is taken again", async () => {
    const { coherence, gaps, ping } = scripted();
    ping().echo();
    const onTheWay = ping();
    await ping().answer(REFUSED);
    expect([coherence.trusted, coherence.proof.doubtAbout("", true), gaps()]).toEqual([false, "store_isolated", 1]);
    onTheWay.echo();
    await ping().answer(REFUSED);
    expect([coherence.trusted, gaps()]).toEqual([false, 1]);
    const taken = ping();
    taken.echo();
    await taken.answer(ACCEPTED);
    expect([coherence.trusted, coherence.proof.doubtAbout("", true)]).toEqual([true, undefined]);
  });
});

describe("a store that must have replicas", () => {
  it("is trusted once they have acknowledged a ping, whichever comes first", async () => {
    const { coherence, ping } = scripted(1);
    const first = ping();
    first.echo();
    expect(coherence.trusted).toBe(false);
    await first.answer(ACCEPTED);
    expect(coherence.trusted).toBe(true);
  });

  it("may acknowledge late, and counts as one that takes no writes when a lease has gone by without", async () => {
    const { coherence, clock, ping, gaps } = scripted(1);
    const first = ping();
    await first.answer(ACCEPTED);
    first.echo();
    const unacknowledged = async (): Promise<void> => {
      const next = ping();
      next.echo();
      await next.answer({ ...ACCEPTED, isReplicated: false });
    };
    clock.monotonic += LEASE_MS - 1;
    clock.wall += LEASE_MS - 1;
    await unacknowledged();
    expect([coherence.trusted, coherence.proof.isRefused]).toEqual([true, false]);
    clock.monotonic += 2;
    clock.wall += 2;
    await unacknowledged();
    expect([coherence.trusted, coherence.proof.isRefused, gaps()]).toEqual([false, true, 1]);
  });
});

describe("what the store says of a match", () => {
  it("is doubted when its last step was made on another master", async () => {
    const { coherence, ping } = scripted();
    const { proof } = coherence;
    expect(proof.doubtAbout("b".repeat(40), true)).toBeUndefined();
    await ping().answer(ACCEPTED);
    expect(proof.doubtAbout("a".repeat(40), true)).toBeUndefined();
    expect(proof.doubtAbout("b".repeat(40), true)).toBe("history_unproven");
    expect(proof.doubtAbout("a".repeat(40), false)).toBe("truth_incomplete");
  });

  it("is doubted after the connection was lost, until the first ping over the next one is answered", async () => {
    const { coherence, redis, ping } = scripted();
    const { proof } = coherence;
    await ping().answer(ACCEPTED);
    redis.emit("close");
    expect(proof.doubtAbout("a".repeat(40), true)).toBe("history_unproven");
    const { answer } = ping();
    const known = proof.known();
    await answer(ACCEPTED);
    await known;
    expect(proof.doubtAbout("a".repeat(40), true)).toBeUndefined();
  });

  it("waits for a ping when none was answered for a lease: a master that stood still may have been replaced", async () => {
    const { coherence, clock, ping, sent } = scripted();
    const { proof } = coherence;
    await ping().answer(ACCEPTED);
    await proof.known();
    expect(sent).toHaveLength(1);
    clock.wall += LEASE_MS;
    const [first, second] = [proof.known(), proof.known()];
    expect(sent).toHaveLength(2);
    await sent[1]?.answer(REFUSED);
    await Promise.all([first, second]);
    expect(proof.doubtAbout("a".repeat(40), true)).toBe("store_isolated");
  });

  it("is not doubted where no server tells its history", async () => {
    const { coherence, ping } = scripted();
    await ping().answer({ ...ACCEPTED, history: "" });
    expect(coherence.proof.doubtAbout("b".repeat(40), true)).toBeUndefined();
  });
});
