import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { default as axe, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What breaks WCAG 2.2 AA on the page, each with the first element that does. */
export const accessibilityFaults = (page: Page): Promise<string[]> =>
  faultsOf(page, { runOnly: { type: "tag", values: WCAG } });

/** Of those faults the ones that colours make: a dark scheme differs from a light one in nothing else. */
export const contrastFaults = (page: Page): Promise<string[]> =>
  faultsOf(page, { runOnly: { type: "rule", values: ["color-contrast"] } });

/** Of those faults what the width of the window makes: what scrolls on a phone has to take the focus. */
export const narrowFaults = (page: Page): Promise<string[]> =>
  faultsOf(page, { runOnly: { type: "rule", values: ["scrollable-region-focusable"] } });

/** Rows of a long list arrive after their page; until then nothing in the list takes the focus. */
async function rowsArrived(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[role="grid"]')].every(
      (grid) =>
        grid.querySelector('[role="gridcell"]') === null ||
        grid.querySelector("a") !== null ||
        document.querySelector('[role="alert"]') !== null,
    ),
  );
}

/** No selectors, which no one reads, and no style sheets a second time, which none of the rules needs. */
const LEAST: RunOptions = {
  resultTypes: ["violations"],
  selectors: false,
  preload: { assets: ["media"] },
};

/** In the page itself, which has no frames. To send and compile axe costs as much as most runs: once for a document. */
async function faultsOf(page: Page, rules: RunOptions): Promise<string[]> {
  await rowsArrived(page);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const options: RunOptions = { ...rules, ...LEAST };
  return page.evaluate(async (options) => {
    const { run } = Reflect.get(globalThis, "axe") as typeof axe;
    const { violations } = await run(document, options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }, options);
}
