import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One connection through a line. */
export interface LineConnection {
  /** Whether the near end has sent these words, in any case. */
  hasSent(words: string): boolean;
  /** From now on answers wait on the way, unnoticed. */
  holdAnswers(): void;
  /** Delivers what has waited. */
  releaseAnswers(): void;
  /** Ends it on both sides. */
  end(): void;
}

/** An address of its own that leads to a server: it can be led elsewhere, and its connections met one by one. */
export interface Line {
  readonly port: number;
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  /** Those that are open, oldest first. */
  readonly connections: readonly LineConnection[];
  /** Ends every connection and takes no other. */
  cut(): void;
  /** Ends every connection; those to come reach another port. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

/** How much of what a connection has sent is remembered, characters. */
const REMEMBERED = 65_536;

export async function lineToPort(firstPort: number): Promise<Line> {
  let target: number | undefined = firstPort;
  const open = new Set<LineConnection>();
  const server = createServer((near) => {
    if (target === undefined) return void near.destroy();
    const connection = join(near, connect(target, "127.0.0.1"));
    open.add(connection);
    near.once("close", () => open.delete(connection));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const endAll = (): void => {
    for (const connection of Array.from(open)) connection.end();
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get connections() {
      return [...open];
    },
    cut() {
      target = undefined;
      endAll();
    },
    leadTo(next) {
      target = next;
      endAll();
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      endAll();
      await closed;
    },
  };
}

function join(near: Socket, far: Socket): LineConnection {
  let said = "";
  const end = (): void => {
    near.destroy();
    far.destroy();
  };
  for (const socket of [near, far]) socket.on("error", () => undefined).once("close", end);
  near.on("data", (bytes) => {
    said = (said + bytes.toString("latin1").toLowerCase()).slice(-REMEMBERED);
    far.write(bytes);
  });
  far.on("data", (bytes) => near.write(bytes));
  return {
    hasSent: (words) => said.includes(words.toLowerCase()),
    holdAnswers: () => void far.pause(),
    releaseAnswers: () => void far.resume(),
    end,
  };
}
