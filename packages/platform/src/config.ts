import { z } from "zod";
import { isSecretName, MASK, maskCredentials } from "./mask-secrets.ts";
import { redisUrlProblems, sharedSettings } from "./settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

type Parsed<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<typeof sharedSettings & Shape>>;

/** The settings of a service: its own and the shared ones, with both Redis roles resolved to an address. */
export type Config<Shape extends z.ZodRawShape = Record<never, never>> = Readonly<
  Omit<Parsed<Shape>, "STORE_REDIS_URL" | "QUEUE_REDIS_URL"> & { STORE_REDIS_URL: string; QUEUE_REDIS_URL: string }
>;

/** Thrown once for all bad settings together; the message lists every variable with the rule it breaks. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

interface ConfigOptions<Shape extends z.ZodRawShape> {
  /** Rules that need several settings at once, such as "production needs keys". */
  check?: (config: Config<Shape>, report: (variable: string, rule: string) => void) => void;
}

/**
 * Checks the environment against the shared settings and a service's own.
 * An empty variable counts as not set: that is how compose files and charts pass "nothing".
 * @throws ConfigError naming every bad variable and its rule
 */
export function parseConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Environment,
  options: ConfigOptions<Shape> = {},
): Config<Shape> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = z.object({ ...sharedSettings, ...shape }).safeParse(given);
  // Even when other settings are wrong, say what is wrong with the addresses: all errors at once.
  const issues: z.core.$ZodIssue[] = parsed.success ? [] : [...parsed.error.issues];
  const report = (variable: string, message: string): number =>
    issues.push({ code: "custom", path: [variable], message, input: undefined });

  const addresses = z.object(sharedSettings).safeParse(given);
  if (addresses.success) {
    for (const { variable, message } of redisUrlProblems(addresses.data)) report(variable, message);
  }
  // Rules of several settings see those that are right, and the defaults in place of the others.
  const wrong = new Set(issues.map(({ path }) => String(path[0])));
  const right = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  const rest = wrong.size === 0 ? parsed : z.object({ ...sharedSettings, ...shape }).safeParse(right);
  if (!rest.success) throw invalid(issues);
  const config = withAddresses<Shape>(rest.data as Parsed<Shape> & Addresses);
  options.check?.(config, (variable, rule) => {
    if (!wrong.has(variable)) report(variable, rule);
  });
  if (issues.length > 0) throw invalid(issues);
  return Object.freeze(config);
}

interface Addresses {
  readonly REDIS_URL: string;
  readonly STORE_REDIS_URL?: string;
  readonly QUEUE_REDIS_URL?: string;
}

function withAddresses<Shape extends z.ZodRawShape>(settings: Parsed<Shape> & Addresses): Config<Shape> {
  return {
    ...settings,
    STORE_REDIS_URL: settings.STORE_REDIS_URL ?? settings.REDIS_URL,
    QUEUE_REDIS_URL: settings.QUEUE_REDIS_URL ?? settings.REDIS_URL,
  };
}

function invalid(issues: z.core.$ZodIssue[]): ConfigError {
  return new ConfigError(`Invalid configuration\n${z.prettifyError(new z.ZodError(issues))}`);
}

/** One `NAME=value` line for each setting, in order, secrets masked, with its meaning where one is given. */
export function printConfig<Shape extends z.ZodRawShape>(shape: Shape, config: Config<Shape>): string {
  const values = new Map<string, unknown>(Object.entries(config));
  return Object.entries<z.core.$ZodType>({ ...sharedSettings, ...shape })
    .map(([name, schema]) => {
      const meaning = z.globalRegistry.get(schema)?.description;
      return `${name}=${printable(name, values.get(name))}${meaning === undefined ? "" : `   # ${meaning}`}\n`;
    })
    .join("");
}

function printable(name: string, value: unknown): string {
  if (value === undefined) return "";
  if (isSecretName(name)) return MASK;
  return maskCredentials(typeof value === "string" ? value : JSON.stringify(value));
}

interface Surroundings {
  env?: Environment;
  argv?: readonly string[];
  stdout?: { write(text: string): unknown };
  stderr?: { write(text: string): unknown };
  exit?: (code: number) => never;
}

/**
 * What `main.ts` calls first, and the only place that reads `process.env`.
 * Bad settings end the process with code 1 and the list of problems on stderr; `--print-config` ends it with code 0.
 */
export function loadConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  options: ConfigOptions<Shape> & Surroundings = {},
): Config<Shape> {
  const { env = process.env, argv = process.argv, stdout = process.stdout, stderr = process.stderr } = options;
  const exit = options.exit ?? ((code: number): never => process.exit(code));
  let config: Config<Shape>;
  try {
    config = parseConfig(shape, env, options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    stderr.write(`${error.message}\n`);
    return exit(1);
  }
  if (!argv.includes("--print-config")) return config;
  stdout.write(printConfig(shape, config));
  return exit(0);
}
