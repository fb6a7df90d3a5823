import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { withDeadline } from "@touchline/platform";
import { loadScript } from "../../../packages/cache/src/script.ts";
import { PATIENCE_MS } from "../../setup/patience.ts";
import type { TestRedis } from "../../setup/redis.ts";

interface Begun {
  readonly kind: "begun";
  readonly matchId: string;
  /** Number of the refresh. */
  readonly number: number;
}

interface Committed {
  readonly kind: "committed";
  readonly matchId: string;
  readonly number: number;
  /** Predictions handed in, over all variants. */
  readonly predictions: number;
}

export type RefreshStep = Begun | Committed;

/**
 * Watches the store carry out the begins and commits of all workers, in the order in which it does: what no process
 * can see by itself. To be opened before the first refresh, because refreshes are numbered from the first one on.
 */
export class RefreshWatch {
  readonly steps: RefreshStep[] = [];
  readonly #socket: Socket;
  readonly #begun = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket, prefix: string) {
    this.#socket = socket;
    const begin = scriptNamed("begin-refresh");
    const commit = scriptNamed("commit-refresh");
    const matchKey = new RegExp(`^${prefix}:\\{([^}]+)\\}:match$`);
    let called: (() => void) | undefined;
    createInterface(socket).on("line", (line) => {
      // A call shows before what its script does. One that found no script shows as well, and nothing follows it.
      if (BY_A_SCRIPT.test(line)) called?.();
      called = undefined;
      const [command = "", script = "", keys = "", key = "", ...rest] = wordsOf(line);
      const matchId = matchKey.exec(key)?.[1];
      if (!/^eval(sha)?$/i.test(command) || matchId === undefined) return;
      if (begin.has(script)) called = () => this.#take({ kind: "begun", matchId, number: this.#number(matchId) });
      if (commit.has(script))
        called = () => this.#take({ kind: "committed", matchId, ...commitOf(rest[Number(keys) - 1] ?? "") });
    });
  }

  static async open(store: TestRedis, prefix: string): Promise<RefreshWatch> {
    const socket = connect(store.port, "127.0.0.1");
    // Scenarios take the server away on purpose.
    socket.on("error", () => undefined);
    await withDeadline(once(socket, "connect"), PATIENCE_MS, "connecting to the store");
    const watch = new RefreshWatch(socket, prefix);
    // Spoken by hand: the client library loses count of replies when a busy server is asked for this.
    socket.write("MONITOR\r\n");
    await withDeadline(once(socket, "data"), PATIENCE_MS, "watching the store");
    return watch;
  }

  /** Until the refresh of this number has taken the step. @throws DeadlineError when it does not in time */
  async until<Kind extends RefreshStep["kind"]>(
    kind: Kind,
    matchId: string,
    number: number,
  ): Promise<RefreshStep & { readonly kind: Kind }> {
    const found = Promise.withResolvers<RefreshStep & { readonly kind: Kind }>();
    const look = (): void => {
      for (const step of this.steps)
        if (step.kind === kind && step.matchId === matchId && step.number === number)
          found.resolve(step as RefreshStep & { readonly kind: Kind });
    };
    this.#waiting.add(look);
    look();
    try {
      return await withDeadline(found.promise, PATIENCE_MS, `refresh ${number} of ${matchId} to be ${kind}`);
    } finally {
      this.#waiting.delete(look);
    }
  }

  /** Number of the last refresh of the match that has begun. */
  begunOf(matchId: string): number {
    return this.#begun.get(matchId) ?? 0;
  }

  /** Refreshes that began while another one of their match had begun and not ended. */
  get overlaps(): RefreshStep[] {
    const open = new Map<string, Set<number>>();
    return this.steps.filter(({ kind, matchId, number }) => {
      const numbers = open.get(matchId) ?? new Set();
      open.set(matchId, numbers);
      if (kind === "committed") return numbers.delete(number) && false;
      const overlaps = numbers.size > 0;
      numbers.add(number);
      return overlaps;
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #number(matchId: string): number {
    const number = this.begunOf(matchId) + 1;
    this.#begun.set(matchId, number);
    return number;
  }

  #take(step: RefreshStep): void {
    this.steps.push(step);
    for (const look of this.#waiting) look();
  }
}

const BY_A_SCRIPT = /^\+\d+\.\d+ \[\d+ lua\]/;

/** The script as a client may name it: by its text, or by its digest. */
function scriptNamed(name: string): ReadonlySet<string> {
  const { text, sha } = loadScript(name);
  return new Set([text, sha]);
}

/** The words of a monitored command, unquoted. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = ""]) =>
    Buffer.from(
      word.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_all, byte: string | undefined, letter: string) =>
        byte === undefined ? (ESCAPED[letter] ?? letter) : String.fromCharCode(Number.parseInt(byte, 16)),
      ),
      "latin1",
    ).toString(),
  );
}

const ESCAPED: Readonly<Record<string, string>> = { a: "\u0007", b: "\b", n: "\n", r: "\r", t: "\t" };

function commitOf(argument: string): { number: number; predictions: number } {
  const { number, variants } = JSON.parse(argument) as { number: number; variants: { entries: unknown[] }[] };
  return { number, predictions: variants.reduce((sum, { entries }) => sum + entries.length, 0) };
}
