import { type MatchState, VARIANTS } from "@touchline/domain";
import { matchKeys } from "../keys.ts";
import { PANIC_MARKER, parseHash } from "../records.ts";
import { parseRefreshState } from "./refresh-state.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { parseRequirements, parseState, type VariantSnapshot, variantSnapshot } from "../reads/snapshot.ts";

const script = loadScript("begin-refresh");

/** What a worker knows before it reads any input. Its commit is judged against `version`. */
export interface BegunRefresh {
  readonly number: number;
  readonly version: number;
  readonly state: MatchState;
  /** The store's clock, milliseconds. */
  readonly now: number;
  /** Since when something has been due or wanted, milliseconds; what can wait counts for 5 s. Undefined when nothing is. */
  readonly dueSince: number | undefined;
  /** A claim that lasts, the claimer's own among them. */
  readonly claim: { readonly remainingMs: number; readonly token: string } | undefined;
  readonly settled: ReadonlySet<string>;
  /** Markets that events have touched, and the only ones that are told of; undefined when all markets are. */
  readonly touched: ReadonlySet<string> | undefined;
  readonly variants: ReadonlyMap<string, VariantSnapshot>;
  /** Variants whose readers wait or were served stale, with the number of the latest wish. */
  readonly wants: ReadonlyMap<string, string>;
  /** How often a refresh was needed so far: tells a commit whether it was needed once more meanwhile. */
  readonly needs: string;
  /** When each variant was last read, milliseconds. */
  readonly demand: ReadonlyMap<string, number>;
  /** What a refresh of each variant usually takes, milliseconds from doorbell to commit. */
  readonly deltas: ReadonlyMap<string, number>;
}

/**
 * A wish that can wait may have been left waiting on purpose. That is no measure of how long a refresh takes, and taken
 * for one it would make readers refresh all the earlier after an overload.
 */
const LONGEST_REQUEST_MS = 5_000;

/** Opens a refresh; undefined when the match is unknown. One round trip. */
export async function beginRefresh(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
): Promise<BegunRefresh | undefined> {
  const keys = matchKeys(prefix, matchId);
  const entryKeys = VARIANTS.map((variant) => keys.entries(variant.id));
  const reply = (await runScript(
    redis,
    script,
    [keys.match, keys.required, keys.settled, keys.refresh, keys.touched, ...entryKeys],
    [PANIC_MARKER, ...VARIANTS.map(({ id }) => id)],
  )) as Reply | null;
  if (!reply) return undefined;
  const [version, state, number, now, refreshFlat, requiredFlat, settled, touched, ...entries] = reply;
  const required = parseRequirements(requiredFlat);
  const { dueAt, wantAt, needAt, needs, wants, demand, deltas, claim } = parseRefreshState(
    parseHash(refreshFlat, (text) => text),
  );
  return {
    number,
    version,
    state: parseState(state),
    now,
    dueSince: earliest(dueAt, needAt, wantAt && Math.max(wantAt, now - LONGEST_REQUEST_MS)),
    claim: claim && isLasting(claim, now) ? { remainingMs: claim.untilAt - now, token: claim.token } : undefined,
    settled: new Set(settled),
    touched: touched ? new Set(touched) : undefined,
    variants: new Map(VARIANTS.map(({ id }, index) => [id, variantSnapshot(id, entries[index] ?? [], required)])),
    wants,
    needs,
    demand,
    deltas,
  };
}

/** A claim from the future was made before the store's clock was set back: it would last until that has caught up. */
function isLasting({ fromAt, untilAt }: { fromAt: number; untilAt: number }, now: number): boolean {
  return fromAt <= now && now < untilAt;
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
  ...entries: string[][],
];

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
