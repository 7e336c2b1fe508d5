import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accountId, type App } from "./app.ts";
import type { Fund } from "./fake-graph/books.ts";

const PHONE = { width: 390, height: 844 };
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The path of one page of every kind. */
const PAGES: readonly (readonly [name: string, path: (app: App) => string])[] = [
  ["overview", () => "/"],
  ["fund", ({ fund }) => `/funds/${fund.id}`],
  ["transactions", ({ fund }) => `/funds/${fund.id}/transactions?amountFrom=12,50`],
  ["transaction", ({ fund }) => `/transactions/${fund.transactions[0]?.id}`],
  ["reports", ({ fund }) => `/funds/${fund.id}/reports`],
  ["NAV bridge", ({ fund }) => `/funds/${fund.id}/bridge?from=2026-01-01&to=2026-10-31`],
  ["review", () => "/review"],
  ["search", () => "/search?q=custody"],
  ["accounts", ({ fund }) => `/funds/${fund.id}/accounts`],
  ["periods", ({ fund }) => `/funds/${fund.id}/periods`],
  ["new fund", () => "/funds/new"],
  ["performance", ({ fund }) => `/funds/${fund.id}/performance?benchmark=benchmark-1`],
  ["categories", ({ fund }) => `/funds/${fund.id}/categories`],
  ["rules", ({ fund }) => `/funds/${fund.id}/categories/rules`],
  ["administration", ({ fund }) => `/funds/${fund.id}/administration`],
  ["portfolio", ({ fund }) => `/funds/${fund.id}/portfolio`],
  ["NAVs", ({ fund }) => `/funds/${fund.id}/valuations`],
  ["securities", () => "/securities"],
  ["orders", ({ fund }) => `/funds/${fund.id}/orders`],
  ["import", ({ fund }) => `/funds/${fund.id}/import`],
  ["ask", ({ fund }) => `/funds/${fund.id}/ask`],
  ["account", ({ fund }) => `/accounts/${accountId(fund, "1000")}`],
  ["bank statements", ({ fund }) => `/accounts/${accountId(fund, "1000")}/statements`],
  ["bank statement", ({ fund }) => statementPath(fund)],
];

function statementPath({ statements: [statement] }: Fund): string {
  if (!statement) throw new Error("The fund has no bank statement.");
  return `/accounts/${statement.accountId}/statements/${statement.id}`;
}

/** Tests one page of every kind for accessibility and narrow screens. */
export const testEveryPage = (started: () => App): SuiteCollector =>
  describe("every page", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    // One test for each page, because opening the page costs more than checking it.
    test.each(PAGES)("is accessible and fits a phone: %s", async (_name, path) => {
      const page = await app.open(path(app));
      expect(await page.locator("h1").count()).toBe(1);
      expect(await page.title()).toContain("AllFunds");
      await page.keyboard.press("Tab");
      await page.locator(".skip:focus").waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/#main$/);

      await unfold(page);
      const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
      expect(await faultsOf(axe.withTags(WCAG))).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      // The dark scheme differs in colours only.
      expect(await faultsOf(axe.withRules(["color-contrast"]))).toEqual([]);

      await page.setViewportSize(PHONE);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
      expect(await app.closePages()).toEqual([]);
    });
  });

async function faultsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** Opens what is folded. Of the transactions only the first: they all have the same structure. */
async function unfold(page: Page): Promise<void> {
  await page
    .locator("details:not([data-transaction]), li:first-child > [data-transaction]")
    .evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
}
