import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { type App } from "./app.ts";
import { hydrated } from "./browser.ts";
import {
  fillForm,
  jump,
  openWithClock,
  recordStates,
  recordedStates,
  shows,
} from "./page-actions.ts";

/** Tests that no work is lost and that nothing stale or wrong looks right. */
export const testTrust = (started: () => App): SuiteCollector =>
  describe("trust", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("shows since when it is not live after the gateway froze, and is live again after", async () => {
      const page = await openWithClock(app);
      await recordStates(page);
      app.gateway.freeze(true);
      await jump(page, 0);
      await page.clock.runFor(19_000);
      await page.getByText(/Not live since \d\d:\d\d:\d\d/).waitFor();
      app.gateway.freeze(false);
      await page.clock.resume();
      await shows(async () => (await recordedStates(page)).at(-1), "live");
      expect(await recordedStates(page)).toContain("reconnecting");
      await app.closePages();
    });

    test("keeps a half-typed form through a reload and Back, until it is posted", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      await page.getByRole("link", { name: "Post transaction" }).click();
      await fillForm(page, "Not lost", "1.234,50", "1,234.50");
      await shows(
        () => page.locator("[data-read]").allInnerTexts(),
        ["read as 1,234.50 EUR", "read as 1,234.50 EUR"],
      );
      await page.getByText("Balanced, in EUR").waitFor();
      await page.reload();
      await hydrated(page);
      await page.getByText("Filled in as you left it").waitFor();
      await page.getByRole("link", { name: "Overview" }).click();
      await page.getByRole("heading", { name: "Overview" }).waitFor();
      await page.goBack();
      await shows(() => page.getByLabel("Debit of line 1").inputValue(), "1.234,50");
      await page.getByRole("button", { name: "Post transaction" }).click();
      await page.getByText("Posted.").waitFor();
      await page.reload();
      await hydrated(page);
      expect(await page.getByText("Filled in as you left it").count()).toBe(0);
      expect(await page.locator("[data-transaction]").first().innerText()).toContain("1,234.50");
      expect(await app.closePages()).toEqual([]);
    });

    test.each(["Pacific/Pago_Pago", "Pacific/Kiritimati"])(
      "offers the day and shows the times of a reader in %s",
      async (timezoneId) => {
        const page = await app.open(`/funds/${app.fund.id}`, { timezoneId });
        const today = await page.evaluate(() => {
          const now = new Date();
          return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
            .map((part) => String(part).padStart(2, "0"))
            .join("-");
        });
        await page.getByRole("link", { name: "Post transaction" }).click();
        await shows(() => page.getByLabel("Effective date").inputValue(), today);
        await page.reload({ waitUntil: "commit" });
        await hydrated(page);
        const zone = timezoneId === "Pacific/Pago_Pago" ? "GMT-11" : "GMT+14";
        expect(await page.locator("[data-transaction]").first().textContent()).toContain(zone);
        expect(await app.closePages()).toEqual([]);
      },
    );
  });
