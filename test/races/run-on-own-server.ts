import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "../setup/redis.ts";
import { ModelConnection } from "./model-connection.ts";
import { type RaceOptions, type RacesRun, runSchedules } from "./run-schedules.ts";

/** Measuring each command takes a tenth of the server's time, and nobody looks at it here. */
const UNMEASURED = ["--latency-tracking", "no", "--slowlog-log-slower-than", "-1"];

/** Runs schedules on a Redis server of their own, which it ends. */
export async function runOnOwnServer(options: RaceOptions): Promise<RacesRun> {
  const folder = await mkdtemp(join(tmpdir(), "races-"));
  const socket = join(folder, "redis.sock");
  try {
    const server = await startRedis({ config: ["--unixsocket", socket, ...UNMEASURED] });
    const connection = await ModelConnection.open(socket);
    try {
      return await runSchedules(connection, "races", options);
    } finally {
      connection.close();
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
