import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../setup/patience.ts";
import { ROOT } from "./installation.ts";
import { importsOf, manifestOf, reachedFrom, sourcesIn, WORKSPACES, workspaceOf } from "./source-files.ts";

/** Packages that each workspace may use. The lint configuration is compared with this table. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  "packages/domain": [],
  "packages/platform": [],
  "packages/contract": ["domain"],
  "packages/feeds": ["domain"],
  "packages/model": ["domain"],
  "packages/queue": ["domain"],
  "packages/cache": ["domain"],
  "packages/diagnosis": ["contract"],
  "packages/console": ["contract", "diagnosis", "domain"],
  "packages/client": ["contract", "domain"],
  "packages/producer": ["domain", "queue"],
  "packages/training": ["domain", "feeds", "model"],
  "packages/predictor": ["domain", "model"],
  "packages/refresh": ["cache", "domain", "model", "predictor"],
  "tools/verify": ["domain", "feeds", "model", "training"],
  "tools/cli": ["client", "diagnosis", "domain", "feeds", "model", "predictor", "training", "verify"],
  "services/api": ["cache", "console", "contract", "domain", "model", "platform", "predictor", "queue", "refresh"],
  "services/edge-purger": ["cache", "contract", "domain", "model", "platform", "predictor", "queue", "refresh"],
  "services/tag-manager": ["cache", "contract", "domain", "model", "platform", "predictor", "queue", "refresh"],
  "services/worker": ["cache", "contract", "domain", "model", "platform", "predictor", "queue", "refresh"],
};

const NO_SERVER = ["ioredis", "bullmq", "express"];
const NO_NETWORK = [...NO_SERVER, "node:http", "node:https", "node:net"];
const PURE = [
  ...NO_NETWORK,
  "node:child_process",
  "node:dns/promises",
  "node:fs",
  "node:fs/promises",
  "node:timers",
  "node:timers/promises",
  "node:perf_hooks",
];

/** Modules from outside that a workspace must not import. */
const MUST_NOT_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "packages/domain": PURE,
  "packages/contract": PURE,
  "packages/diagnosis": PURE,
  "packages/console": NO_SERVER,
  "packages/model": PURE,
  "packages/feeds": [...NO_NETWORK, "node:timers", "node:timers/promises", "node:perf_hooks"],
  "packages/training": NO_NETWORK,
  "packages/predictor": NO_SERVER,
  "packages/client": NO_SERVER,
  "packages/producer": NO_SERVER,
  "tools/verify": NO_NETWORK,
  "tools/cli": NO_SERVER,
};

/** Workspaces whose time and chance are arguments, and the expressions that would fetch them. */
const WITHOUT_CLOCK = new Set([
  "packages/domain",
  "packages/contract",
  "packages/diagnosis",
  "packages/model",
  "packages/feeds",
]);
const CLOCK_AND_CHANCE: readonly [expression: string, rule: string][] = [
  ["setTimeout(() => undefined, 1)", "no-restricted-globals"],
  ["setInterval(() => undefined, 1)", "no-restricted-globals"],
  ["setImmediate(() => undefined)", "no-restricted-globals"],
  ["performance.now()", "no-restricted-globals"],
  ['fetch("http://localhost")', "no-restricted-globals"],
  ["crypto.randomUUID()", "no-restricted-globals"],
  ["Date.now()", "no-restricted-properties"],
  ["Math.random()", "no-restricted-properties"],
  ["process.env", "no-process-env"],
];

interface Planted {
  readonly workspace: string;
  /** What the planted file does, for the name of the test. */
  readonly what: string;
  readonly text: string;
  /** Rule that must report the file; undefined for a file that must pass. */
  readonly rule: string | undefined;
}

const packageNames = WORKSPACES.map((workspace) => manifestOf(workspace).name.replace("@touchline/", ""));

function importing(module: string): string {
  return `import { planted } from "${module}";\n\nplanted();\n`;
}

function plantedIn(workspace: string): Planted[] {
  const own = manifestOf(workspace).name.replace("@touchline/", "");
  const used = MAY_USE[workspace] ?? [];
  const plant = (what: string, text: string, rule?: string): Planted => ({ workspace, what, text, rule });
  const forbidden = [
    ...packageNames.filter((name) => name !== own && !used.includes(name)).map((name) => `@touchline/${name}`),
    ...(MUST_NOT_IMPORT[workspace] ?? []),
    "../../domain/src/events/side.ts",
    ...used.map((name) => `@touchline/${name}/testing`),
  ];
  const [first = ""] = forbidden;
  const expressions = WITHOUT_CLOCK.has(workspace) ? CLOCK_AND_CHANCE : [];
  return [
    ...used.map((name) => plant(`imports @touchline/${name}`, importing(`@touchline/${name}`))),
    ...forbidden.map((module) => plant(`imports ${module}`, importing(module), "no-restricted-imports")),
    plant(`exports from ${first}`, `export { planted } from "${first}";\n`, "no-restricted-imports"),
    ...expressions.map(([expression, rule]) =>
      plant(`uses ${expression}`, `export const planted = ${expression};\n`, rule),
    ),
    plant("uses isNaN", "export const planted = isNaN(Number.NaN);\n", "no-restricted-globals"),
  ];
}

