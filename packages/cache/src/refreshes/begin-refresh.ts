import { BUILTIN_GRAPH, type MatchState, VARIANTS } from "@touchline/domain";
import { EPOCH_MARK, matchKeys } from "../keys.ts";
import { PANIC_MARKER, parseHash } from "../records.ts";
import { parseRefreshState } from "./refresh-state.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { newToken } from "../tokens.ts";
import { parseRequirements, parseState, type VariantSnapshot, variantSnapshot } from "../reads/snapshot.ts";

const script = loadScript("begin-refresh");

/** What a worker knows before it reads any input. Its commit is checked against `version`. */
export interface BegunRefresh {
  readonly outcome: "begun";
  /** Number and token together name this refresh: a store that has gone back gives a number twice. */
  readonly number: number;
  readonly token: string;
  readonly version: number;
  readonly epoch: string;
  /** Fingerprint of the dependency graph that it predicts by. */
  readonly graphVersion: string;
  readonly state: MatchState;
  /** The store's clock, milliseconds. */
  readonly now: number;
  /**
   * Since when something has been due or requested, milliseconds; a background request counts for 5 s. Undefined when
   * nothing is.
   */
  readonly dueSince: number | undefined;
  readonly settled: ReadonlySet<string>;
  /** Dirty markets, the only ones that this snapshot holds; undefined when it holds all markets. */
  readonly touched: ReadonlySet<string> | undefined;
  readonly variants: ReadonlyMap<string, VariantSnapshot>;
  /** Variants with a refresh request, and the number of its latest one. */
  readonly requests: ReadonlyMap<string, string>;
  /** Blocking requests so far, as the store's text. The commit compares it to find those that came meanwhile. */
  readonly blockingRequests: string;
  /** The latest clock of the readers who have requested it, wall-clock milliseconds; 0 when none has reported. */
  readonly askedNow: number;
  /** When each variant was last read, milliseconds by the store's clock. */
  readonly lastAccess: ReadonlyMap<string, number>;
  /** What a refresh of each variant usually takes, milliseconds from enqueueing it to its commit. */
  readonly deltas: ReadonlyMap<string, number>;
}

/** Why no refresh has begun. Nothing is noted then. */
export type NotBegun =
  /** `incomplete`: a key of the match's truth is lost; a tag-manager makes it whole. */
  | { readonly outcome: "unknown_match" | "incomplete" }
  /** Another process claims the refresh, for so long altogether and for so long still, milliseconds. */
  | {
      readonly outcome: "claimed";
      readonly durationMs: number;
      readonly remainingMs: number;
      readonly token: string;
    };

export interface BeginOptions {
  /** Fingerprint of the predictor's dependency graph; this build's own by default. */
  readonly graphVersion?: string | undefined;
  /** Token of the caller's claim, beside which it may begin. */
  readonly claim?: string | undefined;
}

/**
 * A background request may have been left waiting on purpose under overload. Counted in full, that wait would make the
 * refresh look slow, and readers would refresh earlier after the overload.
 */
const LONGEST_REQUEST_MS = 5_000;

/** Opens a refresh. One round trip. */
export async function beginRefresh(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  { graphVersion = BUILTIN_GRAPH.version, claim: ownClaim }: BeginOptions = {},
): Promise<BegunRefresh | NotBegun> {
  const keys = matchKeys(prefix, matchId);
  const entryKeys = VARIANTS.map((variant) => keys.entries(variant.id));
  const token = newToken();
  const reply = (await runScript(
    redis,
    script,
    [keys.match, keys.required, keys.settled, keys.refresh, keys.touched, ...entryKeys],
    [PANIC_MARKER, token, ownClaim ?? "", ...VARIANTS.map(({ id }) => id)],
  )) as Reply | Refused | null;
  if (!reply) return { outcome: "unknown_match" };
  if (isRefused(reply)) {
    const [code, remainingMs, durationMs, claimToken] = reply;
    if (code === INCOMPLETE) return { outcome: "incomplete" };
    return { outcome: "claimed", durationMs, remainingMs, token: claimToken };
  }
  const [version, state, number, now, refreshFlat, requiredFlat, settled, touched, epoch, ...entries] = reply;
  const required = parseRequirements(requiredFlat);
  const { dueAt, requestedAt, blockingSince, blockingRequests, requests, lastAccess, deltas, askedNow } =
    parseRefreshState(parseHash(refreshFlat, (text) => text));
  return {
    outcome: "begun",
    number,
    token,
    version,
    epoch,
    graphVersion,
    state: parseState(state),
    now,
    dueSince: earliest(dueAt, blockingSince, requestedAt && Math.max(requestedAt, now - LONGEST_REQUEST_MS)),
    settled: new Set(settled.filter((market) => market !== EPOCH_MARK)),
    touched: touched ? new Set(touched) : undefined,
    variants: new Map(
      VARIANTS.map(({ id }, index) => [id, variantSnapshot(id, entries[index] ?? [], required, { epoch, version })]),
    ),
    askedNow,
    requests,
    blockingRequests,
    lastAccess,
    deltas,
  };
}

const INCOMPLETE = -2;
type Refused = [code: number, remainingMs: number, durationMs: number, claimToken: string];

function isRefused(reply: Reply | Refused): reply is Refused {
  return reply[0] < 0;
}

type Reply = [
  version: number,
  state: string,
  number: number,
  now: number,
  refresh: string[],
  required: string[],
  settled: string[],
  touched: string[] | null,
  epoch: string,
  ...entries: string[][],
];

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
