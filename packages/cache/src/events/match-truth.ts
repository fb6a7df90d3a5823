import {
  type Fold,
  foldLog,
  MatchEvent,
  type MatchState,
  NO_PAST,
  NOTHING_FOLDED,
  parsePastPrices,
  type PastPrices,
} from "@touchline/domain";
import { EPOCH_MARK, matchKeys } from "../keys.ts";
import { hashOf, readTogether } from "../reads/read-together.ts";
import { parseState } from "../reads/snapshot.ts";
import type { StoreRedis } from "../script.ts";

/** A match as the store knows it. Version 0 means that nothing is known yet. */
export interface MatchTruth extends Fold, StepMark {
  /** Replication id of the master that the last step was made on; empty where the server does not tell. */
  readonly history: string;
  /** What the store derived from the log; undefined in memory, which keeps only what it folded itself. */
  readonly stored?:
    | {
        /** Folded by the build that applied the last step; another build may fold otherwise. */
        readonly state: MatchState;
        /** Markets with a settlement. */
        readonly settled: ReadonlySet<string>;
      }
    | undefined;
}

/** Which step of which existence of a match: equal versions alone may be of two histories. */
export interface StepMark {
  readonly version: number;
  /** Changes whenever the match begins anew and whenever its history may have been broken; empty at version 0. */
  readonly epoch: string;
  /** Token of the last step; empty at version 0. */
  readonly step: string;
}

export const UNKNOWN_MATCH: MatchTruth = { ...NOTHING_FOLDED, version: 0, epoch: "", step: "", history: "" };

/**
 * The log of a known match is lost, of another existence of the match, or holds what is no event: nothing can be made
 * from it, and nothing may be guessed.
 */
export class TruthIncompleteError extends Error {
  constructor(matchId: string, what = "is lost", options?: ErrorOptions) {
    super(
      `the log of match ${matchId} ${what}: its events have to be sent again once the match has been deleted`,
      options,
    );
    this.name = "TruthIncompleteError";
  }
}

/** Reads which step the match is at; version 0 when it is unknown. One round trip. */
export async function readStepMark(redis: StoreRedis, prefix: string, matchId: string): Promise<StepMark> {
  const [version, epoch, step] = await redis.hmget(matchKeys(prefix, matchId).match, "version", "epoch", "step");
  return { version: Number(version ?? 0), epoch: epoch ?? "", step: step ?? "" };
}

/** Undefined where the text is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a match's log and version at one moment and folds it.
 * @throws TruthIncompleteError when the match has lost its log, or the log holds something that is no event
 */
export async function readTruth(redis: StoreRedis, prefix: string, matchId: string): Promise<MatchTruth> {
  const keys = matchKeys(prefix, matchId);
  const [match, flatLog, settled] = (await readTogether(redis, [
    ["hmget", keys.match, "version", "epoch", "step", "history", "state", "prices"],
    ["hgetall", keys.log],
    ["hkeys", keys.settled],
  ])) as [(string | null)[], string[], string[]];
  const log = hashOf(flatLog);
  const [version, epoch, step, history, state, prices] = match;
  if (!version || !state) return UNKNOWN_MATCH;
  // A match of an older build has neither an epoch nor its mark.
  if (Object.keys(log).length === 0 || log[EPOCH_MARK] !== (epoch ?? undefined))
    throw new TruthIncompleteError(matchId);
  const events = new Map<string, MatchEvent>();
  for (const [key, text] of Object.entries(log)) {
    if (key === EPOCH_MARK) continue;
    const event = MatchEvent.safeParse(jsonOf(text));
    if (!event.success)
      throw new TruthIncompleteError(matchId, `holds ${key}, which is no event`, { cause: event.error });
    events.set(key, event.data);
  }
  return {
    ...foldLog(events, pastPricesOf(matchId, prices)),
    version: Number(version),
    epoch: epoch ?? "",
    step: step ?? "",
    history: history ?? "",
    stored: { state: parseState(state), settled: new Set(settled.filter((market) => market !== EPOCH_MARK)) },
  };
}

function pastPricesOf(matchId: string, text: string | null | undefined): PastPrices {
  if (text === null || text === undefined) return NO_PAST;
  try {
    return parsePastPrices(text);
  } catch (error) {
    throw new TruthIncompleteError(matchId, "lacks what was kept of its older prices", { cause: error });
  }
}
