import type { Page } from "playwright-core";
import { onPage, type Bench } from "./bench.ts";
import { median, type Figure } from "./report.ts";

const SETTLE_MS = 500;
const MOST_FOLDS = 3;

/** The longest interaction on every page that the menu of a fund leads to; milliseconds to the next paint. */
export async function measureInteractions(bench: Bench): Promise<Figure[]> {
  const paths = await onPage(bench, `/funds/${bench.fund.id}`, (page) =>
    page
      .locator("header nav a")
      .evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute("href") ?? "/"))]),
  );
  const figures: Figure[] = [];
  for (const path of paths) {
    const seen: number[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      seen.push(await onPage(bench, path, longestInteraction));
    }
    const figure = `INP, ${path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id")}`;
    figures.push({ figure, limit: 100, unit: "ms", seen: median(seen) });
  }
  return figures;
}

async function longestInteraction(page: Page): Promise<number> {
  await page.waitForLoadState("networkidle");
  await page.evaluate(observe);
  const folds = page.locator("main summary:visible");
  for (let at = 0; at < Math.min(MOST_FOLDS, await folds.count()); at += 1) {
    await folds.nth(at).click();
  }
  const field = page.locator(
    'main input:visible:not([type="file"],[type="checkbox"],[type="date"])',
  );
  if ((await field.count()) > 0) {
    await field.first().click();
    await page.keyboard.type("12", { delay: 60 });
  }
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search", exact: true }).waitFor();
  await page.keyboard.type("re", { delay: 120 });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await page.waitForTimeout(SETTLE_MS);
  return page.evaluate(() => Reflect.get(globalThis, "benchLongest") as number);
}

// Runs in the page.
function observe(): void {
  Object.assign(globalThis, { benchLongest: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { interactionId = 0 } = entry as PerformanceEntry & { interactionId?: number };
      const longest = Reflect.get(globalThis, "benchLongest") as number;
      if (interactionId > 0 && entry.duration > longest) {
        Object.assign(globalThis, { benchLongest: entry.duration });
      }
    }
  }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
}
