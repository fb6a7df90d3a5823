export { buryJob, DeadLetter } from "./dead-letter.ts";
export { PRIORITY, RefreshJob, enqueueRefresh, type Urgency, urgencyOf } from "./enqueue-refresh.ts";
export { enqueueEvents } from "./event-job.ts";
export { DEAD_LETTER_QUEUE, EVENTS_QUEUE, QUEUE_NAMES, type QueueName, queuePrefix, REFRESH_QUEUE } from "./names.ts";
export { areQueued } from "./queued-events.ts";
export { openQueue } from "./queues.ts";
export { countWaitingRefreshes, RefreshBacklog } from "./refresh-backlog.ts";
