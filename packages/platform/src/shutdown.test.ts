import { fork } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { createLogger } from "./log.ts";
import { Shutdown } from "./shutdown.ts";

function setUp(deadlineMs = 60_000) {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    service: "test",
    sink: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const codes: number[] = [];
  const shutdown = new Shutdown({ log, deadlineMs, exit: (code) => codes.push(code) });
  return { shutdown, codes, lines, closed: [] as string[] };
}

describe("shutting down", () => {
  it("closes in the reverse order of start-up, one after the other", async () => {
    const { shutdown, closed, codes } = setUp();
    for (const name of ["redis", "queue", "http"]) {
      shutdown.add(name, async () => {
        closed.push(`${name} closing`);
        await new Promise((resolve) => setImmediate(resolve));
        closed.push(`${name} closed`);
      });
    }
    await shutdown.exit();
    expect(closed).toEqual([
      "http closing",
      "http closed",
      "queue closing",
      "queue closed",
      "redis closing",
      "redis closed",
    ]);
    expect(codes).toEqual([0]);
  });

  it("logs a failing close and still closes the others", async () => {
    const { shutdown, closed, codes, lines } = setUp();
    shutdown.add("first", () => closed.push("first"));
    shutdown.add("throws", () => {
      throw new Error("no");
    });
    shutdown.add("rejects", () => Promise.reject(new Error("no")));
    await shutdown.exit();
    expect(closed).toEqual(["first"]);
    expect(lines.map((line) => line["step"])).toEqual(["rejects", "throws"]);
    expect(codes).toEqual([0]);
  });

  it("closes once however often it is asked", async () => {
    const { shutdown, closed, codes } = setUp();
    shutdown.add("redis", () => closed.push("redis"));
    await Promise.all([shutdown.exit(), shutdown.close(), shutdown.exit(3)]);
    expect(closed).toEqual(["redis"]);
    expect(codes).toEqual([0]);
  });

  it("exits with 1 when the deadline passes and says what hung and what was left", async () => {
    const { shutdown, codes, lines } = setUp(5);
    shutdown.add("redis", () => undefined);
    shutdown.add("worker", () => Promise.withResolvers<void>().promise);
    await shutdown.exit();
    expect(codes).toEqual([1]);
    expect(lines.at(-1)).toMatchObject({ step: "worker", waiting: ["redis"], msg: "shutdown deadline missed" });
  });

  it("tells loops to stop before anything closes", async () => {
    const { shutdown } = setUp();
    let abortedFirst = false;
    shutdown.add("loop", () => (abortedFirst = shutdown.signal.aborted));
    await shutdown.close();
    expect(abortedFirst).toBe(true);
  });

  it("closes at once what start-up opens too late", async () => {
    const { shutdown, closed } = setUp();
    await shutdown.close();
    shutdown.add("late", () => closed.push("late"));
    expect(closed).toEqual(["late"]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("begins on %s and ends at once on a second signal", async (signal) => {
    const { shutdown, codes } = setUp();
    const hung = Promise.withResolvers<void>();
    shutdown.add("slow", () => hung.promise);
    const stopListening = shutdown.listen();
    process.emit(signal);
    expect(shutdown.signal.aborted).toBe(true);
    expect(codes).toEqual([]);
    process.emit(signal);
    expect(codes).toEqual([1]);
    hung.resolve();
    await shutdown.exit();
    stopListening();
  });

  it("begins when the parent that keeps a channel to it has gone", async () => {
    const program = `
      import { createLogger } from ${JSON.stringify(new URL("./log.ts", import.meta.url).href)};
      import { Shutdown } from ${JSON.stringify(new URL("./shutdown.ts", import.meta.url).href)};
      const shutdown = new Shutdown({ log: createLogger({ service: "child", level: "silent" }), deadlineMs: 5000 });
      shutdown.add("exit code", () => process.exit(9));
      shutdown.listen();
      setInterval(() => {}, 1000);
      process.send("up");`;
    const child = fork("-", { execArgv: ["--input-type=module-typescript", "--eval", program] });
    await once(child, "message");
    child.disconnect();
    expect(await once(child, "exit")).toEqual([9, null]);
  });

  it("reports a failure and exits with 1 after closing", async () => {
    const { shutdown, codes, closed, lines } = setUp();
    shutdown.add("redis", () => closed.push("redis"));
    shutdown.fail(new Error("broken"), "uncaught exception");
    await shutdown.exit();
    expect(closed).toEqual(["redis"]);
    expect(codes).toEqual([1]);
    expect(lines[0]).toMatchObject({ level: "fatal", err: { message: "broken" } });
  });
});
