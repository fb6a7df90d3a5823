import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../run-program.ts";
import { emptyFolder } from "./empty-folder.ts";

const RESOLUTIONS = [
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "preserve", moduleResolution: "bundler" },
] as const;
/** The one that this repository uses, and the last one of the line before. */
const COMPILERS = ["7", "5"];

const USER = `
import { type AllStreamMessage, createClient, ProblemError } from "@touchline/client";
import { runCli } from "@touchline/cli";
import { EVENTS_QUEUE, type MatchEventInput, publish } from "@touchline/producer";
import { Queue } from "bullmq";

const queue = new Queue(EVENTS_QUEUE);
const goal: MatchEventInput = {
  source: "a", id: "b", matchId: "c", type: "goal", team: "home", occurredAt: "2026-05-01T19:00:00Z",
};
await publish(queue, goal);

const client = createClient({ url: "http://127.0.0.1:3000" });
const version = (message: AllStreamMessage): number | undefined =>
  message.kind === "touched" ? message.version : undefined;
for await (const message of client.streamAll()) {
  if (message.kind === "reset" && message.matchId === undefined) console.log(message.matches[0]?.version);
  version(message);
}
const answer = await client.predictions("c").catch((error: unknown) => {
  throw error instanceof ProblemError ? new Error(error.title) : error;
});
const home: number | null | undefined = answer.markets["match_result"]?.outcomes?.["home"];
console.log(home, await runCli([], {
  stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env,
  signal: AbortSignal.timeout(1), now: () => 0,
}));
// @ts-expect-error an event has a type
await publish(queue, { source: "a", id: "b", matchId: "c", occurredAt: "2026-05-01T19:00:00Z" });
`;

/** Compiles a user of every package under both resolutions, declarations of the packages included. */
export async function checkTypes(tarballs: readonly string[], folder: string): Promise<void> {
  const home = emptyFolder(folder, "types");
  const compilers = COMPILERS.map((line) => `typescript-${line}@npm:typescript@${line}`);
  await runProgram("npm", ["install", "--no-audit", "--no-fund", ...tarballs, "ioredis", ...compilers, "@types/node"], {
    cwd: home,
  });
  writeFileSync(join(home, "user.mts"), USER);
  for (const resolution of RESOLUTIONS) {
    const compilerOptions = {
      ...resolution,
      target: "es2022",
      lib: ["es2023", "esnext.disposable"],
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["user.mts"] }));
    for (const line of COMPILERS)
      await runProgram(process.execPath, [join("node_modules", `typescript-${line}`, "bin", "tsc")], { cwd: home });
  }
}
