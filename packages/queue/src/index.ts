export { buryJob, DeadLetter } from "./dead-letter.ts";
export { PRIORITY, RefreshJob, enqueueRefresh, type Urgency, urgencyOf } from "./enqueue-refresh.ts";
export { conflictJobId, type EnqueuedJob, enqueueEvents, eventJobId } from "./event-job.ts";
export { DEAD_LETTER_QUEUE, EVENTS_QUEUE, QUEUE_NAMES, type QueueName, queuePrefix, REFRESH_QUEUE } from "./names.ts";
export { areQueuedConflicts, type QueuedEvent, queuedEvents } from "./queued-events.ts";
export { openQueue } from "./queues.ts";
export { countWaitingRefreshes, RefreshBacklog } from "./refresh-backlog.ts";
export { enqueueSnapshot, SnapshotJob } from "./snapshots/snapshot-job.ts";
export {
  putSnapshot,
  readSnapshot,
  type SnapshotKey,
  type SnapshotPut,
  type StoredSnapshot,
} from "./snapshots/stored-snapshot.ts";
export { type PendingEvents, readPendingEvents } from "./watermark/read-pending-events.ts";
export {
  type AppliedUpTo,
  type Moment,
  type WaitingMatch,
  Watermark,
  type WatermarkOptions,
  type WatermarkSummary,
} from "./watermark/watermark.ts";
export { readRefreshFigures, type RefreshFigures } from "./queue-figures.ts";
export { TolerantWorker } from "./tolerant-worker.ts";
