export {
  type Adapter,
  carriedFamilies,
  type Coverage,
  type FeedDocument,
  FeedError,
  type FeedInput,
  type ParsedFeed,
  type ParsedMatch,
} from "./adapter/adapter.ts";
export { namespacedId, rewriteId } from "./adapter/feed-id.ts";
export { revisionAt } from "./adapter/revision-at.ts";
export { ADAPTERS, adapterFor } from "./adapters.ts";
export { NEW_INCIDENT_FEED, readIncident } from "./incident/incident-feed.ts";
export { IncidentFeedError, IncidentMessage, parseIncidentFeed } from "./incident/incident-message.ts";
export { readTimelines } from "./timeline/read-timelines.ts";
export { durationMsOf, type Pace } from "./timeline/timeline-clock.ts";
export {
  lineNumberOf,
  parseTimelines,
  readTimelineLines,
  TimelineError,
  TimelineLine,
} from "./timeline/timeline-file.ts";
export { kickOffOf } from "./timeline/timeline-kick-off.ts";
export { fixtureOf, timelineEvents, timelineToEvents } from "./timeline/timeline.ts";
