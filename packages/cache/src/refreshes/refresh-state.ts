/** The refresh state of a match: what is due, requested, accessed and under way. Times in milliseconds. */
export interface RefreshState {
  /** Refreshes begun so far: also the number of the last one. */
  readonly number: number;
  /** Match version that a refresh must see, and since when; undefined when nothing is due. */
  readonly dueVersion: number | undefined;
  readonly dueAt: number | undefined;
  /** Time of the oldest unanswered refresh request. Stored as `wantAt`. */
  readonly requestedAt: number | undefined;
  /** Time of the oldest unanswered blocking request; undefined when all are background. Stored as `needAt`. */
  readonly blockingSince: number | undefined;
  /** Blocking requests so far, as the store's text. Stored as `needs`. */
  readonly blockingRequests: string;
  /**
   * The latest clock of the readers whose requests are unanswered, wall-clock milliseconds; 0 when none has reported.
   */
  readonly askedNow: number;
  /** When the refresh under way began; undefined when none is. */
  readonly begunAt: number | undefined;
  /** The claim of a process without a refresh job, and how long it lasts. */
  readonly claim: { readonly fromAt: number; readonly untilAt: number; readonly token: string } | undefined;
  /** Variants with a refresh request, and the number of its latest one. Stored as `want:<variant>`. */
  readonly requests: ReadonlyMap<string, string>;
  /** When each variant was last read. Stored as `demand:<variant>`. */
  readonly lastAccess: ReadonlyMap<string, number>;
  /** What a refresh of each variant usually takes, from enqueueing it to its commit. */
  readonly deltas: ReadonlyMap<string, number>;
}

/** The hash `refresh` of a match, as text by field. */
export function parseRefreshState(hash: ReadonlyMap<string, string>): RefreshState {
  const number = (field: string): number | undefined => {
    const text = hash.get(field);
    return text === undefined ? undefined : Number(text);
  };
  return {
    number: number("number") ?? 0,
    dueVersion: number("due"),
    dueAt: number("dueAt"),
    requestedAt: number("wantAt"),
    blockingSince: number("needAt"),
    blockingRequests: hash.get("needs") ?? "0",
    askedNow: number("askedNow") ?? 0,
    begunAt: number("begunAt"),
    claim: parseClaim(hash.get("claim")),
    requests: new Map(prefixed(hash, "want:")),
    lastAccess: numbers(prefixed(hash, "demand:")),
    deltas: numbers(prefixed(hash, "delta:")),
  };
}

function parseClaim(text: string | undefined): RefreshState["claim"] {
  const [fromAt, untilAt, token] = text?.split(" ") ?? [];
  return token === undefined ? undefined : { fromAt: Number(fromAt), untilAt: Number(untilAt), token };
}

function numbers(fields: readonly [string, string][]): Map<string, number> {
  return new Map(fields.map(([variant, text]) => [variant, Number(text)]));
}

function prefixed(hash: ReadonlyMap<string, string>, prefix: string): [string, string][] {
  return [...hash].flatMap(([field, value]) => (field.startsWith(prefix) ? [[field.slice(prefix.length), value]] : []));
}
