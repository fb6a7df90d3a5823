import { FACT_NAMES } from "@touchline/domain";
import { z } from "zod";
import { graphKey } from "../keys.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("put-graph");

/** Who found that a market reads a fact: the model's own recording, or a comparison in the background. */
export const WIDENING_SOURCES = ["recorded", "verified"] as const;
export type WideningSource = (typeof WIDENING_SOURCES)[number];

const KnownWidening = z.object({
  market: z.string(),
  fact: z.enum(FACT_NAMES),
  source: z.enum(WIDENING_SOURCES),
  /** Where it was found first. */
  matchId: z.string(),
  /** Wall-clock milliseconds. */
  at: z.number(),
});
export type KnownWidening = z.infer<typeof KnownWidening>;

const GraphDocument = z.object({
  /** The manifest in force as it was published; null while there is none. */
  manifest: z.unknown(),
  /** Raised whenever a widening is taken back: lists of one series only grow. */
  series: z.int().nonnegative(),
  widened: z.array(KnownWidening),
});

/** What all processes know of the graph beside the settings: one document in the store. */
export interface GraphDocument {
  readonly manifest: unknown;
  readonly series: number;
  readonly widened: readonly KnownWidening[];
}

export interface StoredGraph extends GraphDocument {
  /** Grows with every change; 0 before the first. */
  readonly revision: number;
}

export const NO_GRAPH: StoredGraph = { revision: 0, manifest: null, series: 0, widened: [] };

export async function readGraphRevision(redis: StoreRedis, prefix: string): Promise<number> {
  return Number((await redis.hget(graphKey(prefix), "revision")) ?? "0");
}

/** @returns `NO_GRAPH` before the first change   @throws z.ZodError when a later build has stored what this one cannot read */
export async function readGraph(redis: StoreRedis, prefix: string): Promise<StoredGraph> {
  const [revision, document] = await redis.hmget(graphKey(prefix), "revision", "document");
  if (revision == null || document == null) return NO_GRAPH;
  return { revision: Number(revision), ...GraphDocument.parse(JSON.parse(document)) };
}

/** Compare-and-set on the revision. @returns whether it was stored */
export async function putGraph(
  redis: StoreRedis,
  prefix: string,
  stored: number,
  { revision, ...document }: StoredGraph,
): Promise<boolean> {
  return (await runScript(redis, script, [graphKey(prefix)], [stored, revision, JSON.stringify(document)])) === 1;
}
