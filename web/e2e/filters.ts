import { setTimeout as sleep } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accountId, type App } from "./app.ts";
import { settled, showOnFailure, STATE_TIMEOUT_MS, visit } from "./browser.ts";

/** A page of every kind that has a form of filters. */
const FILTERED: readonly (readonly [name: string, path: (app: App) => string])[] = [
  ["transactions", ({ fund }) => `/funds/${fund.id}/transactions`],
  ["reports", ({ fund }) => `/funds/${fund.id}/reports`],
  ["NAV bridge", ({ fund }) => `/funds/${fund.id}/bridge`],
  ["month-end", ({ fund }) => `/funds/${fund.id}/month-end`],
  ["orders", ({ fund }) => `/funds/${fund.id}/orders`],
  ["performance", ({ fund }) => `/funds/${fund.id}/performance`],
  ["portfolio", ({ fund }) => `/funds/${fund.id}/portfolio`],
  ["markets", () => "/markets"],
  ["instrument", () => "/markets/benchmark-1"],
  ["search", () => "/search?q=custody"],
  ["account", ({ fund }) => `/accounts/${accountId(fund, "1000")}`],
  ["reconciliation", ({ fund }) => `/accounts/${accountId(fund, "1000")}/reconciliation`],
];

/** Tests the forms that show a page anew with what is filled in. */
export const testFilters = (started: () => App): SuiteCollector =>
  describe("forms of filters", () => {
    let app: App;
    let tab: Page | undefined;

    beforeAll(() => {
      app = started();
    });
    afterAll(() => app.closePages());

    test.each(FILTERED)("leave the focus where Tab has moved it: %s", async (_name, path) => {
      const page = (tab ??= await app.open("/"));
      showOnFailure(page);
      await visit(page, app.web.url + path(app));
      await page
        .locator("main details")
        .evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
      const forms = page.locator("main form:not([method=post i], [method=dialog i])");
      expect(await forms.count()).toBeGreaterThan(0);
      for (const form of await forms.all()) {
        const words = form.locator("input[type=search], input[required]:not([type])");
        for (const field of await words.all()) await field.fill("charge");
        const before = page.url();
        const button = form.getByRole("button").last();
        // The answer comes after Tab: an earlier one would leave nothing to take the focus.
        const held = await holdNextAnswer(page);
        await submitByKeyboard(button, held);
        await page.keyboard.press("Shift+Tab");
        const focused = await page.evaluateHandle(() => document.activeElement);
        expect(page.url()).toBe(before);
        held.release();
        await page.waitForURL((url) => url.href !== before);
        await settled(page);
        expect(await focused.evaluate((element) => element?.outerHTML)).toMatch(
          /^<(?:a|button|input|select|summary)/,
        );
        expect(await focused.evaluate((element) => element === document.activeElement)).toBe(true);
      }
    });
  });

interface HeldAnswer {
  readonly hasArrived: () => boolean;
  readonly release: () => void;
}

/** Holds the next answer with the data of a page until it is released. */
async function holdNextAnswer(page: Page): Promise<HeldAnswer> {
  const released = Promise.withResolvers<void>();
  let hasArrived = false;
  await page.route(
    /__data\.json/,
    async (route) => {
      hasArrived = true;
      await released.promise;
      await route.continue();
    },
    { times: 1 },
  );
  return { hasArrived: () => hasArrived, release: released.resolve };
}

/** Presses the button until its form is on its way: what is still being drawn can take the focus before the key comes. */
async function submitByKeyboard(button: Locator, { hasArrived }: HeldAnswer): Promise<void> {
  for (const endMs = Date.now() + STATE_TIMEOUT_MS; !hasArrived();) {
    if (Date.now() > endMs) throw new Error("Enter on the button sends no form");
    await button.press("Enter");
    for (let waits = 0; waits < 50 && !hasArrived(); waits += 1) await sleep(100);
  }
}
