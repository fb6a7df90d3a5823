import type { Graph, ModelVariant } from "./model-events.ts";

/** What a worker knows after `begin`: the version it saw, and the values it would compute from what it saw. */
export interface ModelRefresh {
  readonly number: number;
  readonly seen: number;
  readonly graph: Graph;
  readonly values: Readonly<Record<string, string>>;
  readonly due: Readonly<Record<ModelVariant, readonly string[]>>;
  /** The only markets that the worker is given; undefined when it is given all. */
  readonly given: readonly string[] | undefined;
  readonly requests: Readonly<Partial<Record<ModelVariant, number>>>;
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
