import { createHash, randomBytes } from "node:crypto";
import { type KeyRequest, KeyScope, type ListedKey } from "@touchline/contract";
import type { Logger } from "@touchline/platform";
import { z } from "zod";
import { ApiError } from "../http/problems.ts";
import { type Identity, OPEN } from "./identity.ts";

/** The part of a connection to the store that is used here. */
interface KeyRedis {
  hgetall(key: string): Promise<Record<string, string>>;
  hsetnx(key: string, field: string, value: string): Promise<number>;
  hdel(key: string, field: string): Promise<number>;
}

interface KeyRingOptions {
  readonly redis: KeyRedis;
  readonly prefix: string;
  /** Keys from the environment: they may do everything. */
  readonly configured: readonly string[] | undefined;
  /** Bounds what is asked of the store. @throws ApiError `store_unavailable` */
  readonly ask: <T>(what: string, run: () => Promise<T>) => Promise<T>;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
}

const LOOK_EVERY_MS = 1_000;
const MAX_KEYS = 1_000;
/** 256 random bits: nobody guesses them, so a plain digest protects them as well as a slow one would. */
const SECRET_BYTES = 32;

const StoredKey = z.object({
  digest: z.string(),
  scopes: z.array(KeyScope),
  matchPrefix: z.string().optional(),
  createdAt: z.string(),
  createdBy: z.string(),
});
type StoredKey = z.infer<typeof StoredKey>;

/**
 * Who has which key. Keys live in the store as digests, by name, and every process looks once a second, so one that was
 * created or revoked counts everywhere within two. While the store does not answer, those of the last look count.
 */
export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #configured: ReadonlyMap<string, Identity>;
  readonly #timer: NodeJS.Timeout;
  #stored = new Map<string, StoredKey>();
  #byDigest = new Map<string, Identity>();
  #known = false;

  private constructor(options: KeyRingOptions) {
    this.#options = options;
    this.#configured = new Map(
      (options.configured ?? []).map((key, index) => [
        digestOf(key),
        { name: `${CONFIGURED}${index + 1}`, scopes: OPEN.scopes },
      ]),
    );
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Resolves after the first look, whether or not the store answered. */
  static async open(options: KeyRingOptions): Promise<KeyRing> {
    const ring = new KeyRing(options);
    await ring.look();
    return ring;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Whether no key exists, so that none is needed. */
  get isOpen(): boolean {
    return this.#known && this.#configured.size === 0 && this.#stored.size === 0;
  }

  /** @throws ApiError `store_unavailable` when the key may be a stored one and none could be read yet */
  identify(key: string): Identity | undefined {
    const digest = digestOf(key);
    const identity = this.#configured.get(digest) ?? this.#byDigest.get(digest);
    if (!identity && !this.#known) throw new ApiError("store_unavailable", { retryAfterSeconds: 1 });
    return identity;
  }

  /** Reads the keys anew. Never rejects. */
  async look(): Promise<void> {
    const { redis, ask, log } = this.#options;
    try {
      this.#take(await ask("reading keys", async () => redis.hgetall(this.#key)));
    } catch (err) {
      log.debug({ err }, "keys not read; those of the last look count");
    }
  }

  /** @returns the key's text, which is nowhere else   @throws ApiError `key_exists`, `too_many_keys` */
  async create({ name, scopes, matchPrefix }: KeyRequest, by: Identity): Promise<ListedKey & { key: string }> {
    const { redis, ask, now } = this.#options;
    await this.look();
    if (name.startsWith(CONFIGURED) || name === OPEN.name) throw new ApiError("key_exists", { detail: RESERVED });
    if (this.#stored.size >= MAX_KEYS) throw new ApiError("too_many_keys", { detail: `at most ${MAX_KEYS}` });
    const key = `tlk_${randomBytes(SECRET_BYTES).toString("base64url")}`;
    const createdAt = new Date(now()).toISOString();
    const stored: StoredKey = { digest: digestOf(key), scopes, matchPrefix, createdAt, createdBy: by.name };
    const isNew = await ask("storing a key", async () => redis.hsetnx(this.#key, name, JSON.stringify(stored)));
    if (isNew !== 1)
      throw new ApiError("key_exists", { detail: `revoke the key ${name} first, or choose another name` });
    await this.look();
    return { ...listed(name, stored), key };
  }

  async list(): Promise<ListedKey[]> {
    const { redis, ask } = this.#options;
    this.#take(await ask("reading keys", async () => redis.hgetall(this.#key)));
    return [...this.#stored].map(([name, stored]) => listed(name, stored)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @returns whether there was one */
  async revoke(name: string): Promise<boolean> {
    const { redis, ask } = this.#options;
    const count = await ask("revoking a key", async () => redis.hdel(this.#key, name));
    await this.look();
    return count > 0;
  }

  get #key(): string {
    return `${this.#options.prefix}:keys`;
  }

  #take(hash: Readonly<Record<string, string>>): void {
    const read = Object.entries(hash).flatMap(([name, text]): [string, StoredKey][] => {
      const stored = StoredKey.safeParse(jsonOrUndefined(text));
      return stored.success ? [[name, stored.data]] : [];
    });
    this.#stored = new Map(read);
    this.#byDigest = new Map(
      read.map(([name, { digest, scopes, matchPrefix }]) => [digest, { name, scopes, matchPrefix }]),
    );
    this.#known = true;
  }
}

const CONFIGURED = "configured-";
const RESERVED = `names that begin with ${CONFIGURED}, and open, are taken`;

function listed(name: string, { scopes, matchPrefix, createdAt, createdBy }: StoredKey): ListedKey {
  return { id: name, name, scopes, matchPrefix: matchPrefix ?? null, createdAt, createdBy };
}

/** Digests are looked up, not compared letter by letter: how long that takes says nothing about any key. */
function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
