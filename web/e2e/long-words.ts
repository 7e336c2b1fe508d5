import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import type { App } from "./app.ts";
import { showOnFailure } from "./browser.ts";
import { ALL_SCOPES, EVERY_PAGE, fillBooks, visitPlace, type Place } from "./filled-books.ts";
import { LONG_WORD } from "./fake-graph/state.ts";
import { layoutFaults, unfoldAll } from "./layout-faults.ts";

const PHONE = { width: 390, height: 844 };

const SOME = new Set([
  "fund",
  "transactions",
  "transaction",
  "reports",
  "month-end",
  "portfolio",
  "orders",
  "reconciliation",
  "users",
  "webhooks",
  "audit log",
  "approval",
]);
/** Pages of each way in which texts of people are laid out; `npm test -- long` visits all. */
export const SOME_PAGES = EVERY_PAGE.filter(([name]) => SOME.has(name));

/** Tests pages whose texts are one word each, longer than a line. */
export const testLongWords = (started: () => App, places: readonly Place[]): SuiteCollector =>
  describe("words longer than a line", () => {
    let app: App;
    let tab: Page | undefined;

    beforeAll(async () => {
      app = started();
      await fillBooks(app);
      app.gateway.switches.longWords = true;
    });
    afterAll(async () => {
      app.gateway.switches.longWords = false;
      await app.closePages();
    });

    const open = () =>
      app.open("/", { viewport: PHONE }, ALL_SCOPES, "anna", "W".repeat(LONG_WORD));

    test.each(places)("widen nothing and hide no figure or button: %s", async (_, path, link) => {
      const page = (tab ??= await open());
      showOnFailure(page);
      await visitPlace(page, app, path(app), link);
      expect(await page.locator("body").innerText()).toMatch(/W{100}/);
      await unfoldAll(page);
      expect(await layoutFaults(page)).toEqual({ wide: [], hidden: [], far: [] });
      expect(app.errors()).toEqual([]);
    });

    test("would be seen on a page that does not break them", async () => {
      const page = (tab ??= await open());
      const path = `/transactions/${app.fund.transactions[0]?.id}`;
      await visitPlace(page, app, path, undefined);
      await page.locator("body *").evaluateAll((all) => {
        for (const element of all)
          if ("style" in element) (element as HTMLElement).style.overflowWrap = "normal";
      });
      const { wide, hidden, far } = await layoutFaults(page);
      expect([wide.length, hidden.length, far.length]).not.toContain(0);
    });
  });
