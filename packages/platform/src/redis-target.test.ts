import { describe, expect, it } from "vitest";
import { parseRedisTarget } from "./redis-target.ts";

describe("a Redis address", () => {
  it("of a single server", () => {
    expect(parseRedisTarget("redis://127.0.0.1", "single")).toEqual({
      mode: "single",
      node: { host: "127.0.0.1", port: 6379 },
      db: 0,
      tls: false,
    });
    expect(parseRedisTarget("rediss://app:p%40ss@[::1]:6390/3", "single")).toEqual({
      mode: "single",
      node: { host: "::1", port: 6390 },
      db: 3,
      tls: true,
      username: "app",
      password: "p@ss",
    });
  });

  it("of a cluster, with its nodes as a list or as whole URLs", () => {
    const nodes = [
      { host: "a", port: 7000 },
      { host: "b", port: 7001 },
    ];
    expect(parseRedisTarget("redis://:pw@a:7000,b:7001", "cluster")).toEqual({
      mode: "cluster",
      nodes,
      tls: false,
      password: "pw",
    });
    expect(parseRedisTarget("redis://a:7000,redis://b:7001", "cluster")).toEqual({
      mode: "cluster",
      nodes,
      tls: false,
    });
  });

  it("of sentinels, with the name of the master", () => {
    expect(parseRedisTarget("redis+sentinel://app:pw@a,b:2/main?sentinelPassword=s", "sentinel")).toEqual({
      mode: "sentinel",
      sentinels: [
        { host: "a", port: 26_379 },
        { host: "b", port: 2 },
      ],
      master: "main",
      tls: false,
      username: "app",
      password: "pw",
      sentinelPassword: "s",
    });
  });

  it.each([
    ["single", "localhost:6379"],
    ["single", "http://localhost"],
    ["single", "redis://a:1,b:2"],
    ["single", "redis://a:99999"],
    ["single", "redis://a/zero"],
    ["single", "redis://"],
    ["single", "redis+sentinel://a/main"],
    ["cluster", "redis://a:1,,b:2"],
    ["cluster", "redis://a:1/2"],
    ["sentinel", "redis://a:1/main"],
    ["sentinel", "redis+sentinel://a:1"],
    ["sentinel", "redis+sentinel://%zz:pw@a:1/main"],
  ] as const)("for %s is refused when it reads %s", (mode, url) => {
    expect(() => parseRedisTarget(url, mode)).toThrow(/must look like/);
  });
});
