import { type FactName, type Graph, VARIANTS, widenedGraph, type Widening } from "@touchline/domain";
import type { StoreRedis } from "../script.ts";
import {
  type GraphDocument,
  type KnownWidening,
  NO_GRAPH,
  putGraph,
  readGraph,
  readGraphRevision,
  type StoredGraph,
  type WideningSource,
} from "./graph-document.ts";

/** A fact that a market's computation was found to read. */
export interface FoundRead extends Widening {
  readonly source: WideningSource;
  readonly matchId: string;
}

export interface GraphInForceOptions {
  readonly redis: StoreRedis;
  readonly prefix: string;
  /**
   * The declared graph: by the settings, and by the published manifest where they ask for it.
   * @param manifest as it was published; null while there is none
   */
  readonly declared: (manifest: unknown) => Graph;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Called when another graph is in force, also where this process changed it. */
  readonly onChange?: (graph: Graph, before: Graph) => void;
  /** Called with each read that was not declared, by the process that found it. */
  readonly onWidened?: (found: FoundRead) => void;
  /** Called when the stored graph cannot be read; the last one stays. */
  readonly onError?: (error: unknown) => void;
}

const LOOK_MS = 1_000;
/** Each loss of a compare-and-set means that another process has made progress. */
const MOST_CONFLICTS = 100;

/**
 * The dependency graph in force: what is declared, and what markets were found to read beside. Every process asks here.
 * What one process finds is stored, so all the others go by it within a second; sooner where they meet a match that is
 * ahead of them, because its fingerprint names the widenings.
 */
export class GraphInForce {
  readonly #options: GraphInForceOptions;
  readonly #timer: NodeJS.Timeout;
  #stored: StoredGraph = NO_GRAPH;
  #declared: Graph;
  #current: Graph;
  #listeners: ((graph: Graph, before: Graph) => void)[] = [];

