import { matchKeys } from "../keys.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const claiming = loadScript("claim-refresh");
const releasing = loadScript("release-claim");

export interface RefreshClaim {
  /** Unique to this claim. */
  readonly token: string;
  /** The claim ends by itself after so long, milliseconds. */
  readonly lastsMs: number;
  /** How long a refresh under way counts as alive, milliseconds. */
  readonly leaseMs: number;
  /** Fingerprint of the dependency graph of the claimer's predictor. */
  readonly graphVersion: string;
  /** Of what the claimer has read; any by default. */
  readonly epoch?: string;
}

/** Whether a claim was made, and why not. */
export type ClaimResult =
  | "claimed"
  | "refreshing"
  | "claimed_elsewhere"
  | "other_graph"
  | "unknown_match"
  | "other_epoch";

const RESULTS: Readonly<Record<number, ClaimResult>> = {
  1: "claimed",
  0: "refreshing",
  [-1]: "claimed_elsewhere",
  [-2]: "other_graph",
  [-3]: "unknown_match",
  [-4]: "other_epoch",
};

/** Claims the refresh of a match for a process without a refresh job: one claim at a time, and none beside a worker. */
export async function claimRefresh(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  { token, lastsMs, leaseMs, graphVersion, epoch = "" }: RefreshClaim,
): Promise<ClaimResult> {
  const { match, refresh } = matchKeys(prefix, matchId);
  const args = [token, lastsMs, leaseMs, graphVersion, epoch];
  const reply = (await runScript(redis, claiming, [match, refresh], args)) as number;
  return RESULTS[reply] ?? "unknown_match";
}

/** Ends a claim. @returns whether the claim still held */
export async function releaseClaim(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  token: string,
): Promise<boolean> {
  return (await runScript(redis, releasing, [matchKeys(prefix, matchId).refresh], [token])) === 1;
}
