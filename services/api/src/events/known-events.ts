import { contentOf, eventKey, type MatchEvent } from "@touchline/domain";

/** How an event stands to another of its identity. */
export type Relation = "news" | "duplicate" | "conflict";

/** Whether `event` says more than `known`, nothing new, or something else under the same revision. */
export function relationOf(event: MatchEvent, known: MatchEvent): Relation {
  if (event.revision !== known.revision) return event.revision > known.revision ? "news" : "duplicate";
  if (event.retracted !== known.retracted) return event.retracted ? "news" : "duplicate";
  return event.retracted || contentOf(event) === contentOf(known) ? "duplicate" : "conflict";
}

/** What one request has said of each identity so far. */
export class SaidBefore {
  readonly #events = new Map<string, MatchEvent[]>();

  /** How `event` stands to what was said before it. */
  relationOf(event: MatchEvent): Relation {
    const identity = `${event.matchId}/${eventKey(event)}`;
    const before = this.#events.get(identity) ?? [];
    const relation = strictest(before.map((known) => relationOf(event, known)));
    if (relation !== "duplicate") this.#events.set(identity, [...before, event]);
    return relation;
  }
}

/** What is known already is a duplicate, whatever else contradicts it. */
export function strictest(relations: readonly Relation[]): Relation {
  if (relations.includes("duplicate")) return "duplicate";
  return relations.includes("conflict") ? "conflict" : "news";
}
