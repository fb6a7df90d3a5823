import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cloudflareTarget } from "./cloudflare.ts";
import { fastlyTarget } from "./fastly.ts";
import type { PurgeTarget } from "./purge-target.ts";
import { varnishTarget } from "./varnish.ts";

interface Taken {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let url: string;
let taken: Taken[] = [];
let reply: { status: number; headers?: Record<string, string>; body: string };

beforeAll(async () => {
  server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      taken.push({ line: `${req.method} ${req.url}`, headers: req.headers, body: Buffer.concat(chunks).toString() });
      if (reply.status > 0) res.writeHead(reply.status, reply.headers).end(reply.body);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  taken = [];
  reply = { status: 200, body: '{"success":true,"errors":[],"messages":[],"result":{"id":"z-1"}}' };
});

const PURGES = [
  { key: "match:a", version: 7 },
  { key: "match:b", version: undefined },
];
const targets: Record<string, () => PurgeTarget> = {
  varnish: () => varnishTarget(url),
  fastly: () => fastlyTarget({ apiUrl: url, serviceId: "s1", token: "f-token" }),
  cloudflare: () => cloudflareTarget({ apiUrl: url, zoneId: "z1", token: "c-token", callsPerSecond: 5 }),
};
const purge = async (name: string, signal = AbortSignal.timeout(20_000)) => targets[name]?.().purge(PURGES, signal);

describe("a purge", () => {
  it("asks Varnish for one match after the other, with the version of the last step", async () => {
    await purge("varnish");
    expect(taken).toMatchObject([
      { line: "PURGE /", headers: { "surrogate-key": "match:a", "touchline-match-version": "7" } },
      { line: "PURGE /", headers: { "surrogate-key": "match:b" } },
    ]);
    expect(taken[1]?.headers).not.toHaveProperty("touchline-match-version");
  });

  it("asks Fastly for a soft purge of all keys in one call", async () => {
    await purge("fastly");
    expect(taken).toMatchObject([
      {
        line: "POST /service/s1/purge",
        headers: { "fastly-key": "f-token", "fastly-soft-purge": "1", "surrogate-key": "match:a match:b" },
        body: "",
      },
    ]);
  });

  it("asks Cloudflare for all tags in one call", async () => {
    await purge("cloudflare");
    expect(taken).toMatchObject([
      {
        line: "POST /zones/z1/purge_cache",
        headers: { authorization: "Bearer c-token", "content-type": "application/json" },
        body: '{"tags":["match:a","match:b"]}',
      },
    ]);
    expect(targets["cloudflare"]?.().maxKeys).toBe(30);
  });

  it("has failed at Cloudflare when the answer does not say success", async () => {
    for (const body of ['{"success":false,"errors":[{"code":1134}]}', "<html>", ""]) {
      reply = { status: 200, body };
      await expect(purge("cloudflare")).rejects.toThrow("Cloudflare, without success, answered 200");
    }
  });

  it.each(Object.keys(targets))("of %s fails with the status, and with how long to wait", async (name) => {
    reply = { status: 429, headers: { "retry-after": "3" }, body: "slow down" };
    await expect(purge(name)).rejects.toMatchObject({ name: "PurgeError", status: 429, retryAfterMs: 3_000 });
    reply = { status: 503, body: "" };
    await expect(purge(name)).rejects.toMatchObject({ status: 503, retryAfterMs: undefined });
  });

  it.each(Object.keys(targets))("of %s ends at its deadline when nothing answers", async (name) => {
    reply = { status: 0, body: "" };
    await expect(purge(name, AbortSignal.timeout(50))).rejects.toThrow(/timeout/);
  });
});
