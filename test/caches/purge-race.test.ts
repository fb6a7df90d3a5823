import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { varnishTarget } from "../../services/edge-purger/src/targets/varnish.ts";
import { sayWhatIsMissing, VARNISHD } from "./support/programs.ts";
import { type RunningCache, startVarnish } from "./support/start-cache.ts";

sayWhatIsMissing();

const KEPT = "public, max-age=0, s-maxage=30, must-revalidate";

/** An origin whose answers the test sends, one by one. */
class HeldOrigin {
  readonly #requests: ServerResponse[] = [];
  #arrived: (() => void) | undefined;
  /** Answers at once what comes from now on. */
  answer: ((res: ServerResponse) => void) | undefined;
  /** Requests that came while `answer` was set. */
  answered = 0;
  readonly server: Server = createServer((_req, res) => {
    if (this.answer) {
      this.answered++;
      this.answer(res);
      return;
    }
    this.#requests.push(res);
    this.#arrived?.();
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next request that has come to the origin. */
  async next(): Promise<ServerResponse> {
    while (this.#requests.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#arrived = resolve;
      await promise;
    }
    return this.#requests.shift()!;
  }
}

function send(res: ServerResponse, matchId: string, version: number, cacheControl = KEPT): void {
  const keys = `predictions match:${matchId}`;
  res.writeHead(200, {
    "cache-control": cacheControl,
    "surrogate-key": keys,
    "surrogate-control": "max-age=30",
    etag: `"${version}"`,
    "touchline-match-version": String(version),
  });
  res.end(`version ${version}`);
}

describe.skipIf(VARNISHD === undefined).each(["default.vcl", "without-vmods.vcl"])("Varnish with %s", (vcl) => {
  let origin: HeldOrigin;
  let varnish: RunningCache;
  let matchId: string;
  let matches = 0;
  const refuses = vcl === "default.vcl";

  beforeAll(async () => {
    origin = new HeldOrigin();
    origin.server.listen(0, "127.0.0.1");
    await once(origin.server, "listening");
    const starting = startVarnish(VARNISHD ?? "", origin.url, vcl);
    // Whether it is up is asked through it.
    const first = await origin.next();
    first.end();
    varnish = await starting;
  });
  afterAll(async () => {
    await varnish[Symbol.asyncDispose]();
    origin.server.closeAllConnections();
    origin.server.close();
  });
  beforeEach(() => (matchId = `m-${++matches}`));

  const path = () => `${varnish.url}/v1/matches/${matchId}/predictions?markets=match_result`;
  const read = async (headers: Record<string, string> = {}) => {
    const response = await fetch(path(), { headers, signal: AbortSignal.timeout(20_000) });
    return { text: await response.text(), headers: response.headers };
  };
  const purge = async (key: string, version?: number) =>
    varnishTarget(varnish.url).purge([{ key, version }], AbortSignal.timeout(20_000));
  const readFromOrigin = async (version: number, cacheControl?: string) => {
    const reading = read();
    send(await origin.next(), matchId, version, cacheControl);
    return reading;
  };

  it("keeps an answer until its match, or everything, is purged", async () => {
    for (const [version, key] of [
      [1, "match:"],
      [2, "predictions"],
    ] as const) {
      expect((await readFromOrigin(version)).text).toBe(`version ${version}`);
      expect((await read()).text).toBe(`version ${version}`);
      await purge("match:another", 9);
      await purge(`match:${matchId}9`, 9);
      expect((await read()).text).toBe(`version ${version}`);
      await purge(key === "predictions" ? key : key + matchId);
    }
    expect((await readFromOrigin(3)).text).toBe("version 3");
  });

  it("tells readers to ask again, and none of the labels", async () => {
    const { headers } = await readFromOrigin(1);
    expect(headers.get("cache-control")).toBe("private, no-cache");
    for (const name of ["surrogate-key", "surrogate-control", "xkey"]) expect(headers.has(name), name).toBe(false);
    expect(headers.get("etag")).toBe('"1"');
  });

  it("keeps nothing that may not be kept, and passes on what has directives of its own", async () => {
    for (const version of [1, 2]) await readFromOrigin(version, "private, no-cache");
    matchId = `${matchId}-directed`;
    await readFromOrigin(3);
    const reading = read({ "cache-control": "no-cache" });
    send(await origin.next(), matchId, 4);
    expect((await reading).text).toBe("version 4");
  });

  it("shows no answer that was being fetched when its match was purged", async () => {
    const early = read();
    const fetched = await origin.next();
    await purge(`match:${matchId}`, 2);
    // Made before the step, and on its way while the purge came.
    send(fetched, matchId, 1);
    expect((await early).text).toBe("version 1");
    if (!refuses) {
      expect((await read()).text).toBe("version 1");
      await purge(`match:${matchId}`);
    }
    expect((await readFromOrigin(2)).text).toBe("version 2");
    if (refuses) {
      // The refusal is remembered for a moment; then an answer that has seen the step is kept.
      origin.answer = (res) => send(res, matchId, 2);
      const reachedOrigin = async () => {
        const before = origin.answered;
        expect((await read()).text).toBe("version 2");
        return origin.answered > before;
      };
      await expect.poll(reachedOrigin).toBe(false);
      origin.answer = undefined;
    } else expect((await read()).text).toBe("version 2");
  });

  it("refuses purges of anything but a match or everything", async () => {
    await expect(purge(`match:${matchId}/x .*`)).rejects.toMatchObject({ status: 400 });
  });
});
