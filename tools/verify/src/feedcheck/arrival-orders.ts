import type { IncidentMessage } from "@touchline/feeds";
import { seededRandom } from "../seeded-random.ts";

export const ARRIVAL_ORDERS = ["file", "shuffled", "thrice"] as const;
export type ArrivalOrder = (typeof ARRIVAL_ORDERS)[number];

/** How many messages later the second and the third copy of a message come. */
const COPIES_LATER = [0, 3, 11];

/**
 * The messages of one match in another order of arrival. What arrives is the same; when, follows the order: the
 * earliest arrival takes the earliest time.
 */
export function inOrder(messages: readonly IncidentMessage[], order: ArrivalOrder, seed: number): IncidentMessage[] {
  if (order === "file") return [...messages];
  return retimed(order === "shuffled" ? shuffled(messages, seed) : repeated(messages));
}

/** Fisher and Yates. */
function shuffled(messages: readonly IncidentMessage[], seed: number): IncidentMessage[] {
  const random = seededRandom(seed, messages[0]?.match_id ?? "");
  const deck = [...messages];
  for (let last = deck.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const [a, b] = [deck[last], deck[other]];
    if (a && b) [deck[last], deck[other]] = [b, a];
  }
  return deck;
}

function repeated(messages: readonly IncidentMessage[]): IncidentMessage[] {
  return COPIES_LATER.flatMap((later, copy) => messages.map((message, index) => ({ message, at: index + later, copy })))
    .sort((a, b) => a.at - b.at || a.copy - b.copy)
    .map(({ message }) => message);
}

function retimed(messages: readonly IncidentMessage[]): IncidentMessage[] {
  const times = messages.map(({ recv_ms: at }) => at).sort((a, b) => a - b);
  return messages.map((message, index) => ({ ...message, recv_ms: times[index] ?? message.recv_ms }));
}