const PLANTED = WORKSPACES.flatMap((workspace) => plantedIn(workspace));
const describePlanted = ({ workspace, what, rule }: Planted) =>
  `${rule === undefined ? "accepts" : "reports"} a file of ${workspace} that ${what}`;
const fileOf = (planted: Planted) => `${planted.workspace}/src/planted-${PLANTED.indexOf(planted)}.ts`;

describe("the lint configuration", () => {
  let folder: string;
  /** Rules by the file that they report. */
  let reported: Map<string, string[]>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "layering-"));
    // Without types: the rules of the layering need none, and the planted imports lead nowhere.
    const config = await readFile(join(ROOT, ".oxlintrc.json"), "utf8");
    await writeFile(join(folder, ".oxlintrc.json"), config.replace('"typeAware": true', '"typeAware": false'));
    for (const planted of PLANTED) await plant(fileOf(planted), planted.text);
    for (const [one, other] of [
      ["one", "other"],
      ["other", "one"],
    ] as const)
      await plant(
        `packages/cache/src/${one}.ts`,
        `import { ${other} } from "./${other}.ts";\n\nexport const ${one} = () => ${other};\n`,
      );
    reported = await lint(folder);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function plant(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }

  it("has a row for every workspace", () => {
    expect(Object.keys(MAY_USE).toSorted()).toEqual(WORKSPACES);
  });

  it.each(PLANTED.map((planted) => [describePlanted(planted), planted] as const))("%s", (_title, planted) => {
    const rules = reported.get(fileOf(planted)) ?? [];
    if (planted.rule === undefined) expect(rules).toEqual([]);
    else expect(rules).toContainEqual(expect.stringContaining(`(${planted.rule})`));
  });

  it("reports two files that import each other", () => {
    for (const name of ["one", "other"])
      expect(reported.get(`packages/cache/src/${name}.ts`)?.join()).toContain("(no-cycle)");
  });
});

async function lint(folder: string): Promise<Map<string, string[]>> {
  const output = await new Promise<string>((resolve, reject) => {
    const program = join(ROOT, "node_modules/.bin/oxlint");
    const options = { cwd: folder, timeout: PATIENCE_MS, maxBuffer: 100_000_000 };
    execFile(program, ["--format=json"], options, (error, stdout) => {
      // Exits with 1 when it has found something, as it must here.
      if (error?.code === 1) resolve(stdout);
      else reject(error ?? new Error("oxlint found nothing"));
    });
  });
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
  const rules = new Map<string, string[]>();
  for (const { code, filename } of diagnostics) rules.set(filename, [...(rules.get(filename) ?? []), code]);
  return rules;
}

describe("the module graph", () => {
  it.each(WORKSPACES)("%s imports, and depends on, lower packages alone", (workspace) => {
    const allowed = (MAY_USE[workspace] ?? []).map((name) => `@touchline/${name}`);
    const { dependencies = {} } = manifestOf(workspace);
    expect(allowed).toEqual(
      expect.arrayContaining(Object.keys(dependencies).filter((name) => name.startsWith("@touchline/"))),
    );
    for (const file of sourcesIn(`${workspace}/src`, `${workspace}/web`))
      for (const target of importsOf(file)) {
        const owner = workspaceOf(target) ?? target;
        if (owner !== workspace) expect(allowed, `${file} imports ${target}`).toContain(manifestOf(owner).name);
      }
  });

  it("has an order: a package is used by higher ones alone", () => {
    const done = new Set<string>();
    const open = new Set(Object.keys(MAY_USE));
    const used = (workspace: string) =>
      (MAY_USE[workspace] ?? []).map((name) => `${name === "verify" ? "tools" : "packages"}/${name}`);
    for (let before = -1; before !== done.size;) {
      before = done.size;
      for (const workspace of open) if (used(workspace).every((name) => done.has(name))) done.add(workspace);
    }
    expect([...open].filter((workspace) => !done.has(workspace))).toEqual([]);
  });

  it.each(WORKSPACES.filter((workspace) => workspace.startsWith("services/")))(
    "%s reaches no file of the training package, of the tools or of another service",
    (service) => {
      const reached = [...reachedFrom(`${service}/src/main.ts`)];
      expect(reached.length).toBeGreaterThan(50);
      const outside = /^(?:packages\/training|packages\/feeds|tools|bench|test|scripts)\//;
      expect(reached.filter((file) => outside.test(file))).toEqual([]);
      expect(reached.filter((file) => file.startsWith("services/") && !file.startsWith(`${service}/`))).toEqual([]);
    },
  );
});
