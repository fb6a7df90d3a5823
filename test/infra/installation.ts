import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { compileCache } from "../setup/compile-cache.ts";
import { PATIENCE_MS } from "../setup/patience.ts";
import { parse } from "yaml";

/** The files an operator installs from, read the way their programs read them. */
export const ROOT = join(import.meta.dirname, "../..");

const run = promisify(execFile);

/** What a service cannot start without. */
const NEEDED: Readonly<Record<string, Record<string, string>>> = {
  "edge-purger": { VARNISH_URLS: "http://varnish:80" },
};

const known = new Map<string, Promise<ReadonlyMap<string, string>>>();

/** Settings by name, with the values that the service would start with in an environment with what it needs alone. */
export async function settingsOf(service: string): Promise<ReadonlyMap<string, string>> {
  const settings = known.get(service) ?? printedBy(service);
  known.set(service, settings);
  return settings;
}

async function printedBy(service: string): Promise<ReadonlyMap<string, string>> {
  const main = join(ROOT, `services/${service}/src/main.ts`);
  const { stdout } = await run(process.execPath, [main, "--print-config"], {
    env: { ...compileCache(), ...NEEDED[service] },
    timeout: PATIENCE_MS,
  });
  return new Map(
    [...stdout.matchAll(/^([A-Z][A-Z0-9_]*)=([^#\n]*?)\s*(?:#.*)?$/gm)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

export function isThere(path: string): boolean {
  return existsSync(join(ROOT, path));
}

/** A YAML document with its merge keys (`<<`) resolved. */
export function readYaml(path: string): unknown {
  return parse(readText(path), { merge: true });
}

/** As far as the tests look at it. What a service leaves out is filled in by `serviceOf`. */
export interface ComposeService {
  image: string;
  command: string[];
  environment: Record<string, string>;
  ports: string[];
  volumes: string[];
  networks: string[];
  /** Only started with one of these; always when there is none. */
  profiles: string[];
  depends_on: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
  container_name?: string;
  deploy: { resources: { limits: { cpus: string; memory: string; pids?: number } } };
}

interface Compose {
  services: Record<string, Partial<ComposeService>>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, unknown>;
}

export function readCompose(): Compose {
  return readYaml("docker-compose.yml") as Compose;
}

/** @throws Error when there is no such service, or it declares no image, networks or limits */
export function serviceOf({ services }: Compose, name: string): ComposeService {
  const service = services[name];
  if (!service) throw new Error(`docker-compose.yml has no service ${name}`);
  const { image, networks, deploy } = service;
  if (!image || !networks || !deploy) throw new Error(`service ${name} lacks an image, networks or limits`);
  const usual = { command: [], environment: {}, ports: [], volumes: [], profiles: [], depends_on: {} };
  return { ...usual, ...service, image, networks, deploy };
}

/**
 * Every `${NAME...}` that docker-compose.yml takes from the environment, with what follows the name (`:?...`, `:-...`).
 */
export function composeVariables(): Map<string, string> {
  const uses = readText("docker-compose.yml").matchAll(/(?<!\$)\$\{([A-Z_]+)([^}]*)\}/g);
  return new Map([...uses].map(([, name = "", rest = ""]) => [name, rest]));
}

/** Bytes of a size as Docker and Redis write it: `512mb`, `1g`. Both count in 1024s with these suffixes. */
export function bytesOf(size: string): number {
  const match = /^(\d+)(mb?|gb?)$/.exec(size.toLowerCase());
  if (!match) throw new RangeError(`not a size: ${size}`);
  return Number(match[1]) * 1024 ** (match[2]?.startsWith("g") ? 3 : 2);
}

/** Instructions of a Dockerfile in order, continuation lines joined. */
export function readDockerfile(): { instruction: string; rest: string }[] {
  return readText("infra/Dockerfile")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [instruction = "", ...rest] = line.trim().split(/\s+/);
      return { instruction, rest: rest.join(" ") };
    });
}
