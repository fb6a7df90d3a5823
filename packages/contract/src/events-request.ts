import { MatchEventEnvelope } from "@touchline/domain";

/** Events in one request, at most. */
export const MAX_EVENTS = 1_000;

/** An event as requests carry it. Payload rules depend on its type. */
export const EventBody = MatchEventEnvelope.meta({
  id: "MatchEvent",
  description: "identity is source and id; the highest revision counts, and retracted takes it back",
});
