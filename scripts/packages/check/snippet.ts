import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "../../../packages/client/src/index.ts";
import { ROOT } from "../published-packages.ts";
import { runProgram } from "../run-program.ts";
import { emptyFolder } from "./empty-folder.ts";
import type { NodeRelease } from "./node-release.ts";
import { type Services, snippetOf } from "./page-snippet.ts";

const PAGE = "README.md";
const MATCH = "cup-1";

/** Runs the snippet of the main page that publishes with BullMQ alone, and waits until its event has been applied. */
export async function checkSnippet(node: NodeRelease, services: Services, folder: string): Promise<void> {
  const home = emptyFolder(folder, `snippet-${node.version}`);
  const client = createClient({ url: services.url });
  const kickoff = new Date().toISOString();
  await client.registerMatch(MATCH, { home: "Rovers", away: "United", kickoff, competition: "Cup" });
  await runProgram("npm", ["install", "--no-audit", "--no-fund", ...installed()], { cwd: home, env: node.env });
  writeFileSync(join(home, "snippet.mjs"), snippetOf(PAGE, services));
  await runProgram(node.program, ["snippet.mjs"], { cwd: home, env: node.env });
  for await (const message of client.stream(MATCH, { lastEventId: "0", signal: AbortSignal.timeout(30_000) }))
    if (message.kind === "touched" && message.event.id === "corner-1") return;
  throw new Error("the corner of the snippet was not applied within 30 s");
}

/** What the page says to install for it. */
function installed(): string[] {
  const [, names] = /`npm install (bullmq[\w ]*)`/.exec(readFileSync(join(ROOT, PAGE), "utf8")) ?? [];
  if (names === undefined) throw new Error(`${PAGE} does not say what to install for its snippet`);
  return names.split(" ");
}
