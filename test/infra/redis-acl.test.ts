import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { type RunningService, type ServiceName, startService } from "../setup/services.ts";
import { doEverything } from "./everything.ts";
import { ROOT } from "./installation.ts";

const ROLES = ["queue", "store"] as const;
type Role = (typeof ROLES)[number];
const USERS = {
  queue: ["admin", "worker", "tag-manager", "api", "producer", "keda"],
  store: ["admin", "worker", "tag-manager", "api", "edge-purger"],
} as const satisfies Record<Role, readonly string[]>;

const passwordOf = (user: string): string => `${user} p*ssword`;
const API_KEY = "key-of-a-writer-of-tests";
const ADMIN_PASSWORD = "correct horse";

/** An ACL file as the operator makes it: every user with a password of its own. */
function aclFile(role: Role, env: Record<string, string> = passwords(USERS[role])): string {
  const script = join(ROOT, "infra/redis/users.sh");
  return execFileSync("sh", [script, join(ROOT, `infra/redis/${role}.acl`)], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    encoding: "utf8",
  });
}

/** The words of a user's line, such as `+hget`, those of its selectors for a few keys among them. */
function rightsOf(role: Role, user: string): readonly string[] {
  const lines = aclFile(role).split("\n");
  const words = lines.find((line) => line.startsWith(`user ${user} `))?.split(" ") ?? [];
  return words.map((word) => word.replace(/^\(/, ""));
}

function passwords(users: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    users.map((user) => [`REDIS_${user.toUpperCase().replaceAll("-", "_")}_PASSWORD`, passwordOf(user)]),
  );
}

