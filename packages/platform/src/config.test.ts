import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigError, loadConfig, parseConfig, printConfig } from "./config.ts";
import { commaList, decimalNumber, portNumber, wholeNumber } from "./settings.ts";

const shape = {
  PORT: portNumber().default(3000).describe("where the api listens"),
  GRACE_MS: wholeNumber({ min: 1 }).default(30_000),
  API_KEYS: commaList().default([]),
  XFETCH_BETA: decimalNumber({ min: 0, max: 10 }).default(1),
};

describe("reading the environment", () => {
  it("starts from nothing: every setting has a safe default", () => {
    const config = parseConfig(shape, {});
    expect(config).toMatchObject({
      PORT: 3000,
      HOST: "127.0.0.1",
      KEY_PREFIX: "tl",
      REDIS_MODE: "single",
      NODE_ENV: "development",
    });
    expect(config.SHUTDOWN_TIMEOUT_MS).toBe(10_000);
  });

  it("gives both roles REDIS_URL unless they have addresses of their own", () => {
    const config = parseConfig(shape, { REDIS_URL: "redis://a:1", QUEUE_REDIS_URL: "redis://b:2" });
    expect(config.STORE_REDIS_URL).toBe("redis://a:1");
    expect(config.QUEUE_REDIS_URL).toBe("redis://b:2");
  });

  it("treats an empty variable as not set", () => {
    expect(parseConfig(shape, { PORT: "", STORE_REDIS_URL: "" })).toMatchObject({
      PORT: 3000,
      STORE_REDIS_URL: "redis://127.0.0.1:6379",
    });
  });

  it.each(["3.5", "0x10", "1e3", " ", "70000", "-1", "NaN"])("refuses the port %j", (PORT) => {
    expect(() => parseConfig(shape, { PORT })).toThrow(/at PORT/);
  });

  it("names every bad variable with its rule at once", () => {
    const problems = (): unknown =>
      parseConfig(shape, { PORT: "http", GRACE_MS: "0", NODE_ENV: "prod", REDIS_URL: "http://a", KEY_PREFIX: "a:b" });
    expect(problems).toThrow(ConfigError);
    for (const name of ["PORT", "GRACE_MS", "NODE_ENV", "KEY_PREFIX"]) expect(problems).toThrow(`at ${name}`);
    expect(() => parseConfig(shape, { GRACE_MS: "0", REDIS_URL: "http://a" })).toThrow(
      /redis\[s\]:\/\/.*\n.*at REDIS_URL/,
    );
  });

  it("never repeats a bad value, which may be a secret", () => {
    const bad = { REDIS_URL: "redis://:hunter2@", ADMIN_PASSWORD: "hunter2" };
    const strict = { ADMIN_PASSWORD: z.string().min(12) };
    expect(() => parseConfig(strict, bad)).toThrow(/ADMIN_PASSWORD/);
    expect(() => parseConfig(strict, bad)).not.toThrow(/hunter2/);
  });

  it("lets a service state rules across settings", () => {
    const check = (
      config: { NODE_ENV: string; API_KEYS: string[] },
      report: (name: string, rule: string) => void,
    ): void => {
      if (config.NODE_ENV === "production" && config.API_KEYS.length === 0)
        report("API_KEYS", "production needs at least one");
    };
    expect(() => parseConfig(shape, { NODE_ENV: "production" }, { check })).toThrow(
      /production needs at least one\n.*API_KEYS/,
    );
    expect(parseConfig(shape, { NODE_ENV: "production", API_KEYS: "k1, k2" }, { check }).API_KEYS).toEqual([
      "k1",
      "k2",
    ]);
  });
});

describe("starting a service", () => {
  class Exited extends Error {
    readonly code: number;
    constructor(code: number) {
      super(`exit ${code}`);
      this.code = code;
    }
  }
  const surroundings = (env: Record<string, string>, argv: string[] = []) => {
    const written = { out: "", err: "" };
    const options = {
      env,
      argv,
      stdout: { write: (text: string) => (written.out += text) },
      stderr: { write: (text: string) => (written.err += text) },
      exit: (code: number): never => {
        throw new Exited(code);
      },
    };
    return { options, written };
  };

  it("stops with code 1 and the problem on stderr", () => {
    const { options, written } = surroundings({ PORT: "x" });
    expect(() => loadConfig(shape, options)).toThrow("exit 1");
    expect(written.err).toMatch(/Invalid configuration\n.*whole number\n.*PORT/);
  });

  it("prints the settings in force, secrets masked, and stops with code 0", () => {
    const env = {
      API_KEYS: "k-secret",
      QUEUE_REDIS_URL: "rediss://user:pa@ss@queue:6380/1",
      STORE_REDIS_URL: "redis://store",
    };
    const { options, written } = surroundings(env, ["--print-config"]);
    expect(() => loadConfig(shape, options)).toThrow("exit 0");
    expect(written.out).toContain("PORT=3000   # where the api listens\n");
    expect(written.out).toContain("API_KEYS=***\n");
    expect(written.out).toContain("QUEUE_REDIS_URL=rediss://***@queue:6380/1 ");
    expect(written.out).not.toMatch(/secret|pa@ss/);
  });

  it("prints each setting on one line", () => {
    const config = parseConfig(shape, {});
    expect(printConfig(shape, config).trimEnd().split("\n")).toHaveLength(Object.keys(config).length);
  });
});
