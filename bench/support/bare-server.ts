import { createServer } from "node:http";
import { text } from "node:stream/consumers";

/** The least that can answer a request: ready bytes, ready headers. Reads both from its input, prints its port. */
const { headers, body } = JSON.parse(await text(process.stdin)) as { headers: Record<string, string>; body: string };
const bytes = Buffer.from(body);
const flat = Object.entries(headers).flat();
const server = createServer((_req, res) => {
  res.writeHead(200, flat);
  res.end(bytes);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" && address ? address.port : 0}\n`);
});
