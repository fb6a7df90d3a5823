import { buildConsole } from "@touchline/console/build";
import { buryJob, DEAD_LETTER_QUEUE, EVENTS_QUEUE, openQueue, queuePrefix } from "@touchline/queue";
import axe, { type AxeResults } from "axe-core";
import type { Job } from "bullmq";
import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiFixture, startApi } from "../../services/api/src/testing/api-fixture.ts";
import { type PlayedMatch, playMatch } from "../../services/api/src/testing/played-match.ts";
import { findBrowser } from "./find-browser.ts";
import { type Look, openPage, wear } from "./open-page.ts";

const executablePath = findBrowser();
const MATCH = "console-1";
const KEY = "browser-key";
const WIDE: Look = { scheme: "light", width: 1_440 };
const LOOKS: readonly Look[] = (["light", "dark"] as const).flatMap((scheme) => [
  { scheme, width: 390 },
  { scheme, width: 1_440 },
]);

const why = executablePath === undefined ? " (skipped: no Chromium on this machine; CHROME_PATH names one)" : "";

describe.skipIf(executablePath === undefined)(`the console in a browser${why}`, () => {
  let browser: Browser;
  let api: ApiFixture;
  let match: PlayedMatch;

  beforeAll(async () => {
    await buildConsole();
    const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
    [browser, api] = await Promise.all([
      launch({ executablePath: executablePath ?? "", args }),
      startApi({ env: { API_KEYS: KEY } }),
    ]);
    match = await playMatch(api, MATCH);
    await match.tell({ type: "kick_off", period: "first_half", minute: 0 });
    await match.refresh();
  });
  afterAll(async () => {
    await browser?.close();
    await api?.[Symbol.asyncDispose]();
  });

  const at = (hash: string): string => `${api.url}/${hash}`;
  const tile = (market: string, status: string): string => `[data-market="${market}"][data-status="${status}"]`;

  it("shows a goal as it happens: suspended, then fresh with new numbers, the score and the timeline moved", async () => {
    await using opened = await openPage(browser, at(`#/match/${MATCH}`), WIDE);
    const { page, troubles } = opened;
    await page.waitForSelector(tile("match_result", "fresh"));
    const before = await textOf(page, tile("match_result", "fresh"));
    const version = await match.tell({ type: "goal", team: "home", period: "first_half", minute: 3 });
    await page.waitForSelector(tile("match_result", "suspended"));
    expect(await textOf(page, tile("match_result", "suspended"))).toContain("No price is shown");
    expect(await page.$(tile("corners_over_under_9_5", "fresh"))).not.toBeNull();
    await match.refresh({ first: 0.75 });
    await page.waitForSelector(tile("match_result", "fresh"));
    expect(await textOf(page, tile("match_result", "fresh"))).not.toBe(before);
    await page.waitForFunction(() => document.querySelector(".goals")?.getAttribute("aria-label") === "1 to 0");
    await page.waitForSelector(".entry-goal .entry-fresh");
    const entry = await textOf(page, ".entry-goal");
    expect(entry).toMatch(/Goal\s*· home.*suspended.*left alone.*fresh/s);
    await page.waitForFunction((text) => document.body.innerText.includes(text), {}, `version ${version}`);
    expect(troubles).toEqual([]);
  });

  it("explains a tile by keyboard alone, and gives the focus back", async () => {
    await using opened = await openPage(browser, at(`#/match/${MATCH}`), WIDE);
    const { page } = opened;
    await page.waitForSelector(tile("match_result", "fresh"));
    await page.focus('[data-market="match_result"]');
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open] .stop-now");
    expect(await textOf(page, "dialog")).toMatch(/Event.*Requirement.*Commit/is);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { hidden: true });
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset["market"])).toBe("match_result");
  });

  it("filters tiles by status, category and outcome", async () => {
    await using opened = await openPage(browser, at(`#/match/${MATCH}`), WIDE);
    const { page } = opened;
    await page.waitForSelector(tile("match_result", "fresh"));
    await page.select(".filter select", "corners");
    await page.waitForSelector('[data-market="match_result"]', { hidden: true });
    await page.type('.filter input[type="search"]', "over");
    const shown = await page.$$eval("[data-market]", (tiles) => tiles.map((each) => each.textContent?.toLowerCase()));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.every((text) => text?.includes("over"))).toBe(true);
  });

  it("shows what an event would do, and publishes it with a key", async () => {
    await using opened = await openPage(browser, at(`#/what-if/${MATCH}`), WIDE);
    const { page } = opened;
    await page.waitForSelector(".form .primary:not([disabled])");
    await page.click(".form .primary");
    await page.waitForSelector(".impact");
    expect(await textOf(page, ".impact")).toMatch(/It would touch \d+ of \d+ open markets.*score/s);
    await page.click('.publish button[type="submit"]');
    await page.waitForSelector('[role="alert"]');
    expect(await textOf(page, '[role="alert"]')).toContain("A valid API key is needed");
    await page.type('.publish input[type="password"]', KEY);
    await page.click('.publish button[type="submit"]');
    await page.waitForSelector(".done");
    expect(await textOf(page, ".done")).toContain("accepted");
  });

  it("says in words why a job was refused for good, and publishes it again", async () => {
    const letters = openQueue(DEAD_LETTER_QUEUE, api.queue, queuePrefix(api.config.KEY_PREFIX, api.config.REDIS_MODE));
    const data = { ...GOAL, matchId: MATCH };
    await buryJob(letters, EVENTS_QUEUE, { id: "x", name: "goal", data, timestamp: 1 } as Job, "the store refused it");
    await using opened = await openPage(browser, at("#/queues"), WIDE);
    const { page } = opened;
    await page.waitForSelector(".letter");
    expect(await textOf(page, ".letter")).toContain(
      `The event goal of match ${MATCH} was given up: the store refused it`,
    );
    await page.type('input[type="password"]', KEY);
    await page.click(".letter-do button");
    await page.waitForSelector(".letter", { hidden: true });
  });

  it.each(["", `#/match/${MATCH}`, `#/what-if/${MATCH}`, "#/queues", "docs"])(
    "is accessible, fits and loads from here alone: /%s",
    async (hash) => {
      await using opened = await openPage(browser, at(hash), WIDE);
      const { page, troubles } = opened;
      await page.waitForSelector(READY[hash.replace(/^#\//, "").split("/")[0] ?? ""] ?? "body");
      await page.evaluate(axe.source);
      for (const look of LOOKS) {
        await wear(page, look);
        const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        expect(needed, `${look.scheme} ${look.width}`).toBeLessThanOrEqual(there ?? 0);
        expect(await graveViolations(page), `${look.scheme} ${look.width}`).toEqual([]);
      }
      expect(troubles).toEqual([]);
    },
  );

  it("shows the names that a feed sends as text, whatever they are", async () => {
    const markup = await playMatch(api, "markup");
    const payload = {
      home: "<script>alert(1)</script>",
      away: "<img src=x onerror=alert(1)>",
      kickoff: GOAL.occurredAt,
      competition: "Cup",
    };
    await markup.tell({ type: "fixture", payload });
    await markup.tell({ type: "kick_off", period: "first_half", minute: 0 });
    await using opened = await openPage(browser, at(""), WIDE);
    await opened.page.waitForSelector('.live-row[href="#/match/markup"]');
    expect(await textOf(opened.page, '.live-row[href="#/match/markup"]')).toContain(payload.home);
    expect(opened.troubles).toEqual([]);
  });

  it("describes every route in the reference, and tries one", async () => {
    await using opened = await openPage(browser, at("docs"), WIDE);
    const { page, troubles } = opened;
    await page.waitForSelector(".opblock");
    const shown = await page.$$eval(".opblock-summary-path", (paths) => paths.map((path) => path.textContent));
    for (const { path } of api.api.routes) expect(shown.map((text) => text?.replaceAll("\u200b", ""))).toContain(path);
    await page.click("#operations-operations-getHealth .opblock-summary-control");
    await page.waitForSelector("#operations-operations-getHealth .execute");
    await page.click("#operations-operations-getHealth .execute");
    await page.waitForSelector("#operations-operations-getHealth .live-responses-table");
    expect(await textOf(page, "#operations-operations-getHealth .live-responses-table")).toContain("graphVersion");
    expect(troubles).toEqual([]);
  });

  it("takes at most 250 KB to load", async () => {
    // A context of its own, in which nothing has been loaded before.
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    const session = await page.createCDPSession();
    await session.send("Network.enable");
    let bytes = 0;
    const urls = new Map<string, string>();
    session.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response.url));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (!urls.get(requestId)?.includes("/v1/")) bytes += encodedDataLength;
    });
    await page.goto(at(""));
    await page.waitForSelector(".verdict");
    await context.close();
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(250_000);
  });

  it("says how old what it shows is while the service does not answer", async () => {
    await using gone = await startApi({ beside: api });
    await using opened = await openPage(browser, `${gone.url}/#/match/${MATCH}`, WIDE);
    const { page } = opened;
    await page.waitForSelector(tile("match_result", "fresh"));
    expect(await textOf(page, ".contact")).toBe("Live");
    await gone.api.close();
    await page.waitForFunction(() => document.querySelector(".contact")?.textContent === "Reconnecting");
    // The page's own clock goes on, so that nobody has to wait.
    await page.evaluate(() => {
      const clock = performance.now.bind(performance);
      performance.now = () => clock() + 60_000;
    });
    await page.waitForSelector(".contact-gone");
    expect(await textOf(page, ".contact")).toMatch(/^No answer. What you see is \d+ (s|min) old$/);
    expect(await textOf(page, ".verdict")).toContain("The api has not answered");
    expect(await page.$(tile("match_result", "fresh"))).not.toBeNull();
  });
});

const READY: Readonly<Record<string, string>> = {
  "": ".live-row",
  match: "[data-market]",
  "what-if": ".form .primary:not([disabled])",
  queues: ".figures",
  docs: ".opblock",
};

const GOAL = {
  id: "letter-1",
  source: "feed",
  type: "goal",
  team: "away",
  period: "first_half",
  minute: 5,
  occurredAt: "2026-11-28T20:00:00Z",
};

/** What a kept checker finds serious or critical: the rule, an element and why. */
async function graveViolations(page: Page): Promise<unknown[]> {
  const { violations } = (await page.evaluate(`axe.run(document, { resultTypes: ["violations"] })`)) as AxeResults;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary]);
}

async function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => (element as HTMLElement).innerText);
}
