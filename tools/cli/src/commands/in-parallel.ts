/**
 * Runs `work` for each item, at most `limit` at a time, and starts none after `signal`.
 * @returns the results of those started, in the order of the items
 * @throws the first failure, once those under way have ended
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  const failures: unknown[] = [];
  const queue = items.entries();
  // The lanes share one iterator: each takes the next item that no other has taken.
  async function lane(): Promise<void> {
    for (const [index, item] of queue) {
      if (signal.aborted || failures.length > 0) return;
      try {
        results.set(index, await work(item));
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
