import type { Browser, Page } from "puppeteer-core";
import { PATIENCE_MS } from "../setup/patience.ts";

/** A page of the console, with everything that went wrong in it. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors on the console, exceptions, and requests to anybody but the service. */
  readonly troubles: readonly string[];
}

export interface Look {
  readonly scheme: "light" | "dark";
  readonly width: number;
}

/** Shows the page in another width and another scheme. */
export async function wear(page: Page, { scheme, width }: Look): Promise<void> {
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: scheme },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  // A page hears of another scheme with its next frame, just before that frame's callbacks run.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

export async function openPage(browser: Browser, url: string, look: Look): Promise<WatchedPage> {
  const page = await browser.newPage();
  const troubles: string[] = [];
  const { origin } = new URL(url);
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("data:")) troubles.push(request.url());
  });
  await wear(page, look);
  await page.goto(url, { waitUntil: "domcontentloaded" });
  return { page, troubles, [Symbol.asyncDispose]: async () => page.close() };
}
