import { type MatchStore, matchKeys, openMatchStore } from "@touchline/cache";
import type { Redis } from "ioredis";
import { loadScript, runScript } from "../../packages/cache/src/script.ts";
import type { ModelRedis } from "./model-connection.ts";
import { MODEL_VARIANTS } from "./model-events.ts";

const COPY = `
for i = 1, #KEYS, 2 do
  if redis.call('COPY', KEYS[i], KEYS[i + 1], 'REPLACE') == 0 then redis.call('DEL', KEYS[i + 1]) end
end`;

const SHIFT = `
for _, field in ipairs({'begunAt', 'dueAt', 'wantAt', 'needAt'}) do
  local at = redis.call('HGET', KEYS[1], field)
  if at then redis.call('HSET', KEYS[1], field, string.format('%d', at - ARGV[1])) end
end
local from, til, token = string.match(redis.call('HGET', KEYS[1], 'claim') or '', '^(%d+) (%d+) (%S+)$')
if from then
  redis.call('HSET', KEYS[1], 'claim', string.format('%d %d %s', from - ARGV[1], til - ARGV[1], token))
end`;
const forgetting = loadScript("forget-match");

/**
 * Servers that fail over, go back and are lost, played on one Redis: each is a key prefix, a replica is a copy of the
 * match's keys, and which history a server continues is said here, as `INFO replication` would say it.
 */
export class ModelServer {
  readonly #redis: ModelRedis;
  readonly prefix: string;
  readonly store: MatchStore;
  /** Replication id. */
  history = "0".repeat(40);
  #onClose: (() => void)[] = [];

  constructor(redis: ModelRedis, prefix: string) {
    this.#redis = redis;
    this.prefix = prefix;
    // What the store's operations use of a connection. (An object that inherits from it would slow every command down.)
    const view = {
      evalsha: redis.evalsha.bind(redis),
      eval: redis.eval.bind(redis),
      hmget: redis.hmget.bind(redis),
      xrangeBuffer: redis.xrangeBuffer.bind(redis),
      info: async () => `# Replication\r\nmaster_replid:${this.history}\r\n`,
      on: (_event: string, listener: () => void) => void this.#onClose.push(listener),
    } as unknown as Redis;
    this.store = openMatchStore(view, prefix);
  }

  /** What clients do when their connection closes: they forget which server it was. */
  closeConnections(): void {
    for (const listener of this.#onClose) listener();
  }

  keys(matchId: string, prefix = this.prefix): string[] {
    const { entries, ...truth } = matchKeys(prefix, matchId);
    return [...Object.values(truth), ...MODEL_VARIANTS.map((variant) => entries(variant))];
  }

  /** Makes the copy of the match that another prefix holds equal to the one of this prefix. */
  async copy(matchId: string, from: string, to: string): Promise<void> {
    const target = this.keys(matchId, to);
    const pairs = this.keys(matchId, from).flatMap((key, index) => [key, target[index] ?? ""]);
    await this.#redis.eval(COPY, pairs.length, ...pairs);
  }

  /** Deletes the match as a whole, by the protocol's own script. */
  async forget(matchId: string): Promise<void> {
    await runScript(this.store.redis, forgetting, this.keys(matchId), ["all"]);
  }

  async shiftClock(matchId: string, byMs: number): Promise<void> {
    await this.#redis.eval(SHIFT, 1, matchKeys(this.prefix, matchId).refresh, byMs);
  }

  async delete(matchId: string, ...prefixes: readonly string[]): Promise<void> {
    await this.#redis.unlink(...prefixes.flatMap((prefix) => this.keys(matchId, prefix)));
  }
}
