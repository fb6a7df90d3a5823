import type { EventResult, EventStatus } from "@touchline/contract";

/** How many events of a request ended in each way. */
export function countsOf(results: readonly EventResult[]): Record<EventStatus, number> {
  const counts = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}
