import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestRedis } from "../../setup/redis.ts";

/** A network between some processes and a server, which a scenario can cut. */
export interface CuttableLine {
  /** Address by which the processes reach the server. */
  readonly url: string;
  /** From now on nothing passes, or no answers do, unnoticed: the connections stay open. */
  cut(what?: "everything" | "answers"): void;
  /** Ends every connection; those that ask again reach the server. */
  mend(): void;
  close(): Promise<void>;
}

/** Passes bytes on until it is cut. What was sent into a cut line never arrives. */
export async function lineTo(server: TestRedis): Promise<CuttableLine> {
  const isCut = { requests: false, answers: false };
  const sockets = new Set<Socket>();
  const hold = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  };
  const passOn = (from: Socket, to: Socket, what: keyof typeof isCut): void => {
    from.on("data", (bytes) => void (isCut[what] || to.write(bytes)));
    from.once("close", () => to.destroy());
  };
  const line = createServer((near) => {
    const far = hold(connect(server.port, "127.0.0.1"));
    hold(near);
    passOn(near, far, "requests");
    passOn(far, near, "answers");
  });
  line.listen(0, "127.0.0.1");
  await once(line, "listening");
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${(line.address() as AddressInfo).port}`,
    cut(what = "everything") {
      isCut.requests = what === "everything";
      isCut.answers = true;
    },
    mend() {
      isCut.requests = false;
      isCut.answers = false;
      endAll();
    },
    async close() {
      line.close();
      endAll();
      await once(line, "close");
    },
  };
}
