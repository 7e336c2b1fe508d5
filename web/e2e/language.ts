import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accessibilityFaults } from "./accessibility.ts";
import type { App } from "./app.ts";
import { hydrated } from "./browser.ts";
import { shows } from "./page-actions.ts";

const PHONE = { width: 390, height: 844 };

const direction = (page: Page) =>
  page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`);

/** Tests the languages of the pages. */
export const testLanguages = (started: () => App): SuiteCollector =>
  describe("languages", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test.each(["/", "fund", "transactions", "/search?q=5100"])(
      "is accessible and fits a phone from right to left: %s",
      async (name) => {
        const fund = `/funds/${app.fund.id}`;
        const path = { fund, transactions: `${fund}/transactions` }[name] ?? name;
        const page = await app.open(path, { locale: "he-IL" });
        expect(await direction(page)).toBe("he rtl");
        await page.getByRole("link", { name: "בית", exact: true }).waitFor();
        expect(await accessibilityFaults(page)).toEqual([]);
        await page.setViewportSize(PHONE);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
        expect(await app.closePages()).toEqual([]);
      },
    );

    test("keeps a chosen language, reads and prints its notation, and explains in it", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      expect(await direction(page)).toBe("en ltr");
      await page.getByText("Anna Accountant").click();
      await page.getByLabel("Language").selectOption({ label: "Deutsch" });
      await page.locator('form[action="/language"] button').click();
      await page.waitForFunction(() => document.documentElement.lang === "de");
      await hydrated(page);
      await page.getByRole("link", { name: "Buchen" }).click();
      await page.getByRole("button", { name: "Buchen" }).click();
      await page.getByText("Geben Sie eine Beschreibung ein.").waitFor();
      await page.getByLabel("Beschreibung").fill("Auf Deutsch gebucht");
      await page
        .getByLabel("Konto der Zeile 1")
        .selectOption({ label: "5100 Custody and bank charges" });
      await page.getByLabel("Soll der Zeile 1").fill("1.239");
      await page.getByLabel("Konto der Zeile 2").selectOption({ label: "1000 Cash at bank" });
      await page.getByLabel("Haben der Zeile 2").fill("1239,00");
      await page.getByText("Ausgeglichen, in EUR").waitFor();
      await page.getByRole("button", { name: "Buchen" }).click();
      await page.getByText("Gebucht.").waitFor();
      const posted = page.locator("[data-transaction]").first();
      await shows(async () => (await posted.innerText()).includes("1.239,00"), true);
      expect(await app.closePages()).toEqual([]);
    });

    test("finds an amount in the notation of the reader without scripts", async () => {
      const options = { locale: "de-DE", javaScriptEnabled: false };
      const page = await app.open(`/funds/${app.fund.id}/transactions`, options);
      await page.getByText("Betrag, Seite, Referenz und mehr").click();
      await page.getByLabel("Betrag von").fill("viel");
      await page.getByRole("button", { name: "Anzeigen" }).click();
      await page.getByText("Geben Sie einen Betrag ab null ein, etwa 1.234,50.").waitFor();
      expect(await app.closePages()).toEqual([]);
    });
  });
