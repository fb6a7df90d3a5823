/** Both lists as one set: sorted, each item once, so that equal sets give equal text. */
export function union(known: readonly string[], added: readonly string[]): readonly string[] {
  return [...new Set([...known, ...added])].sort();
}
