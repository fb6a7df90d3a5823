import type { Severity } from "@touchline/domain";

/** Facts of the model world, and the markets that read them. Real ids, so that every step goes through the real code. */
export const FACTS = ["score", "corners", "weather"] as const;
export type ModelFact = (typeof FACTS)[number];

export const MARKETS: Readonly<Record<string, Readonly<Partial<Record<ModelFact, Severity>>>>> = {
  match_result: { score: "hard" },
  corners_over_under_9_5: { corners: "soft" },
  both_teams_to_score: { score: "hard", weather: "soft" },
  over_under_2_5: { score: "hard", corners: "soft", weather: "soft" },
};
export const MARKET_IDS = Object.keys(MARKETS);
export const MODEL_VARIANTS = ["default", "decimal-105"] as const;
export type ModelVariant = (typeof MODEL_VARIANTS)[number];

export interface ModelEntry {
  readonly value: string;
  readonly seen: number;
  readonly refresh: number;
}

/** What a worker knows after `begin`: the version it saw, and the values it would compute from what it saw. */
export interface ModelRefresh {
  readonly number: number;
  readonly seen: number;
  readonly values: Readonly<Record<string, string>>;
  readonly due: Readonly<Record<ModelVariant, readonly string[]>>;
  /** The only markets that the worker is given; undefined when it is given all. */
  readonly given: readonly string[] | undefined;
  readonly requests: Readonly<Partial<Record<ModelVariant, number>>>;
}

/** A commit counts only for a refresh that is remembered, and only once. */
const BEGINS_REMEMBERED = 16;

/** What a step does besides changing facts. */
export interface Happening {
  readonly settles?: string;
  readonly reopens?: string;
  readonly clockMoved?: boolean;
}

/** What a commit must answer. */
export interface ExpectedCommit {
  readonly stored: number;
  readonly extended: number;
  readonly overtaken: number;
  readonly late: number;
  readonly settled: number;
  readonly foreign: number;
}

/**
 * The protocol in a hundred lines of plain data, without Redis, Lua or keys: an independent statement of what the scripts
 * must do. A market's true value is the list of the versions of the facts that it reads.
 */
export class ReferenceMatch {
  version = 0;
  readonly facts: Record<ModelFact, number> = { score: 0, corners: 0, weather: 0 };
  readonly required = new Map<string, { version: number; hardVersion: number }>();
  readonly settled = new Set<string>();
  readonly entries: Record<ModelVariant, Map<string, ModelEntry>> = { default: new Map(), "decimal-105": new Map() };
  readonly requests: Partial<Record<ModelVariant, number>> = {};
  /** Requests so far. */
  wishes = 0;
  refreshes = 0;
  /** Refreshes begun and not yet committed, newest first. */
  readonly #begins: ModelRefresh[] = [];
  due = 0;
  /** Dirty markers: market → version that touched it; `*` stands for everything. */
  readonly touched = new Map<string, number>();

  /** The true value of a market now. */
  valueOf(market: string): string {
    return Object.keys(MARKETS[market] ?? {})
      .map((fact) => this.facts[fact as ModelFact])
      .join(".");
  }

  /** Markets that a change of `facts` touches, open ones only. */
  touchedBy(facts: readonly ModelFact[]): { market: string; severity: Severity }[] {
    return MARKET_IDS.flatMap((market) => {
      const reads = MARKETS[market] ?? {};
      const severities = facts.flatMap((fact) => reads[fact] ?? []);
      if (severities.length === 0 || this.settled.has(market)) return [];
      return [{ market, severity: severities.includes("hard") ? ("hard" as const) : ("soft" as const) }];
    });
  }

  apply(facts: readonly ModelFact[], { settles, reopens, clockMoved = false }: Happening): void {
    this.version++;
    for (const fact of facts) this.facts[fact] = this.version;
    if (reopens) this.settled.delete(reopens);
    if (settles) this.settled.add(settles);
    const touched = this.touchedBy(facts).map(({ market, severity }) => ({
      market,
      hard: severity === "hard" || market === reopens,
    }));
    if (reopens && !touched.some(({ market }) => market === reopens)) touched.push({ market: reopens, hard: true });
    for (const { market, hard } of touched) {
      const before = this.required.get(market)?.hardVersion ?? 0;
      this.required.set(market, { version: this.version, hardVersion: hard ? this.version : before });
    }
    if (touched.length === 0 && !clockMoved) return;
    this.due = this.version;
    for (const field of clockMoved ? ["*"] : touched.map(({ market }) => market)) this.touched.set(field, this.version);
  }

  begin(): ModelRefresh {
    const values = Object.fromEntries(MARKET_IDS.map((market) => [market, this.valueOf(market)]));
    const isAllGiven = this.due === 0 || this.touched.has("*") || Object.keys(this.requests).length > 0;
    const given = isAllGiven ? MARKET_IDS : [...this.touched.keys()];
    const dueOf = (variant: ModelVariant): string[] =>
      MARKET_IDS.filter((market) => {
        if (!given.includes(market)) return false;
        const entry = this.entries[variant].get(market);
        return !this.settled.has(market) && (!entry || entry.seen < (this.required.get(market)?.version ?? Infinity));
      });
    const refresh = {
      number: ++this.refreshes,
      seen: this.version,
      values,
      due: { default: dueOf("default"), "decimal-105": dueOf("decimal-105") },
      given: isAllGiven ? undefined : given.toSorted(),
      requests: { ...this.requests },
    };
    this.#begins.unshift(refresh);
    this.#begins.splice(BEGINS_REMEMBERED);
    return refresh;
  }

  commit(refresh: ModelRefresh): ExpectedCommit {
    const result = { stored: 0, extended: 0, overtaken: 0, late: 0, settled: 0, foreign: 0 };
    const index = this.#begins.indexOf(refresh);
    if (index < 0) return { ...result, foreign: MODEL_VARIANTS.flatMap((variant) => refresh.due[variant]).length };
    this.#begins.splice(index, 1);
    for (const variant of MODEL_VARIANTS)
      for (const market of refresh.due[variant]) {
        const entry = this.entries[variant].get(market);
        const value = refresh.values[market] ?? "";
        if (this.settled.has(market)) result.settled++;
        else if ((this.required.get(market)?.version ?? 0) > refresh.seen) result.overtaken++;
        else if (entry && entry.refresh > refresh.number) result.late++;
        else {
          result[entry?.value === value ? "extended" : "stored"]++;
          this.entries[variant].set(market, { value, seen: refresh.seen, refresh: refresh.number });
        }
      }
    for (const variant of MODEL_VARIANTS)
      if (refresh.requests[variant] !== undefined && this.requests[variant] === refresh.requests[variant])
        delete this.requests[variant];
    for (const [field, version] of this.touched) if (version <= refresh.seen) this.touched.delete(field);
    if (result.overtaken === 0 && this.due <= refresh.seen) this.due = 0;
    return result;
  }

  request(variant: ModelVariant): void {
    this.requests[variant] = ++this.wishes;
  }

  evict(variant: ModelVariant): void {
    this.entries[variant].clear();
  }

  /** Whether a refresh must be enqueued. */
  get unfinished(): boolean {
    return this.due > 0 || Object.keys(this.requests).length > 0;
  }
}
