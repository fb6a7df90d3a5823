import { copyFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PUBLISHED_PACKAGES, ROOT } from "../published-packages.ts";
import { runProgram } from "../run-program.ts";
import { emptyFolder } from "./empty-folder.ts";
import type { NodeRelease } from "./node-release.ts";
import { type Services, snippetOf } from "./page-snippet.ts";

/** Once more without an import, and the stream over all matches. */
const BY_REQUIRE = `
const { createClient, ProblemError } = require("@touchline/client");
const client = createClient({ url: process.argv[2] });
(async () => {
  const refused = await client.match("nobody").catch((error) => error);
  if (!(refused instanceof ProblemError) || refused.status !== 404) throw new Error("no 404 for a match that is none");
  for await (const message of client.streamAll({ signal: AbortSignal.timeout(10_000) }))
    if (message.kind === "reset") return console.log(message.matches.length);
  throw new Error("the stream over all matches brought nothing within 10 s");
})();
`;

/** Installs the tarballs in an empty folder, runs what their pages say, and every kind of command. */
export async function checkUse(
  tarballs: readonly string[],
  node: NodeRelease,
  services: Services,
  folder: string,
): Promise<void> {
  const home = emptyFolder(folder, `use-${node.version}`);
  const run = async (program: string, ...args: string[]): Promise<string> =>
    runProgram(program, args, { cwd: home, env: { ...node.env, TOUCHLINE_URL: services.url } });
  await run("npm", "install", "--no-audit", "--no-fund", ...tarballs, "ioredis");
  for (const { folder: source, bin } of PUBLISHED_PACKAGES) {
    if (bin) continue;
    const file = `${basename(source)}.mjs`;
    writeFileSync(join(home, file), snippetOf(join(source, "README.md"), services));
    await run(node.program, file);
  }
  writeFileSync(join(home, "by-require.cjs"), BY_REQUIRE);
  await run(node.program, "by-require.cjs", services.url);

  const touchline = join(home, "node_modules", ".bin", "touchline");
  const version = (await run(touchline, "--version")).trim();
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`touchline --version printed ${version}`);
  await run(touchline, "replay", "--speed", "max", "--as", `replayed-on-${node.version.replaceAll(".", "-")}`);
  await run(touchline, "matches");
  await run(touchline, "markets", "match_result");
  await run(touchline, "query", "cup-7", "--markets", "match_result");
  await run(touchline, "explain", "cup-7", "match_result");
  // On threads, whose code is a file of its own.
  copyFileSync(join(ROOT, "data", "demo.ndjson"), join(home, "timelines_demo.ndjson"));
  await run(touchline, "soundness", "--data", home, "--matches", "1");
}