let folder: string;
let servers: Record<Role, TestRedis>;
const connections: Redis[] = [];
const services: RunningService[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "touchline-acl-"));
  const started = await Promise.all(
    ROLES.map(async (role) => {
      const file = join(folder, `${role}.acl`);
      await writeFile(file, aclFile(role));
      return startRedis({ config: ["--aclfile", file] });
    }),
  );
  servers = { queue: started[0]!, store: started[1]! };
});
afterAll(async () => {
  await Promise.all(services.map(async (service) => service.kill()));
  for (const connection of connections) connection.disconnect();
  await Promise.all(Object.values(servers).map(async (server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

function urlOf(role: Role, user: string): string {
  return servers[role].url.replace("//", `//${user}:${encodeURIComponent(passwordOf(user))}@`);
}

/** A connection as a user, closed after the tests. */
function as(role: Role, user: string): Redis {
  const connection = new Redis(urlOf(role, user), {
    maxRetriesPerRequest: null,
    // The autoscaler's client asks for no INFO, and this user may not.
    enableReadyCheck: user !== "keda",
  });
  connections.push(connection);
  return connection;
}

async function start(name: ServiceName, env: Record<string, string> = {}): Promise<RunningService> {
  const service = await startService(name, {
    NODE_ENV: "production",
    API_KEYS: API_KEY,
    ADMIN_PASSWORD,
    QUEUE_REDIS_URL: urlOf("queue", name),
    STORE_REDIS_URL: urlOf("store", name),
    // What is lost is found soon; see test/faults.
    RECONCILE_INTERVAL_MS: "100",
    RECONCILE_PATIENCE_MS: "400",
    REFRESH_LEASE_MS: "4000",
    REFRESH_LOCK_MS: "1000",
    EVENT_LOCK_MS: "1000",
    STALLED_INTERVAL_MS: "250",
    ...env,
  });
  services.push(service);
  return service;
}

/** However a server says that a user may not: to a command, to a script, to a command in a script. */
const REFUSED = /NOPERM|ACL failure|can't (run|access)/;

/** What a server has refused since it started. */
async function refusals(role: Role): Promise<string[]> {
  const log = (await as(role, "admin").call("ACL", "LOG")) as string[][];
  return log.map((entry) => {
    const field = (name: string) => entry[entry.indexOf(name) + 1];
    return `${field("username")}: ${field("reason")} ${field("object")}`;
  });
}

describe("the users of the Redis servers", () => {
  it("may do whatever the services do: a whole installation, refused nothing", async () => {
    const [api, , worker] = await Promise.all([
      start("api"),
      start("tag-manager"),
      start("worker"),
      // Nothing listens there: this is about Redis.
      start("edge-purger", { VARNISH_URLS: "http://127.0.0.1:9" }),
    ]);
    const done = doEverything({
      api,
      apiKey: API_KEY,
      adminPassword: ADMIN_PASSWORD,
      worker,
      startWorker: async (env) => start("worker", env),
      producer: as("queue", "producer"),
      storeAdmin: as("store", "admin"),
      queueAdmin: as("queue", "admin"),
    });
    await done.catch(() => undefined);
    // Said first: whatever else went wrong probably follows from it.
    for (const role of ROLES) expect([role, await refusals(role)]).toEqual([role, []]);
    await done;
  });

  it("may do no more than that", async () => {
    const refused: [Role, string, string, ...string[]][] = [
      ...ROLES.flatMap((role): [Role, string, string, ...string[]][] =>
        ["worker", "tag-manager", "api"].flatMap((user): [Role, string, string, ...string[]][] => [
          [role, user, "FLUSHALL"],
          [role, user, "CONFIG", "GET", "*"],
          [role, user, "ACL", "LIST"],
          [role, user, "KEYS", "*"],
          [role, user, "MONITOR"],
          [role, user, "SHUTDOWN"],
          [role, user, "GET", "somebody-else:key"],
          [role, user, "PUBLISH", "somebody-else:channel", "x"],
        ]),
      ),
      // A tag-manager may look for the matches of a store whose list is lost.
      ...["queue worker", "queue tag-manager", "queue api", "store worker", "store api"].map(
        (who): [Role, string, string, ...string[]] => {
          const [role, user] = who.split(" ") as [Role, string];
          return [role, user, "SCAN", "0"];
        },
      ),
      // The truth is out of a worker's reach, also inside a script.
      ["store", "worker", "HDEL", "tl:{m-1}:log", "e1"],
      ["store", "worker", "HSET", "tl:{m-1}:facts", "score", "9"],
      ["store", "worker", "EVAL", "return redis.call('HGETALL', KEYS[1])", "1", "tl:{m-1}:log"],
      ["store", "worker", "EVAL", "return redis.call('HSET', 'tl:{m-1}:log', 'e1', '{}')", "0"],
      ["store", "api", "DEL", "tl:{m-1}:log"],
      ["store", "tag-manager", "DEL", "tl:{m-1}:log"],
      ["queue", "worker", "LPUSH", "bull:match-events:wait", "1"],
      ["queue", "api", "BZPOPMIN", "bull:refresh:marker", "1"],
      ["queue", "producer", "LPUSH", "bull:refresh:wait", "1"],
      ["queue", "producer", "LPUSH", "bull:dead-letters:wait", "1"],
      ["queue", "keda", "ZADD", "bull:refresh:prioritized", "1", "job"],
      ["queue", "keda", "LLEN", "bull:match-events:wait"],
    ];
    const connected = new Map<string, Redis>();
    for (const [role, user, command, ...args] of refused) {
      const name = `${role} ${user}`;
      const connection = connected.get(name) ?? as(role, user);
      connected.set(name, connection);
      const answer: unknown = await connection.call(command, ...args).catch((error: unknown) => String(error));
      expect([name, command, answer]).toEqual([name, command, expect.stringMatching(REFUSED)]);
    }
  });

  it("are shut out without a password, and nobody is let in without a user", async () => {
    const file = join(folder, "closed.acl");
    await writeFile(file, aclFile("queue", { REDIS_ADMIN_PASSWORD: "secret" }));
    const closed = await startRedis({ config: ["--aclfile", file] });
    const stranger = new Redis(closed.url, { enableReadyCheck: false, retryStrategy: () => null });
    stranger.on("error", () => undefined);
    const admin = new Redis(closed.url.replace("//", "//admin:secret@"));
    try {
      await expect(stranger.ping()).rejects.toThrow("NOAUTH");
      expect(await admin.call("ACL", "LIST")).toEqual(
        expect.arrayContaining([expect.stringMatching(/^user default off/), expect.stringMatching(/^user worker off/)]),
      );
    } finally {
      stranger.disconnect();
      admin.disconnect();
      await closed.stop();
    }
  });

  it("let the autoscaler count what waits, with a script like its own", async () => {
    const script = `
      local kind = redis.call('type', KEYS[1]).ok
      if kind == 'zset' then return redis.call('zcard', KEYS[1]) end
      return redis.call('llen', KEYS[1])`;
    const key = "bull:refresh:prioritized";
    const keda = as("queue", "keda");
    const admin = as("queue", "admin");
    // Else they go on enqueueing refreshes.
    await Promise.all(services.map(async (service) => service.kill()));
    await admin.del(key);
    expect(await keda.eval(script, 1, key)).toBe(0);
    await admin.zadd(key, 1, "one", 2, "two");
    expect(await keda.eval(script, 1, key)).toBe(2);
  });
});

describe("the ACL files", () => {
  it("follow the installation's key prefix, also on a cluster", () => {
    const text = aclFile("queue", { KEY_PREFIX: "cup", REDIS_MODE: "cluster" });
    expect(text).toContain("~{cup-bull}:refresh:* ");
    expect(aclFile("store", { KEY_PREFIX: "cup" })).toContain("&cup:changes &ping:*");
    expect(text).not.toMatch(/[~&](tl|bull):/);
  });

  it("hold no password in the clear", () => {
    for (const role of ROLES) expect(aclFile(role)).not.toContain("p*ssword");
  });

  it("allow whoever runs a script every command in it, whichever way it takes", async () => {
    const scripts = join(ROOT, "packages/cache/src/lua");
    const runBy: Readonly<Record<string, readonly string[]>> = {
      "apply-event": ["tag-manager", "api"],
      "begin-refresh": ["worker", "api"],
      "commit-refresh": ["worker", "api"],
      "abandon-refresh": ["worker", "api"],
      "claim-refresh": ["api"],
      "release-claim": ["api"],
      "delete-match": ["api", "tag-manager"],
      "request-refresh": ["api"],
      "read-predictions": ["api"],
      "read-together": ["api", "tag-manager"],
      reconcile: ["tag-manager"],
      "forget-match": ["tag-manager"],
      "match-index": ["tag-manager"],
      "prove-writable": ["api"],
      "put-graph": ["worker", "tag-manager", "api"],
      history: ["tag-manager", "api"],
      "change-message": ["tag-manager", "worker", "api"],
      "offer-sample": ["tag-manager"],
      "record-verification": ["worker"],
      "record-stats": ["tag-manager", "api", "worker"],
      requirements: ["tag-manager", "worker", "api"],
    };
    const found = (await readdir(scripts)).map((file) => file.replace(/\.lua$/, ""));
    expect(found.toSorted()).toEqual(Object.keys(runBy).toSorted());
    for (const name of found) {
      const text = await readFile(join(scripts, `${name}.lua`), "utf8");
      const called = [...text.matchAll(/redis\.p?call\('([A-Z]+)'/g)].map(
        ([, command = ""]) => `+${command.toLowerCase()}`,
      );
      expect(called).not.toEqual([]);
      for (const user of runBy[name] ?? []) {
        const missing = called.filter((right) => !rightsOf("store", user).includes(right));
        expect([name, user, missing]).toEqual([name, user, []]);
      }
    }
  });

  it("allow takers of jobs every command of the BullMQ scripts that they may come to", async () => {
    const entry = createRequire(import.meta.url).resolve("bullmq");
    const scripts = join(dirname(entry), "scripts");
    const reached =
      /^(add(Standard|Prioritized|Delayed)Job|move(ToActive|ToFinished|ToDelayed|StalledJobsToWait)|retryJob|extendLocks?|releaseLock|changePriority|getCounts|getRanges|getState(V2)?|isMaxed)-\d+\.js$/;
    const files = (await readdir(scripts)).filter((name) => reached.test(name));
    expect(files.length).toBeGreaterThan(12);
    const called = new Set<string>();
    for (const name of files)
      for (const [, command = ""] of (await readFile(join(scripts, name), "utf8")).matchAll(
        /(?:rcall|redis\.call)\(\s*["']([A-Za-z]+)/g,
      ))
        called.add(`+${command.toLowerCase()}`);
    for (const user of ["worker", "tag-manager"]) {
      const rights = rightsOf("queue", user);
      expect([...called].filter((command) => !rights.includes(command))).toEqual([]);
    }
  });
});
