/** What the methods of a client can be asked for. */

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface SnapshotCall extends CallOptions {
  /** When the source made it, RFC 3339. An older one than the newest is put aside. */
  readonly asOf?: string | undefined;
}

export interface PredictionQuery extends CallOptions {
  readonly markets?: readonly string[] | undefined;
  readonly category?: string | undefined;
  readonly variant?: string | undefined;
  /**
   * Match version that the answer must at least reflect: one's own write, for example. `<epoch>.<version>` is refused
   * with 409 `other_history` once the match is in another epoch.
   */
  readonly minVersion?: number | string | undefined;
}

export interface MatchQuery extends CallOptions {
  /** `live`, `upcoming` or `ended`. */
  readonly status?: string | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

export interface ExplainQuery extends CallOptions {
  readonly variant?: string | undefined;
  /** Messages of history, at most 50. */
  readonly limit?: number | undefined;
  /** `<source>/<id>` of an event: what it did to the market, or why it left it alone. */
  readonly event?: string | undefined;
}
