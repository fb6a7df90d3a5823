import { once } from "node:events";
import { createServer } from "node:net";

const PORTS_TRIED = 50;

/** The first port from `first` upwards that no process listens on. @throws Error when 50 in a row are taken */
export async function freePortFrom(first: number, host: string): Promise<number> {
  for (let port = first; port < first + PORTS_TRIED && port < 65_536; port++) {
    if (await isFree(port, host)) return port;
  }
  throw new Error(`no free port from ${first} on; name another one: PORT=8080 npm start`);
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" || code === "EACCES") return false;
    throw error;
  }
}
