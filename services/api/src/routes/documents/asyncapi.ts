import { MatchEvent, PAYLOADS, SIDED_TYPES } from "@touchline/domain";
import type { RedisMode } from "@touchline/platform";
import {
  DEAD_LETTER_QUEUE,
  DeadLetter,
  EVENTS_QUEUE,
  type QueueName,
  queuePrefix,
  REFRESH_QUEUE,
  RefreshJob,
} from "@touchline/queue";
import { z } from "zod";
import { jsonDocument } from "../../http/json-document.ts";
import type { Route } from "../../http/route.ts";

/** How a queue is used: what travels in it, and who does what with it, seen from Touchline. */
interface Channel {
  readonly name: "matchEvents" | "refresh" | "deadLetters";
  readonly queue: QueueName;
  readonly description: string;
  readonly message: Message;
  readonly operations: Readonly<Record<string, { readonly action: "send" | "receive"; readonly summary: string }>>;
}

interface Message {
  readonly name: string;
  readonly summary: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly examples: readonly { readonly name: string; readonly payload: unknown }[];
  /** How a job carries it. */
  readonly job: Readonly<Record<string, string>>;
}

const EXAMPLE = {
  source: "feed",
  id: "goal-1",
  matchId: "cup-1",
  type: "goal",
  team: "home",
  occurredAt: "2026-11-21T15:12:30Z",
  period: "first_half",
  minute: 12,
  second: 30,
  payload: { kind: "header", confirmation: "tbd" },
} as const;

const CHANNELS: readonly Channel[] = [
  {
    name: "matchEvents",
    queue: EVENTS_QUEUE,
    description:
      "Match events on their way in. Any BullMQ client may add jobs. Jobs named snapshot are the api's own: they name a complete list that it keeps beside the queue.",
    message: {
      name: "matchEvent",
      summary: "Something happened in a match, is corrected (a higher revision), or is taken back (retracted).",
      payload: eventSchema(),
      examples: [
        { name: "goal", payload: EXAMPLE },
        { name: "retraction", payload: { ...EXAMPLE, revision: 2, retracted: true } },
      ],
      job: {
        name: "the event's type; not looked at",
        jobId:
          "<matchId>.<source>.<id>, and for corrections .<revision>; a retraction ends in .x. BullMQ drops an add whose id waits",
        options:
          "removeOnComplete: true; priority: 10 for prices, so that everything else overtakes them. Jobs that are no event fail at once, unretried, into dead-letters",
      },
    },
    operations: {
      receiveMatchEvent: {
        action: "receive",
        summary: "The tag-manager applies it; the api adds those of POST /v1/events.",
      },
    },
  },
  {
    name: "refresh",
    queue: REFRESH_QUEUE,
    description: "Refresh jobs. The store holds what must be computed; a lost, repeated or late job costs time alone.",
    message: {
      name: "refreshJob",
      summary: "Something of this match must be predicted again.",
      payload: jsonSchema(RefreshJob),
      examples: [{ name: "refresh", payload: { matchId: "cup-1" } }],
      job: {
        name: "refresh",
        deduplication: "id <matchId>, keepLastIfActive: one active and one waiting job for each match",
        priority: "10 in play, 100 before kick-off, 1000 otherwise; the smallest is served first",
      },
    },
    operations: {
      enqueueRefresh: { action: "send", summary: "Enqueued by the tag-manager for events, by the api for readers." },
      answerDoorbell: { action: "receive", summary: "A worker refreshes the match." },
    },
  },
  {
    name: "deadLetters",
    queue: DEAD_LETTER_QUEUE,
    description:
      "Jobs that can never succeed, with the reason. Nobody takes them: they are for people. The oldest go first.",
    message: {
      name: "deadLetter",
      summary: "A job as it was, and what was wrong with it.",
      payload: jsonSchema(DeadLetter),
      examples: [
        {
          name: "no event",
          payload: {
            queue: EVENTS_QUEUE,
            jobId: "cup-1.feed.goal-1",
            jobName: "goal",
            data: { source: "feed", id: "goal-1", matchId: "cup-1", type: "goal" },
            reason: "not a match event",
            issues: [{ path: "occurredAt", message: "Invalid input: expected string, received undefined" }],
            failedAt: "2026-11-21T15:12:31.004Z",
          },
        },
      ],
      job: { name: "the queue that it was in", jobId: "<queue>-<jobId>-<time>: one letter for each job" },
    },
    operations: { buryJob: { action: "send", summary: "By the tag-manager." } },
  },
];

