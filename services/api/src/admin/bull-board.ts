import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import type { Queue } from "bullmq";
import type { RequestHandler } from "express";

/** What an admin may change: fetch a failed job back. Everything else would undo what the services rely on. */
const ALLOWED_CHANGES = new Set([
  "put /api/queues/:queueName/:jobId/retry",
  "put /api/queues/:queueName/retry/:queueStatus",
]);

/** The dashboard of the queues, to be mounted at `basePath` behind a password: it has none of its own. */
export function bullBoard(queues: readonly Queue[], basePath: string): RequestHandler {
  const serverAdapter = new ExpressAdapter().setBasePath(basePath);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { allowRetries: true })),
    serverAdapter,
    options: {
      uiConfig: { boardTitle: "Touchline queues", hideDocsLink: true },
      handlerHooks: {
        before: ({ method, route }) =>
          method === "get" || ALLOWED_CHANGES.has(`${method} ${route}`)
            ? { allow: true }
            : { allow: false, status: 403, message: "only retrying is allowed here" },
      },
    },
  });
  return serverAdapter.getRouter() as RequestHandler;
}
