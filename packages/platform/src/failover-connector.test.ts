import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { createLogger } from "./log.ts";
import { PATIENCE_MS } from "../../../test/setup/patience.ts";
import { openRedis } from "./redis.ts";

const log = createLogger({ service: "test", level: "silent" });
const text = (words: string): string => `$${words.length}\r\n${words}\r\n`;

/** A sentinel whose answers the test can hold back, and whose announcements it makes. */
async function fakeSentinel(master: { readonly host: string; readonly port: string }) {
  const subscribers = new Set<Socket>();
  const held: (() => void)[] = [];
  let holding: (() => void) | undefined;
  const answer = (socket: Socket, command: string): void => {
    if (command.includes("HELLO")) socket.write(`%1\r\n${text("proto")}:3\r\n`);
    else if (/get-master-addr-by-name/i.test(command)) {
      const tell = (): void => void socket.write(`*2\r\n${text(master.host)}${text(master.port)}`);
      if (holding === undefined) return tell();
      held.push(tell);
      holding();
    } else if (/subscribe/i.test(command)) {
      subscribers.add(socket);
      socket.write(`>3\r\n${text("subscribe")}${text("+switch-master")}:1\r\n`);
    } else socket.write("*0\r\n");
  };
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    // A command is an array of texts, and small enough to arrive whole. Several may arrive together.
    socket.on("data", (data) => {
      for (const command of data.toString().split(/(?=\*\d+\r\n)/)) answer(socket, command);
    });
    socket.on("close", () => subscribers.delete(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get listeners() {
      return subscribers.size;
    },
    /** Keeps the answers to those who look for the master. @returns when somebody waits for one */
    async hold(): Promise<void> {
      await new Promise<void>((resolve) => (holding = resolve));
    },
    release(): void {
      holding = undefined;
      for (const tell of held.splice(0)) tell();
    },
    announce(): void {
      const message = `>3\r\n${text("message")}${text("+switch-master")}${text("main")}`;
      for (const socket of subscribers) socket.write(message);
    },
    close: () => server.close(),
  };
}

it.each(["store", "subscriber", "worker"] as const)(
  "a failover announced while a %s connection looks for the master leaves it looking",
  async (role) => {
    const { hostname: host, port } = new URL(process.env["REDIS_URL"] ?? "");
    const sentinel = await fakeSentinel({ host, port });
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/main`;
    const client = (await openRedis({ url, mode: "sentinel", role, log, name: `failover-${role}` })) as Redis;
    // A BullMQ worker takes its commands over a copy, which is on its own.
    const copy = client.duplicate();
    const admin = new Redis(process.env["REDIS_URL"] ?? "");
    try {
      if (copy.status !== "ready") await once(copy, "ready");
      for (const connection of [client, copy]) {
        await expect.poll(() => sentinel.listeners).toBe(2);
        const searching = sentinel.hold();
        await admin.client("KILL", "ID", await idOf(admin, connection));
        await searching;
        const ended = once(connection, "ready", { signal: AbortSignal.timeout(PATIENCE_MS) });
        sentinel.announce();
        // What was announced arrives before this answer.
        await new Promise((resolve) => setImmediate(resolve));
        sentinel.release();
        await ended;
      }
    } finally {
      for (const connection of [client, copy, admin]) connection.disconnect();
      sentinel.close();
    }
  },
);

/** Of a connection, as the server lists it. */
async function idOf(admin: Redis, { stream }: Redis): Promise<number> {
  const { localPort } = stream;
  const list = (await admin.client("LIST")) as string;
  return Number(new RegExp(`id=(\\d+) addr=127\\.0\\.0\\.1:${localPort} `).exec(list)?.[1]);
}