/** The AsyncAPI document of the queues. @param prefix BullMQ's key prefix, as this installation has it */
export function asyncApiDocument(prefix: string): Record<string, unknown> {
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Touchline queues",
      version: "1",
      description:
        `BullMQ queues on the Redis server of the queue role, under the key prefix \`${prefix}\`. ` +
        "The bytes are BullMQ's: publish with a BullMQ client. Job data is JSON as described here.",
    },
    defaultContentType: "application/json",
    channels: Object.fromEntries(
      CHANNELS.map(({ name, queue, description, message }) => [
        name,
        {
          address: queue,
          description,
          messages: { [message.name]: { $ref: `#/components/messages/${message.name}` } },
          "x-bullmq": { queue, prefix },
        },
      ]),
    ),
    operations: Object.fromEntries(
      CHANNELS.flatMap(({ name, message, operations }) =>
        Object.entries(operations).map(([id, operation]) => [
          id,
          {
            ...operation,
            channel: { $ref: `#/channels/${name}` },
            messages: [{ $ref: `#/channels/${name}/messages/${message.name}` }],
          },
        ]),
      ),
    ),
    components: {
      messages: Object.fromEntries(
        CHANNELS.map(({ message: { job, ...message } }) => [message.name, { ...message, "x-bullmq-job": job }]),
      ),
    },
  };
}

/** `GET /asyncapi.json` */
export function asyncApiRoute({ KEY_PREFIX, REDIS_MODE }: { KEY_PREFIX: string; REDIS_MODE: RedisMode }): Route {
  return {
    method: "get",
    path: "/asyncapi.json",
    operation: {
      summary: "The queues: what may be published, and what travels inside",
      responses: {
        200: {
          description: "AsyncAPI 3.0",
          content: { "application/json": { schema: z.looseObject({ asyncapi: z.string() }) } },
        },
        304: { description: "unchanged since the ETag that was sent" },
      },
    },
    handle: jsonDocument(() => asyncApiDocument(queuePrefix(KEY_PREFIX, REDIS_MODE))),
  };
}

/** AsyncAPI's own schemas are a superset of JSON Schema draft 7. */
function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _draft, ...body } = z.toJSONSchema(schema, { target: "draft-7", io: "input" });
  return body;
}

/** The envelope, and what each type adds to it. Types that are not listed are kept and change no fact. */
function eventSchema(): Record<string, unknown> {
  const rules = Object.entries(PAYLOADS).map(([type, payload]) => ({
    if: {
      properties: { type: { const: type } },
      required: ["type"],
      not: { properties: { retracted: { const: true } }, required: ["retracted"] },
    },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: {
      properties: { payload: jsonSchema(payload) },
      required: [
        ...(SIDED_TYPES.has(type) ? ["team"] : []),
        ...(needsPeriod(type) ? ["period"] : []),
        ...(needsPayload(payload) ? ["payload"] : []),
      ],
    },
  }));
  return { ...jsonSchema(MatchEvent), allOf: rules };
}

function needsPeriod(type: string): boolean {
  return type === "period_start" || type === "period_end";
}

/** The payload is `{}` when it is left out. */
function needsPayload(payload: z.ZodType): boolean {
  return !payload.safeParse({}).success;
}
