export { EVENTS_QUEUE } from "@touchline/queue";
export type { MatchEventInput } from "@touchline/domain";
export { type EventQueue, InvalidEventError, publish } from "./publish.ts";
