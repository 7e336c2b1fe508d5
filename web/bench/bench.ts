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
 * waits for the next frame.
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
    await page.addInitScript(() => {
      Object.assign(globalThis, {
        benchFrame: () => new Promise((resolve) => requestAnimationFrame(resolve)),
      });
    });
    await page.goto(url + path);
    await hydrated(page);
    return await work(page);
  } finally {
    await context.close();
  }
}
