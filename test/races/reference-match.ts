import type { InvalidationPlan } from "@touchline/domain";
import {
  foldModel,
  type Graph,
  isModelListed,
  MARKET_IDS,
  MODEL_VARIANTS,
  type ModelEvent,
  type ModelFold,
  type ModelVariant,
  valueOf,
} from "./model-events.ts";
import type { ExpectedCommit, ModelRefresh } from "./model-refresh.ts";

interface ModelEntry {
  readonly value: string;
  readonly seen: number;
  readonly refresh: number;
}

/** A commit counts only for a refresh that is remembered, and only once. */
const BEGINS_REMEMBERED = 16;

/** Keys that only a renewal makes anew; `log` it cannot. Entries are not truth, and without `match` nothing counts. */
export const TRUTH_KEYS = ["log", "facts", "required", "settled", "refresh", "touched", "feed"] as const;
export type TruthKey = (typeof TRUTH_KEYS)[number];

/**
 * One history of a match as one master has it, in plain data, without Redis, Lua or keys: an independent statement of
 * what the scripts must do. A failover replaces it by an older clone of itself.
 */
export class ReferenceMatch {
  /** 0: the match is unknown. */
  version = 0;
  /** As the store gave it. */
  epoch = "";
  /** Number of the last message. */
  n = 0;
  /** Of the master that took the last step. */
  history = "";
  graph: Graph = "a";
  isMixed = false;
  /** Version at which the match was last passed on as a whole; 0 when an event has followed. */
  adopted = 0;
  log: ModelEvent[] = [];
  fold: ModelFold = foldModel([]);
  /** When each event was applied in this history: for how long a reader may not know of it. */
  appliedAt = new Map<number, number>();
  lost = new Set<TruthKey>();
  required = new Map<string, { version: number; hardVersion: number }>();
  settled = new Set<string>();
  entries: Record<ModelVariant, Map<string, ModelEntry>> = { default: new Map(), "decimal-105": new Map() };
  requests: Partial<Record<ModelVariant, number>> = {};
  /** Requests so far. */
  wishes = 0;
  refreshes = 0;
  /** Refreshes begun and not yet committed, newest first. A clone remembers the very same ones. */
  begins: ModelRefresh[] = [];
  claim: string | undefined;
  /**
   * By how much the store's clock has jumped since the claim, milliseconds: more than it lasts, either way, ends it.
   */
  claimShiftMs = 0;
  due = 0;
  /** Dirty markers: market → version that touched it; `*` stands for everything. */
  touched = new Map<string, number>();

  clone(): ReferenceMatch {
    const clone = Object.assign(new ReferenceMatch(), this);
    clone.log = [...this.log];
    clone.appliedAt = new Map(this.appliedAt);
    clone.lost = new Set(this.lost);
    clone.required = new Map(this.required);
    clone.settled = new Set(this.settled);
    clone.entries = { default: new Map(this.entries.default), "decimal-105": new Map(this.entries["decimal-105"]) };
    clone.requests = { ...this.requests };
    clone.begins = [...this.begins];
    clone.touched = new Map(this.touched);
    return clone;
  }

  /** Whether the match is known and nothing of it may be believed as it is. */
  isUnproven(history: string): boolean {
    return this.version > 0 && (this.history !== history || this.lost.size > 0);
  }

  has(event: ModelEvent): boolean {
    return this.log.includes(event);
  }

