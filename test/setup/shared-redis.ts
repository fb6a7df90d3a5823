import { startRedis } from "./redis.ts";

/**
 * Gives every test file `REDIS_URL`: the server named by that variable when there is one, else a server of this
 * run's own, deleted at the end. Tests share it, each under its own `testPrefix()`.
 */
export default async function shareRedis(): Promise<() => Promise<void>> {
  endWithParent();
  if (process.env["REDIS_URL"]) return () => Promise.resolve();
  const redis = await startRedis();
  process.env["REDIS_URL"] = redis.url;
  return async () => {
    delete process.env["REDIS_URL"];
    await redis.stop();
  };
}

/** The set-up keeps a channel open to us, if it started us; when it is killed, the tests have no reader any more. */
function endWithParent(): void {
  process.once("disconnect", () => process.exit(1));
  process.channel?.unref();
}
