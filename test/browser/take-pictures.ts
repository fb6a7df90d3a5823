import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { buildConsole } from "@touchline/console/build";
import { type Client, createClient, pause } from "@touchline/client";
import { parseTimelines } from "@touchline/feeds";
import { launch, type Page } from "puppeteer-core";
import { replayMatch } from "../../tools/cli/src/replay/replay-match.ts";
import { startRedis } from "../setup/redis.ts";
import { startInstallation } from "../setup/services.ts";
import { findBrowser } from "./find-browser.ts";
import { openPage } from "./open-page.ts";

/**
 * Takes the README's pictures of the console from the real thing: an installation of its own, a real match, and its
 * second or third goal. The worker is held at it, for what is shown lasts a few hundredths of a second otherwise.
 */
const FOLDER = fileURLToPath(new URL("../../docs/images", import.meta.url));
const MATCH_FILE = new URL("../../data/demo.ndjson", import.meta.url);
const MATCH_ID = "arsenal-leicester";
const SPEED = 60;
const WIDTH = 1_280;
const HELD_AFTER_GOALS = 2;
const SUSPENDED = '[data-market="match_result"][data-status="suspended"]';
const FRESH = '[data-market="match_result"][data-status="fresh"]';

const executablePath = findBrowser();
if (executablePath === undefined) throw new Error("no Chromium on this machine; CHROME_PATH names one");
mkdirSync(FOLDER, { recursive: true });
await buildConsole();
const redis = await startRedis();
const installation = await startInstallation({
  redisUrl: redis.url,
  prefix: "pictures",
  env: { MISS_WAIT_MS: "2000" },
});
const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
// One for each scheme: a page in the background paints nothing.
const browsers = new Map(
  await Promise.all(
    (["light", "dark"] as const).map(async (scheme) => [scheme, await launch({ executablePath, args })] as const),
  ),
);
const over = new AbortController();
try {
  const url = installation.apis[0]?.url ?? "";
  const [worker] = installation.workers;
  const [lines = []] = parseTimelines(await readFile(MATCH_FILE, "utf8")).values();
  const client = createClient({ url });
  const replay = replayMatch(client, lines, { matchId: MATCH_ID, speed: SPEED, signal: over.signal });
  await isRegistered(client);
  const pages: [string, Page][] = [];
  for (const [scheme, browser] of browsers) {
    const { page } = await openPage(browser, `${url}/#/match/${MATCH_ID}`, { scheme, width: WIDTH });
    pages.push([scheme, page]);
  }
  for (const [, page] of pages) await page.waitForSelector(FRESH);
  for await (const message of client.stream(MATCH_ID, { signal: over.signal })) {
    if (message.kind !== "refreshed") continue;
    const { score } = (await client.match(MATCH_ID)).state;
    if (score.home + score.away < HELD_AFTER_GOALS) continue;
    worker?.pause();
    break;
  }
  for (const [, page] of pages) await page.waitForSelector(SUSPENDED);
  const { score } = (await client.match(MATCH_ID)).state;
  for (const [, page] of pages) await page.waitForSelector(`.goals[aria-label="${score.home} to ${score.away}"]`);
  await takeAll(pages);
  worker?.resume();
  over.abort();
  await replay;
} finally {
  over.abort();
  for (const browser of browsers.values()) await browser.close();
  await installation.stop();
  await redis.stop();
}

async function isRegistered(client: Client): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await client.match(MATCH_ID));
    } catch (error) {
      if (attempt === 100) throw error;
      await pause(100, over.signal);
    }
  }
}

async function takeAll(pages: readonly [string, Page][]): Promise<void> {
  for (const [scheme, page] of pages) {
    const path = `${FOLDER}/console-goal-${scheme}.webp`;
    await page.screenshot({ path, type: "webp", quality: 85 });
    process.stdout.write(`${path}\n`);
  }
}
