/** What the store knows of a match's refreshing: what is due, wanted, in demand and under way. Times in milliseconds. */
export interface RefreshState {
  /** Refreshes begun so far: also the number of the last one. */
  readonly number: number;
  /** Match version that a refresh must see, and since when; undefined when nothing is due. */
  readonly dueVersion: number | undefined;
  readonly dueAt: number | undefined;
  /** Since when some reader has been waiting, or was served stale. */
  readonly wantAt: number | undefined;
  /** Since when some reader has had nothing that may be served; undefined when all who asked can wait. */
  readonly needAt: number | undefined;
  /** How often a refresh was needed so far, as the store's text. */
  readonly needs: string;
  /** When the refresh under way began; undefined when none is. */
  readonly begunAt: number | undefined;
  /** Who else than the worker that was rung for has claimed the refreshing, from when and until when. */
  readonly claim: { readonly fromAt: number; readonly untilAt: number; readonly token: string } | undefined;
  /** Variants whose readers wait or were served stale, with the number of the latest wish. */
  readonly wants: ReadonlyMap<string, string>;
  /** When each variant was last read. */
  readonly demand: ReadonlyMap<string, number>;
  /** What a refresh of each variant usually takes, from doorbell to commit. */
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
    wantAt: number("wantAt"),
    needAt: number("needAt"),
    needs: hash.get("needs") ?? "0",
    begunAt: number("begunAt"),
    claim: parseClaim(hash.get("claim")),
    wants: new Map(prefixed(hash, "want:")),
    demand: numbers(prefixed(hash, "demand:")),
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
