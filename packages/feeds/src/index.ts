export { NEW_INCIDENT_FEED, readIncident } from "./incident/incident-feed.ts";
export { IncidentFeedError, IncidentMessage, parseIncidentFeed } from "./incident/incident-message.ts";
export { readTimelines } from "./timeline/read-timelines.ts";
export { durationMsOf, type Pace } from "./timeline/timeline-clock.ts";
export { parseTimelines, TimelineError, TimelineLine } from "./timeline/timeline-file.ts";
export { kickOffOf } from "./timeline/timeline-kick-off.ts";
export { fixtureOf, timelineToEvents } from "./timeline/timeline.ts";
