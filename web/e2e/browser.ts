import { chromium, type Browser, type Page } from "playwright-core";
import { onTestFailed } from "vitest";

/** How long a test waits for a state. Long, so that a busy machine does not fail a test. */
export const STATE_TIMEOUT_MS = 120_000;

export const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launchBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, timeout: STATE_TIMEOUT_MS, args: BROWSER_FLAGS });

/** Opens an address and waits until the page's scripts handle input. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await hydrated(page);
}

/** Waits until the page's scripts handle input. A key pressed earlier would be lost. */
export const hydrated = (page: Page): Promise<void> =>
  page.locator("html[data-hydrated]").waitFor({ state: "attached" });

/** Waits until no other page is on its way, whose arrival would take the focus. */
export const settled = (page: Page): Promise<void> =>
  page.locator("[data-navigating]").waitFor({ state: "detached" });

/** Waits until the page's live connection is open. */
export const live = (page: Page): Promise<void> =>
  page.locator('[data-state="live"]').waitFor({ state: "attached" });

/** Collects the errors and warnings of a page that this test opens. */
export function watch(page: Page, browserErrors: string[]): void {
  page.setDefaultTimeout(STATE_TIMEOUT_MS);
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // A failed request's text does not name the request.
    browserErrors.push(`${message.text()} at ${message.location().url}`);
  });
  page.on("pageerror", (error) => browserErrors.push(error.message));
  showOnFailure(page);
}

/** Prints what the page shows when this test fails. */
export function showOnFailure(page: Page): void {
  onTestFailed(async () => {
    if (page.isClosed()) return;
    const text = await page.locator("body").innerText({ timeout: 5_000 }).catch(String);
    process.stdout.write(`\n${page.url()} showed:\n${text}\n`);
  });
}