  /** A new existence of the log: all that was derived from an older one is gone. */
  #beginAnew(): void {
    const { version, n, log, fold, appliedAt } = this;
    Object.assign(this, new ReferenceMatch(), { version, n, log, fold, appliedAt });
  }

  renew(plan: InvalidationPlan, graph: Graph, history: string): void {
    this.#beginAnew();
    this.#step(plan, { full: true, graph, history });
    this.adopted = 0;
  }

  apply(
    event: ModelEvent | undefined,
    step: { plan: InvalidationPlan; full: boolean; graph: Graph; history: string; at: number },
  ): void {
    if (this.version === 0) this.#beginAnew();
    if (event) {
      this.log.push(event);
      this.fold = foldModel(this.log);
      this.appliedAt.set(event.id, step.at);
    }
    // What an event means to a price of another build, nobody can tell but that build.
    if (event && this.adopted > 0) {
      for (const [market, required] of this.required)
        this.required.set(market, { ...required, hardVersion: Math.max(required.hardVersion, this.adopted) });
      this.adopted = 0;
    }
    const isFirst = this.version === 0;
    this.#step(step.plan, step);
    if (step.full && !isFirst) this.adopted = this.version;
  }

  #step(
    plan: InvalidationPlan,
    { full, graph, history }: { readonly full: boolean; readonly graph: Graph; readonly history: string },
  ): void {
    this.version++;
    this.history = history;
    this.graph = graph;
    if (full) this.isMixed = false;
    for (const { market, severity } of plan.touched) {
      const before = this.required.get(market)?.hardVersion ?? 0;
      this.required.set(market, {
        version: this.version,
        hardVersion: severity === "hard" ? this.version : before,
      });
    }
    for (const { market } of plan.collected)
      this.required.set(market, { version: this.version, hardVersion: this.version });
    for (const market of plan.reopened) this.settled.delete(market);
    for (const { market } of plan.settled) this.settled.add(market);
    if (plan.touched.length === 0 && !plan.clockMoved) return;
    this.due = this.version;
    const fields = full || plan.clockMoved ? ["*"] : plan.touched.map(({ market }) => market);
    for (const field of fields) this.touched.set(field, this.version);
  }

  /** Why no refresh can begin; undefined when one can. */
  whyNoBegin(claim?: string): "unknown_match" | "incomplete" | "claimed" | undefined {
    if (this.version === 0) return "unknown_match";
    if ((["required", "settled", "refresh", "touched"] as const).some((key) => this.lost.has(key))) return "incomplete";
    return this.isClaimed && this.claim !== claim ? "claimed" : undefined;
  }

  get isClaimed(): boolean {
    return this.claim !== undefined && this.claimShiftMs === 0;
  }

  begin(graph: Graph): ModelRefresh {
    const isAllGiven = this.due === 0 || this.touched.has("*") || Object.keys(this.requests).length > 0;
    const given = isAllGiven ? MARKET_IDS : [...this.touched.keys()];
    const dueOf = (variant: ModelVariant): string[] =>
      given.filter((market) => {
        const entry = this.entries[variant].get(market);
        const isOld = !entry || entry.seen < (this.required.get(market)?.version ?? Infinity);
        return isOld && !this.settled.has(market) && isModelListed(this.fold, market);
      });
    const refresh = {
      number: ++this.refreshes,
      seen: this.version,
      graph,
      values: Object.fromEntries(MARKET_IDS.map((market) => [market, valueOf(this.fold, market, graph)])),
      due: { default: dueOf("default"), "decimal-105": dueOf("decimal-105") },
      given: isAllGiven ? undefined : given.toSorted(),
      requests: { ...this.requests },
    };
    this.begins.unshift(refresh);
    this.begins.splice(BEGINS_REMEMBERED);
    return refresh;
  }

  abandon(refresh: ModelRefresh): void {
    this.begins = this.begins.filter((begun) => begun !== refresh);
  }

  /** Undefined when the match is gone or a key of its truth is lost. */
  commit(refresh: ModelRefresh): ExpectedCommit | undefined {
    const needed = ["required", "settled", "refresh", "touched", "feed"] as const;
    if (this.version === 0 || needed.some((key) => this.lost.has(key))) return undefined;
    const result = { stored: 0, extended: 0, overtaken: 0, late: 0, settled: 0, foreign: 0 };
    if (!this.begins.includes(refresh))
      return { ...result, foreign: MODEL_VARIANTS.flatMap((variant) => refresh.due[variant]).length };
    this.abandon(refresh);
    const isOther = refresh.graph !== this.graph;
    const isOutdated = isOther && refresh.seen < this.version;
    if (isOther && !isOutdated) this.isMixed = true;
    for (const variant of MODEL_VARIANTS)
      for (const market of refresh.due[variant]) {
        const entry = this.entries[variant].get(market);
        const value = refresh.values[market] ?? "";
        const required = this.required.get(market)?.version ?? 0;
        if (this.settled.has(market)) result.settled++;
        else if (isOutdated || required > refresh.seen) result.overtaken++;
        else if (entry && entry.refresh > refresh.number && entry.seen >= required) result.late++;
        else {
          result[entry?.value === value ? "extended" : "stored"]++;
          this.entries[variant].set(market, { value, seen: refresh.seen, refresh: refresh.number });
        }
      }
    for (const variant of MODEL_VARIANTS)
      if (refresh.requests[variant] !== undefined && this.requests[variant] === refresh.requests[variant])
        delete this.requests[variant];
    if (isOutdated) {
      this.due = this.version;
      this.touched.set("*", this.version);
    }
    for (const [field, version] of this.touched) if (version <= refresh.seen) this.touched.delete(field);
    if (result.overtaken === 0 && this.due <= refresh.seen) this.due = 0;
    return result;
  }

  /** @returns whether it was noted */
  request(variant: ModelVariant, isOfThisEpoch: boolean): boolean {
    if (this.version === 0 || this.lost.has("refresh")) return false;
    if (isOfThisEpoch) this.requests[variant] = ++this.wishes;
    return true;
  }

  /** Whether a market that is offered has no price at all. */
  lacksEntries(variant: ModelVariant): boolean {
    return MARKET_IDS.some(
      (market) => !this.entries[variant].has(market) && !this.settled.has(market) && isModelListed(this.fold, market),
    );
  }

  /** Whether a refresh must be enqueued. */
  get unfinished(): boolean {
    return this.due > 0 || Object.keys(this.requests).length > 0;
  }
}
