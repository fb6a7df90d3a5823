import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { createLogger } from "./log.ts";

function recorded(level: "info" | "debug" = "info") {
  const lines: string[] = [];
  const log = createLogger({ service: "worker", level, sink: { write: (line) => lines.push(line) } });
  return {
    log,
    lines,
    last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown>,
  };
}

describe("a log line", () => {
  it("is one JSON object with service, level, time and message", () => {
    const { log, last } = recorded();
    log.info({ matchId: "m1" }, "event applied");
    expect(last()).toMatchObject({ service: "worker", level: "info", matchId: "m1", msg: "event applied" });
    expect(new Date(String(last()["time"])).getTime()).toBeGreaterThan(0);
  });

  it("hides secrets by the name of their field", () => {
    const { log, lines } = recorded();
    log.info(
      { password: "s1", config: { apiKey: "s2" }, req: { headers: { authorization: "s3", cookie: "s4" } } },
      "request",
    );
    expect(lines.join("")).not.toMatch(/s[1-4]/);
    expect(lines.join("")).toContain("***");
  });

  it("hides credentials inside URLs, also in the message of an error", () => {
    const { log, lines, last } = recorded();
    log.error(
      { err: new Error("connect redis://app:hunter2@db:6379 failed"), url: "rediss://:hunter2@db" },
      "no store",
    );
    expect(lines.join("")).not.toContain("hunter2");
    expect(last()).toMatchObject({ url: "rediss://***@db", err: { message: "connect redis://***@db:6379 failed" } });
  });

  it("never fails the caller, whatever the fields are", () => {
    const { log, lines } = recorded();
    const loop: Record<string, unknown> = { big: 1n };
    loop["self"] = loop;
    log.info(loop, "loop");
    log.info({ broken: { toJSON: () => { throw new Error("no"); } } }, "broken"); // prettier-ignore
    expect(lines).toHaveLength(2);
  });

  it("never fails the caller when the sink throws", () => {
    const log = createLogger({ service: "api", sink: { write: () => { throw new Error("disk full"); } } }); // prettier-ignore
    expect(() => log.error("still here")).not.toThrow();
  });

  it("does not end a process whose reader has gone", async () => {
    const program = `
      import { createLogger } from ${JSON.stringify(new URL("./log.ts", import.meta.url).href)};
      const log = createLogger({ service: "api" });
      process.stdin.once("data", () => {
        for (let i = 0; i < 1000; i++) log.info("nobody reads this");
        setTimeout(() => process.exit(7), 50);
      });
      process.stderr.write("ready");`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], { stdio: "pipe" });
    await once(child.stderr, "data");
    child.stdout.destroy();
    child.stdin.write("go");
    const [code] = (await once(child, "exit")) as [number];
    expect(code).toBe(7);
  });
});
