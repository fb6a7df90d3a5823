import { Fixture, Id, MatchEvent, MatchEventEnvelope } from "@touchline/domain";
import { z } from "zod";
import { MAX_EVENTS } from "./events-request.ts";

const shape = {
  matchId: Id.optional().meta({ description: "that of the events, when absent" }),
  fixture: Fixture.optional().meta({ description: "instead of an event of the type fixture" }),
};

/** A body of `POST /v1/impact`: the events of a match from its beginning. The question is about the last one. */
export const ImpactStory = z.strictObject({ ...shape, events: z.array(MatchEvent).min(1).max(MAX_EVENTS) });
export type ImpactStory = z.input<typeof ImpactStory>;

/** The same as it is described: payload rules depend on the type of each event. */
export const ImpactStoryBody = z
  .strictObject({ ...shape, events: z.array(MatchEventEnvelope).min(1).max(MAX_EVENTS) })
  .meta({
    id: "ImpactStory",
    description: "the events of a match from its beginning; the question is about the last one",
  });