  private constructor(options: GraphInForceOptions) {
    this.#options = options;
    this.#declared = options.declared(null);
    this.#current = this.#declared;
    if (options.onChange) this.#listeners.push(options.onChange);
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  /** @throws whatever the store throws: without it nobody knows what markets read */
  static async open(options: GraphInForceOptions): Promise<GraphInForce> {
    const graph = new GraphInForce(options);
    try {
      await graph.reload();
    } catch (error) {
      graph.close();
      throw error;
    }
    return graph;
  }

  /** Take it once for each decision: it may be another one after any await. */
  get current(): Graph {
    return this.#current;
  }

  /** What is declared alone. */
  get declared(): Graph {
    return this.#declared;
  }

  get manifest(): unknown {
    return this.#stored.manifest;
  }

  /** In the order in which they were found. */
  get widened(): readonly KnownWidening[] {
    return this.#stored.widened;
  }

  onChange(listener: (graph: Graph, before: Graph) => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners = [];
  }

  /** Reads what is stored. A store that has lost it, by a failover, gets it back from here. */
  async reload(): Promise<Graph> {
    const { redis, prefix } = this.#options;
    const stored = await readGraph(redis, prefix);
    if (stored.revision >= this.#stored.revision) this.#take(stored);
    else await this.#change((document) => document, stored.revision);
    return this.#current;
  }

  /**
   * Widens the graph by reads that it does not have, for all processes. When it resolves they are stored: whoever plans
   * by an older graph from now on differs from it by its fingerprint.
   * @returns the graph with all of them
   */
  async widen(found: readonly FoundRead[]): Promise<Graph> {
    if (found.every((read) => this.#reads(read))) return this.#current;
    const at = this.#options.now();
    let added: readonly FoundRead[] = [];
    await this.#change((document) => {
      added = this.#unknownIn(document, found);
      return added.length === 0
        ? document
        : { ...document, widened: [...document.widened, ...added.map((read) => ({ ...read, at }))] };
    });
    for (const read of added) this.#options.onWidened?.(read);
    return this.#current;
  }

  /** Takes widenings back that have proved to be unused. Matches are passed to the narrower graph as to another build. */
  async narrow(unused: readonly Widening[]): Promise<void> {
    const keys = new Set(unused.map(keyOf));
    await this.#change((document) => withoutWidenings(document, (known) => keys.has(keyOf(known))));
  }

  /** Puts a manifest into force, for all processes. Widenings that it declares are widenings no more. */
  async publish(manifest: unknown): Promise<Graph> {
    const declared = this.#options.declared(manifest);
    await this.#change((document) =>
      JSON.stringify(document.manifest) === JSON.stringify(manifest)
        ? document
        : withoutWidenings({ ...document, manifest }, (known) => isDeclared(declared, known)),
    );
    return this.#current;
  }

  /**
   * What this graph has beyond older versions of itself: a step that touches what these widenings name is sound for a
   * match that was left at them. Undefined where one of them is no older version of it.
   */
  missingSince(versions: readonly string[]): readonly Widening[] | undefined {
    const { series, widened } = this.#stored;
    let first = widened.length;
    for (const version of versions) {
      const [base, at = "0.0"] = version.split("+");
      const [ofSeries, length] = at.split(".").map(Number);
      if (base !== this.#declared.version || ofSeries !== series || length === undefined || length > widened.length)
        return undefined;
      first = Math.min(first, length);
    }
    return widened.slice(first);
  }

  #reads(read: Widening): boolean {
    const market = this.#current.findMarket(read.market);
    return !market || VARIANTS.every((variant) => this.#current.reads(market, variant)[read.fact] !== undefined);
  }

  #unknownIn(document: GraphDocument, found: readonly FoundRead[]): FoundRead[] {
    const known = new Set(document.widened.map(keyOf));
    const declared = this.#options.declared(document.manifest);
    const added = new Map(found.map((read) => [keyOf(read), read]));
    return [...added.values()].filter(
      (read) => !known.has(keyOf(read)) && declared.findMarket(read.market) && !isDeclared(declared, read),
    );
  }

  async #change(change: (document: GraphDocument) => GraphDocument, lostFrom?: number): Promise<void> {
    const { redis, prefix } = this.#options;
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
      const read = lostFrom === undefined ? await readGraph(redis, prefix) : this.#stored;
      const changed = change(read);
      if (changed === read && lostFrom === undefined) return this.#take(read);
      const next = { ...changed, revision: read.revision + 1 };
      if (await putGraph(redis, prefix, lostFrom ?? read.revision, next)) return this.#take(next);
      if (lostFrom !== undefined) return;
    }
    throw new Error(`the dependency graph was changed by other processes ${MOST_CONFLICTS} times in a row`);
  }

  async #look(): Promise<void> {
    const { redis, prefix, onError } = this.#options;
    try {
      if ((await readGraphRevision(redis, prefix)) !== this.#stored.revision) await this.reload();
    } catch (error) {
      onError?.(error);
    }
  }

  #take(stored: StoredGraph): void {
    const before = this.#current;
    if (stored.revision < this.#stored.revision) return;
    const was = this.#stored;
    const isOther = JSON.stringify(stored.manifest) !== JSON.stringify(was.manifest);
    const declared = isOther ? this.#options.declared(stored.manifest) : this.#declared;
    this.#stored = stored;
    this.#declared = declared;
    const { series, widened } = stored;
    // Lists of one series only grow. The fingerprint itself is not worked out here: that takes as long as a start.
    if (!isOther && series === was.series && widened.length === was.widened.length) return;
    const isPlain = series === 0 && widened.length === 0;
    this.#current = isPlain ? declared : widenedGraph(declared, widened, `+${series}.${widened.length}`);
    for (const listener of this.#listeners) listener(this.#current, before);
  }
}

function withoutWidenings(document: GraphDocument, isGone: (known: KnownWidening) => boolean): GraphDocument {
  const widened = document.widened.filter((known) => !isGone(known));
  if (widened.length === document.widened.length) return document;
  return { ...document, widened, series: document.series + 1 };
}

function isDeclared({ findMarket, reads }: Graph, { market: id, fact }: Widening): boolean {
  const market = findMarket(id);
  return market !== undefined && VARIANTS.every((variant) => reads(market, variant)[fact] !== undefined);
}

function keyOf({ market, fact }: { readonly market: string; readonly fact: FactName }): string {
  return `${market} ${fact}`;
}
