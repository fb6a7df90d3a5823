import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import {
  closeRedis,
  createLogger,
  Health,
  loadConfig,
  Metrics,
  openRedis,
  parseConfig,
  type RedisClient,
} from "@touchline/platform";
import type { z } from "zod";
import { testPrefix } from "../../../../test/setup/redis.ts";
import { TestClock } from "../../../../test/setup/test-clock.ts";
import { type Api, createApi } from "../app.ts";
import { type ApiConfig, apiSettings, checkApiConfig } from "../settings.ts";

/** A running api on a real Redis, under keys of its own. */
export interface ApiFixture extends AsyncDisposable {
  readonly api: Api;
  readonly config: ApiConfig;
  readonly url: string;
  /** The wall clock of this api and of all that are started beside it. */
  readonly clock: TestClock;
  readonly store: RedisClient;
  /** A connection like the api's own, for tests that play the other services. */
  readonly queue: RedisClient;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  send(method: string, path: string, body?: Body, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  /**
   * Value of a metric of this api, 0 when it has never been counted: `reads_total{status="fresh"}` without the prefix.
   */
  metric(series: string): Promise<number>;
}

type Body = string | Buffer | object;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  json(): Record<string, unknown>;
  /** The body as what `schema` says; throws when it is something else. */
  as<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
}

export interface ApiFixtureOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly redisUrl?: string;
  readonly random?: () => number;
  /** Another api on the same keys. */
  readonly beside?: ApiFixture;
}

const log = createLogger({ service: "api-test", level: "silent" });

export async function startApi(options: ApiFixtureOptions = {}): Promise<ApiFixture> {
  const redisUrl = options.redisUrl ?? loadConfig({}, { argv: [] }).REDIS_URL;
  const env = {
    NODE_ENV: "test",
    PORT: "0",
    // Tests that step through the store look at the store; those of the memory turn it on.
    L1_MAX_BYTES: "0",
    // Far beyond any pause of the machine. Tests of what waits in the queue set their own.
    APPLY_LAG_MAX_MS: "600000",
    // Far beyond any pause of the machine. Tests of what happens at the deadline set their own.
    REDIS_TIMEOUT_MS: "20000",
    REDIS_URL: options.beside?.config.REDIS_URL ?? redisUrl,
    KEY_PREFIX: options.beside?.config.KEY_PREFIX ?? testPrefix(),
    ...options.env,
  };
  const config = parseConfig(apiSettings, env, { check: checkApiConfig });
  const shared = { mode: config.REDIS_MODE, log, commandTimeoutMs: config.REDIS_TIMEOUT_MS };
  const store = await openRedis({ ...shared, url: config.STORE_REDIS_URL, role: "store" });
  const subscriber = await openRedis({ ...shared, url: config.STORE_REDIS_URL, role: "subscriber" });
  const queue = await openRedis({ ...shared, url: config.QUEUE_REDIS_URL, role: "queue" });
  const registry = new Metrics({ processMetrics: false });
  const clock = options.beside?.clock ?? new TestClock();
  const api = await createApi({
    config,
    log,
    registry,
    health: new Health({ log }),
    redis: { store, subscriber, queue },
    now: clock.read,
    machineClock: Date.now,
    // Far beyond any pause of the machine: what a test asked for is asked again only once it was answered.
    unansweredMs: 600_000,
    ...(options.random ? { random: options.random } : {}),
  });
  const url = `http://127.0.0.1:${api.port}`;
  return {
    api,
    config,
    url,
    clock,
    store,
    queue,
    get: async (path, headers = {}) => exchange(url, "GET", path, undefined, headers),
    send: async (method, path, body, headers = {}) => exchange(url, method, path, body, headers),
    async metric(series) {
      api.context.l1.count();
      const text = await registry.registry.metrics();
      const line = text.split("\n").find((candidate) => candidate.startsWith(`touchline_${series} `));
      return Number(line?.split(" ").at(-1) ?? 0);
    },
    async [Symbol.asyncDispose]() {
      await api.close();
      await Promise.all([store, subscriber, queue].map(async (client) => closeRedis(client)));
    },
  };
}

/** Plain HTTP: `fetch` adds headers of its own to conditional requests, and normalises paths. */
async function exchange(
  url: string,
  method: string,
  path: string,
  body: Body | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  const { hostname, port } = new URL(url);
  const plain = typeof body === "string" || Buffer.isBuffer(body) || body === undefined;
  const outgoing = request({
    hostname,
    port,
    method,
    path,
    agent: false,
    headers: plain ? headers : { "content-type": "application/json", ...headers },
  });
  outgoing.end(plain ? body : JSON.stringify(body));
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    text,
    json: () => JSON.parse(text) as Record<string, unknown>,
    as: (schema) => schema.parse(JSON.parse(text)),
  };
}
