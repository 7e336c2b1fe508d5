import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accessibilityFaults, contrastFaults, narrowFaults } from "./accessibility.ts";
import { accountId, type App } from "./app.ts";
import { showOnFailure, visit } from "./browser.ts";
import type { Fund } from "./fake-graph/books.ts";
import { layoutFaults, motionFaults } from "./layout-faults.ts";

const DESKTOP = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };
/** The desktop at 200 % and at 400 %, where WCAG 1.4.10 allows no scrolling in two directions. */
const ZOOMED = [
  { width: 640, height: 360 },
  { width: 320, height: 256 },
];

const NO_FAULTS = { wide: [], hidden: [] };

/** The path of one page of every kind. */
export const PAGES: readonly (readonly [name: string, path: (app: App) => string])[] = [
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
  ["simulation", ({ fund }) => `/funds/${fund.id}/simulate?job=simulation-1`],
  ["counterparties", ({ fund }) => `/funds/${fund.id}/counterparties`],
  ["recurring journals", ({ fund }) => `/funds/${fund.id}/journals`],
  ["month-end", ({ fund }) => `/funds/${fund.id}/month-end`],
  ["markets", () => "/markets?q=w"],
  ["instrument", () => "/markets/benchmark-1?indicator=BBANDS&indicator=RSI"],
  ["approvals", () => "/approvals"],
  ["sensitive changes", () => "/approvals/changes"],
  ["jobs", () => "/jobs"],
  ["dimensions", () => "/dimensions"],
  ["corporate actions", ({ fund }) => `/funds/${fund.id}/actions`],
  ["components", () => "/components"],
  ["categories", ({ fund }) => `/funds/${fund.id}/categories`],
  ["budgets", ({ fund }) => `/funds/${fund.id}/budgets?day=2026-10-01&category=fee&currency=EUR`],
  ["rules", ({ fund }) => `/funds/${fund.id}/categories/rules`],
  ["administration", ({ fund }) => `/funds/${fund.id}/administration`],
  ["allocation", ({ fund }) => `/funds/${fund.id}/allocation?single=5`],
  ["portfolio", ({ fund }) => `/funds/${fund.id}/portfolio`],
  ["NAVs", ({ fund }) => `/funds/${fund.id}/valuations`],
  ["securities", () => "/securities"],
  ["orders", ({ fund }) => `/funds/${fund.id}/orders`],
  ["import", ({ fund }) => `/funds/${fund.id}/import`],
  ["ask", ({ fund }) => `/funds/${fund.id}/ask`],
  ["account", ({ fund }) => `/accounts/${accountId(fund, "1000")}`],
  ["bank statements", ({ fund }) => `/accounts/${accountId(fund, "1000")}/statements`],
  ["bank statement", ({ fund }) => statementPath(fund)],
  ["reconciliation", ({ fund }) => `/accounts/${accountId(fund, "1000")}/reconciliation`],
];

function statementPath({ statements: [statement] }: Fund): string {
  if (!statement) throw new Error("The fund has no bank statement.");
  return `/accounts/${statement.accountId}/statements/${statement.id}`;
}

/** Tests one page of every kind for accessibility and narrow screens. */
export const testEveryPage = (started: () => App): SuiteCollector =>
  describe("every page", () => {
    let app: App;
    let tab: Page | undefined;

    beforeAll(() => {
      app = started();
    });
    afterAll(() => app.closePages());

    // One test for each page, and one tab for all: to open either costs more than checking a page.
    test.each(PAGES)(
      "is accessible, fits a phone and 400 %, and rests where motion is reduced: %s",
      async (_name, path) => {
        const page = (tab ??= await app.open("/"));
        showOnFailure(page);
        await page.setViewportSize(DESKTOP);
        await page.emulateMedia({ colorScheme: "light" });
        await visit(page, app.web.url + path(app));
        expect(await page.locator("h1").count()).toBe(1);
        expect(await page.title()).toContain("AllFunds");
        await page.keyboard.press("Tab");
        await page.locator(".skip:focus").waitFor();
        await page.keyboard.press("Enter");
        await page.waitForURL(/#main$/);

        await unfold(page);
        expect(await accessibilityFaults(page)).toEqual([]);
        await page.emulateMedia({ colorScheme: "dark" });
        expect(await contrastFaults(page)).toEqual([]);

        await page.setViewportSize(PHONE);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
        expect(await narrowFaults(page)).toEqual([]);
        for (const window of ZOOMED) {
          await page.setViewportSize(window);
          expect({ window, ...(await layoutFaults(page)) }).toMatchObject({ window, ...NO_FAULTS });
        }
        expect(await motionFaults(page)).toEqual([]);
        expect(app.errors()).toEqual([]);
      },
    );

    test("would move with an animation, and would not fit with a button beside the window", async () => {
      const page = (tab ??= await app.open("/"));
      await visit(page, app.web.url);
      await page.locator("main").evaluate((main) => {
        const button = document.createElement("button");
        button.style.cssText = "position: relative; left: 100vw; transition: left 1s";
        main.append(button);
      });
      expect(await motionFaults(page)).toEqual([expect.stringMatching(/^<button/)]);
      expect((await layoutFaults(page)).hidden).toEqual([expect.stringMatching(/^<button/)]);
      expect(app.errors()).toEqual([]);
    });

    test("would not be accessible with an image without a text, and grey on grey", async () => {
      const page = (tab ??= await app.open("/"));
      await visit(page, app.web.url);
      await page.locator("main").evaluate((main) => {
        const text = document.createElement("p");
        text.textContent = "planted";
        text.style.cssText = "color: #777; background: #666";
        main.prepend(document.createElement("img"), text);
      });
      expect(await accessibilityFaults(page)).toEqual([
        expect.stringMatching(/^color-contrast: .*planted/),
        expect.stringMatching(/^image-alt: <img>/),
      ]);
      expect(await contrastFaults(page)).toEqual([expect.stringMatching(/^color-contrast: /)]);
      expect(app.errors()).toEqual([]);
    });
  });

/** Opens what is folded. Of the transactions only the first: they all have the same structure. */
async function unfold(page: Page): Promise<void> {
  await page
    .locator("details:not([data-transaction]), li:first-child > [data-transaction]")
    .evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
  // Its inside is written when it is opened.
  await page
    .locator(":is([data-transaction], figure > details)[open]:not(:has(table))")
    .first()
    .waitFor({ state: "detached" });
}
