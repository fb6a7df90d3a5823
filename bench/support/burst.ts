import { Agent, request } from "node:http";
import { percentile } from "./statistics.ts";

export interface ReaderBurst {
  readonly bodies: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends one request per reader, all at once, spread over the URLs. Every answer counts, whatever it is. */
export async function burst(urls: readonly string[], readers: number): Promise<ReaderBurst> {
  const agent = new Agent({ maxSockets: Infinity });
  const answers = await Promise.all(
    Array.from({ length: readers }, async (_unused, reader) => ask(urls[reader % urls.length] ?? "", agent)),
  );
  agent.destroy();
  const durations = answers.map(({ ms }) => ms);
  return {
    bodies: answers.map(({ body }) => body),
    p50Ms: percentile(durations, 0.5),
    p99Ms: percentile(durations, 0.99),
  };
}

function ask(url: string, agent: Agent): Promise<{ body: string; ms: number }> {
  const began = performance.now();
  return new Promise((resolve) => {
    const done = (body: string): void => resolve({ body, ms: performance.now() - began });
    const req = request(url, { agent, timeout: 30_000 }, (res) => {
      let body = "";
      res.setEncoding("utf8");
      res.on("data", (chunk: string) => (body += chunk));
      res.once("end", () => done(body));
    });
    req.once("timeout", () => req.destroy(new Error("no answer in time")));
    req.once("error", () => done(""));
    req.end();
  });
}
