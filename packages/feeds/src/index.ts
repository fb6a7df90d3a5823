export {
  type Adapter,
  carriedFamilies,
  type Coverage,
  type FeedDocument,
  FeedError,
  type FeedInput,
  type ParsedFeed,
  type ParsedMatch,
  type Totals,
} from "./adapter/adapter.ts";
export { namespacedId, rewriteId } from "./adapter/feed-id.ts";
export { revisionAt } from "./adapter/revision-at.ts";
export { ADAPTERS, adapterFor } from "./adapters.ts";
export { NEW_INCIDENT_FEED, readIncident } from "./incident/incident-feed.ts";
export { IncidentFeedError, IncidentMessage, parseIncidentFeed } from "./incident/incident-message.ts";
export { diffSnapshot, type SnapshotDiff, type SnapshotItem } from "./snapshot/diff-snapshot.ts";
export { itemsOfTotals } from "./snapshot/items-of-totals.ts";
export { readTimelines } from "./timeline/read-timelines.ts";
export { durationMsOf, type Pace } from "./timeline/timeline-clock.ts";
export { parseTimelines, TimelineError, TimelineLine } from "./timeline/timeline-file.ts";
export { kickOffOf } from "./timeline/timeline-kick-off.ts";
export { fixtureOf, timelineToEvents } from "./timeline/timeline.ts";
