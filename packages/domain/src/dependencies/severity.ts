/**
 * What a changed fact does to a cached price.
 * `soft`: serve it as stale while it is refreshed. `hard`: never serve it again; the market reads `suspended`
 * until a prediction made after the event is committed.
 */
export type Severity = "soft" | "hard";

export function stricter(a: Severity | undefined, b: Severity): Severity {
  return a === "hard" || b === "hard" ? "hard" : "soft";
}
