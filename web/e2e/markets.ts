import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import type { App } from "./app.ts";

const MANAGER = ["ledger:read", "metrics:read", "metrics:write", "analytics:read"];

const file = (text: string) => ({
  name: "dax.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(text),
});

/** Tests instruments: how they are found, charted and imported. */
export const testMarkets = (started: () => App): SuiteCollector =>
  describe("markets", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("finds an instrument and shows candles with indicators, each value in words", async () => {
      const page = await app.open("/markets");
      await page.getByLabel("Symbol or name").fill("shares");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByRole("link", { name: "WORLD" }).click();
      await page.getByLabel("Bollinger bands").check();
      await page.getByLabel("Relative strength").check();
      await page.getByRole("button", { name: "Show" }).click();
      await page.getByRole("heading", { name: "Relative strength index" }).waitFor();
      const chart = page.getByLabel("Prices of WORLD over time", { exact: true });
      await chart.focus();
      await page.keyboard.press("Home");
      const spoken = await chart.getAttribute("aria-valuetext");
      expect(spoken).toMatch(/^31\sJul\s2026, Open 9[^,]*, High .*Volume 10,000, BBANDS upper —/);
      await page.locator("[data-verdict=NO_EDGE]").getByText("56.10% of past").waitFor();
      // What is no address of the web is no link.
      expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
      expect(await app.closePages()).toEqual([]);
    });

    test("watches an instrument, with its last price and changes, and stops, without scripts", async () => {
      const page = await app.open("/markets", { javaScriptEnabled: false });
      await page.getByText("You watch no instrument").waitFor();
      await page.getByRole("link", { name: "WORLD" }).click();
      await page.getByRole("button", { name: "Watch", exact: true }).click();
      await page.getByRole("button", { name: "Stop watching" }).waitFor();
      await page.getByRole("link", { name: "Markets" }).last().click();
      const row = page.locator("[data-watched=WORLD]");
      // The last two of the sample's closes; the first one is 100.
      expect(await row.innerText()).toMatch(/27\sNov\s2026.*115\.56\sEUR.*\+0\.57%.*\+15\.56%/s);
      await row.getByRole("button", { name: "Stop watching WORLD" }).click();
      await page.getByText("You watch no instrument").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("imports a price file, and records and deletes a dividend, without scripts", async () => {
      const page = await app.open("/markets", { javaScriptEnabled: false }, MANAGER);
      await page.locator("summary", { hasText: "Import prices" }).click();
      const send = page.getByRole("button", { name: "Import prices" });
      await page.getByLabel("Symbol", { exact: true }).fill("^DAX");
      await page.getByLabel("Currency of the prices").fill("EUR");
      await page.getByLabel("File", { exact: true }).setInputFiles(file("date,close\n"));
      await send.click();
      expect(await page.getByRole("alert").innerText()).toContain("Line 2");
      expect(await page.getByLabel("Symbol", { exact: true }).inputValue()).toBe("^DAX");
      const rows = "date,close\n2026-01-02,1\n2026-01-03,2\n";
      await page.getByLabel("File", { exact: true }).setInputFiles(file(rows));
      await send.click();
      await page.getByText("2 prices read: 2 new").waitFor();
      await page.locator("summary", { hasText: "Record a split" }).click();
      await page.getByLabel("First day without it").fill("2026-01-03");
      await page.getByLabel("Units after").fill("0.50");
      await page.getByRole("button", { name: "Record a split" }).click();
      await page.getByText("Dividend 0.50").waitFor();
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByText("None recorded").waitFor();
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });
  });
