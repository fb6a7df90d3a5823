export { buryJob, DeadLetter } from "./dead-letter.ts";
export { PRIORITY, RefreshJob, ringDoorbell, type Urgency, urgencyOf } from "./doorbell.ts";
export { conflictJobId, enqueueEvents, eventJobId } from "./event-job.ts";
export { DEAD_LETTER_QUEUE, EVENTS_QUEUE, QUEUE_NAMES, type QueueName, queuePrefix, REFRESH_QUEUE } from "./names.ts";
export { areQueuedConflicts, type QueuedEvent, queuedEvents } from "./queued-events.ts";
export { openQueue } from "./queues.ts";
export { BACKLOG_RECOUNT_MS, BACKLOG_SAMPLE_MS, countWaitingRefreshes, RefreshBacklog } from "./refresh-backlog.ts";
