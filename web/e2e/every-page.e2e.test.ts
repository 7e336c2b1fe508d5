import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everyPage, startApp, type App } from "./app.ts";
import { BROWSER_TEST, browserPath, explainSkip } from "./browser.ts";

const PHONE = { width: 390, height: 844 };
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

explainSkip();

describe.skipIf(!browserPath)("every page", BROWSER_TEST, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app?.stop());

  test("has no accessibility faults, in light and in dark", async () => {
    for (const path of everyPage(app.fund)) {
      const page = await app.open(path);
      await unfold(page);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
        // The dark scheme differs in colours only.
        if (colorScheme === "dark") axe.withRules(["color-contrast"]);
        else axe.withTags(WCAG);
        const { violations } = await axe.analyze();
        const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        expect([path, colorScheme, ...faults]).toEqual([path, colorScheme]);
      }
    }
    expect(await app.closePages()).toEqual([]);
  });

  test("does not scroll sideways on a phone", async () => {
    for (const path of everyPage(app.fund)) {
      const page = await app.open(path, { viewport: PHONE });
      await unfold(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([path, width]).toEqual([path, PHONE.width]);
    }
    expect(await app.closePages()).toEqual([]);
  });

  test("has one main heading, a title and a link that skips the navigation", async () => {
    for (const path of everyPage(app.fund)) {
      const page = await app.open(path);
      expect([path, await page.locator("h1").count()]).toEqual([path, 1]);
      expect(await page.title()).toContain("AllFunds");
      await page.keyboard.press("Tab");
      await page.locator(".skip:focus").waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/#main$/);
    }
    expect(await app.closePages()).toEqual([]);
  });
});

/** Opens what is folded. Of the transactions only the first: they all have the same structure. */
async function unfold(page: Page): Promise<void> {
  await page
    .locator("details:not([data-transaction]), li:first-child > [data-transaction]")
    .evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
}
