import type { MatchState } from "@touchline/domain";
import { EPOCH_MARK, matchKeys } from "../keys.ts";
import { parseHash, parseRequirements, parseSettlement, type StoredSettlement } from "../records.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { parseState, type VariantSnapshot, variantSnapshot } from "./snapshot.ts";

const script = loadScript("read-predictions");

/** One variant of a match at one moment: everything that the freshness policy needs. */
export interface PredictionSnapshot extends VariantSnapshot {
  readonly version: number;
  /** Existence of the match that this is a snapshot of. Versions and numbers of two epochs cannot be compared. */
  readonly epoch: string;
  /** Replication id of the master that the last step was made on; empty where the server does not tell. */
  readonly history: string;
  /** Whether all keys of the match's truth are there. When not, no entry is proven current. */
  readonly isWhole: boolean;
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
    [
      keys.match,
      keys.required,
      keys.settled,
      keys.entries(variant),
      keys.log,
      keys.facts,
      keys.refresh,
      keys.touched,
      keys.feed,
    ],
    [],
  )) as Reply | null;
  if (!reply) return undefined;
  const [version, n, state, required, settled, entries, epoch, history, hasOthers] = reply;
  return {
    version,
    epoch,
    history,
    isWhole: epoch !== "" && hasOthers === 1 && markOf(required) === epoch && markOf(settled) === epoch,
    n,
    state: parseState(state),
    settled: parseHash(settled, parseSettlement),
    ...variantSnapshot(variant, entries, parseRequirements(required), { epoch, version }),
  };
}

function markOf(flat: readonly string[]): string | undefined {
  const mark = flat.indexOf(EPOCH_MARK);
  return mark < 0 ? undefined : flat[mark + 1];
}

type Reply = [
  version: number,
  n: number,
  state: string,
  required: string[],
  settled: string[],
  entries: string[],
  epoch: string,
  history: string,
  hasOthers: number,
];
