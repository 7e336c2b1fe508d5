import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserPath, explainSkip } from "./browser.ts";
import { everyPage, startHouse, type House } from "./house.ts";

explainSkip();

describe.skipIf(!browserPath)("every page", () => {
  let house: House;

  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house?.stop());

  test("has no accessibility faults, in light and in dark", async () => {
    for (const path of everyPage(house.fund)) {
      const page = await house.open(path);
      await unfold(page);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const axe = new AxeBuilder({ page });
        // The dark has other colours and nothing else.
        if (colorScheme === "dark") axe.withRules(["color-contrast"]);
        else axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]);
        const { violations } = await axe.analyze();
        const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        expect([path, colorScheme, ...faults]).toEqual([path, colorScheme]);
      }
    }
    expect(await house.closePages()).toEqual([]);
  });

  test("does not scroll sideways on a phone", async () => {
    const viewport = { width: 390, height: 844 };
    for (const path of everyPage(house.fund)) {
      const page = await house.open(path, { viewport });
      await unfold(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([path, width]).toEqual([path, viewport.width]);
    }
    expect(await house.closePages()).toEqual([]);
  });

  test("has one main heading, a title and a way past the navigation", async () => {
    for (const path of everyPage(house.fund)) {
      const page = await house.open(path);
      expect(await page.locator("h1").count()).toBe(1);
      expect(await page.title()).toContain("AllFunds");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(new URL(page.url()).hash).toBe("#main");
    }
  });
});

/** Opens what is folded away, of the transactions only the first: they are all built alike. */
async function unfold(page: Page): Promise<void> {
  await page
    .locator("details:not([data-transaction]), li:first-child > [data-transaction]")
    .evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
}
