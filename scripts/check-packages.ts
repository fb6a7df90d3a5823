/**
 * `pnpm check:packages`: packs what can be installed outside of this repository, installs it in empty folders under
 * each supported Node, and uses it there as its pages say, against real services. Needs the package registry. Minutes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "../test/setup/redis.ts";
import { startInstallation } from "../test/setup/services.ts";
import { checkUnsupportedNode } from "./packages/check/unsupported-node.ts";
import { checkTypes } from "./packages/check/types.ts";
import { checkUse } from "./packages/check/use.ts";
import { installNode } from "./packages/check/node-release.ts";
import { checkSnippet } from "./packages/check/snippet.ts";
import { packAll } from "./packages/pack-all.ts";
import { PUBLISHED_PACKAGES } from "./packages/published-packages.ts";

const SUPPORTED = ["20", "22", "26"];
const UNSUPPORTED = "18";

const folder = mkdtempSync(join(tmpdir(), "touchline-packages-"));
const failed: string[] = [];
try {
  const tarballs = await step("pack", async () => packAll(PUBLISHED_PACKAGES));
  if (tarballs) await checkAll([...tarballs.values()]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failed.length > 0) {
  process.stdout.write(`failed: ${failed.join(", ")}\n`);
  process.exitCode = 1;
}

async function checkAll(tarballs: readonly string[]): Promise<void> {
  const redis = await startRedis();
  try {
    // The default prefix: what a producer meets that knows nothing but the queue's name.
    const installation = await startInstallation({ redisUrl: redis.url, prefix: "tl" });
    try {
      const services = { url: installation.apis[0]?.url ?? "", redisPort: redis.port };
      for (const release of SUPPORTED) {
        const node = await step(`install Node ${release}`, async () => installNode(release, folder));
        if (node) await step(`use under ${node.version}`, async () => checkUse(tarballs, node, services, folder));
        if (node)
          await step(`the README's snippet under ${node.version}`, async () => checkSnippet(node, services, folder));
      }
    } finally {
      await installation.stop();
    }
  } finally {
    await redis.stop();
  }
  await step("types", async () => checkTypes(tarballs, folder));
  const old = await step(`install Node ${UNSUPPORTED}`, async () => installNode(UNSUPPORTED, folder));
  if (old) await step(`refuse ${old.version}`, async () => checkUnsupportedNode(tarballs, old, folder));
}

async function step<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  const startedAt = performance.now();
  const took = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`;
  try {
    const result = await work();
    process.stdout.write(`ok     ${took()}   ${name}\n`);
    return result;
  } catch (error) {
    failed.push(name);
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\nFAILED ${took()}   ${name}\n`);
    return undefined;
  }
}
