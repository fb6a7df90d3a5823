import type { MatchState } from "@touchline/domain";
import { matchKeys } from "../keys.ts";
import { parseHash, parseSettlement, type StoredSettlement } from "../records.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { parseRequirements, parseState, type VariantSnapshot, variantSnapshot } from "./snapshot.ts";

const script = loadScript("read-predictions");

/** One variant of a match at one moment: everything that the freshness policy needs. */
export interface PredictionSnapshot extends VariantSnapshot {
  readonly version: number;
  /** Number of the last published message that this snapshot includes. */
  readonly n: number;
  readonly state: MatchState;
  readonly settled: ReadonlyMap<string, StoredSettlement>;
}

/** Reads a variant of a match; undefined when the match is unknown. One round trip. */
export async function readPredictions(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  variant: string,
): Promise<PredictionSnapshot | undefined> {
  const keys = matchKeys(prefix, matchId);
  const reply = (await runScript(
    redis,
    script,
    [keys.match, keys.required, keys.settled, keys.entries(variant)],
    [],
  )) as Reply | null;
  if (!reply) return undefined;
  const [version, n, state, required, settled, entries] = reply;
  return {
    version,
    n,
    state: parseState(state),
    settled: parseHash(settled, parseSettlement),
    ...variantSnapshot(variant, entries, parseRequirements(required)),
  };
}

type Reply = [version: number, n: number, state: string, required: string[], settled: string[], entries: string[]];
