import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";

const [, , redisUrl = "", computeMs = "150"] = process.argv;
const redis = new Redis(redisUrl);
let computes = 0;

async function answer(): Promise<string> {
  const known = await redis.get("cache-aside:match");
  if (known !== null) return known;
  computes++;
  await delay(Number(computeMs));
  const made = JSON.stringify({ outcomes: { home: 0.5, draw: 0.3, away: 0.2 } });
  await redis.set("cache-aside:match", made, "EX", 60);
  return made;
}

const server = createServer((req, res) => {
  if (req.url === "/computes") res.end(String(computes));
  else
    answer().then(
      (body) => res.end(body),
      () => res.writeHead(503).end(),
    );
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" && address ? address.port : 0}\n`);
});
