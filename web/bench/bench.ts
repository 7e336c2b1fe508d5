import type { Browser, Cookie, Page } from "playwright-core";
import { hydrated, STATE_TIMEOUT_MS } from "../e2e/browser.ts";
import type { Demo, MeasuredFund } from "./demo.ts";

/** What the sections measure with. */
export interface Bench {
  readonly browser: Browser;
  /** Address of the web app. */
  readonly url: string;
  readonly demo: Demo;
  /** Of a signed-in user. */
  readonly cookies: readonly Cookie[];
  readonly fund: MeasuredFund;
  readonly rounds: number;
  /** Where tools and their results are kept. */
  readonly directory: string;
  /** Rows of the long list. */
  readonly rows: number;
}

const DESKTOP = { width: 1_350, height: 900 };

/**
 * Opens a page as the signed-in user, with an empty cache, and closes it after the work. In the page, `benchFrame`
 * waits for the next frame, and `benchUntil` for a condition.
 */
export async function onPage<Result>(
  { browser, cookies, url }: Bench,
  path: string,
  work: (page: Page) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext({ viewport: DESKTOP });
  await context.addCookies([...cookies]);
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(STATE_TIMEOUT_MS);
    await page.addInitScript(addWaits, STATE_TIMEOUT_MS);
    await page.goto(url + path);
    await hydrated(page);
    return await work(page);
  } finally {
    await context.close();
  }
}

/** Runs in the page. Waiting ends with an error when the page shows one, or nothing for too long. */
function addWaits(limitMs: number): void {
  async function benchUntil(condition: () => boolean): Promise<void> {
    const lastAt = performance.now() + limitMs;
    while (!condition()) {
      const alert = document.querySelector('main [role="alert"]');
      if (alert !== null) throw new Error(`The page shows an error: ${alert.textContent?.trim()}`);
      if (performance.now() > lastAt) throw new Error(`The page did not change in ${limitMs} ms.`);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }
  Object.assign(globalThis, {
    benchFrame: () => new Promise((resolve) => requestAnimationFrame(resolve)),
    benchUntil,
  });
}
