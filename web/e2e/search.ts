import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { chargeOf, type App } from "./app.ts";
import { post } from "./fake-graph/books.ts";
import { shows } from "./page-actions.ts";

const activeOption = (page: Page) => page.locator('dialog [aria-selected="true"] .name');

/** The palette is loaded when it is first opened; a key that comes before its field has the focus is lost. */
async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.locator('dialog [role="combobox"]:focus').waitFor();
}

/** Tests the palette, the page of search, and the shortcuts. */
export const testSearch = (started: () => App): SuiteCollector =>
  describe("search", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("finds transactions of all funds by words and amount without scripts", async () => {
      post(app.fund, chargeOf(app.fund, "Sought by its amount", "4321.98"));
      const page = await app.open("/", { javaScriptEnabled: false });
      await page.getByRole("link", { name: "Search" }).click();
      await page.getByLabel("Words, a name").fill("amount 4.321,98");
      await page.getByRole("button", { name: "Search" }).click();
      expect(await page.locator("[data-found]").count()).toBe(1);
      await page.getByLabel("Words, a name").fill("5100");
      await page.getByRole("button", { name: "Search" }).click();
      expect(await page.getByRole("link", { name: "5100 Custody and bank charges" }).count()).toBe(
        2,
      );
      expect(await app.closePages()).toEqual([]);
    });

    test("leads by keyboard to a page, an account, a transaction and an action", async () => {
      post(app.fund, chargeOf(app.fund, "Palette finds it", "77.31"));
      const page = await app.open(`/funds/${app.fund.id}`);
      await openPalette(page);
      await page.keyboard.type("periods");
      await shows(() => activeOption(page).innerText(), "Periods");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Periods", exact: true }).waitFor();
      await openPalette(page);
      await page.keyboard.type("77,31");
      await page.locator("dialog").getByText("Palette finds it").waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Palette finds it" }).waitFor();
      await openPalette(page);
      await page.keyboard.type("reverse");
      await page.keyboard.press("Enter");
      await page.getByLabel("Reason").waitFor();
      await openPalette(page);
      await page.keyboard.type("custody and");
      await page.getByRole("option", { name: "Custody and bank charges Aurora" }).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/accounts\//);
      expect(await app.closePages()).toEqual([]);
    });

    test("takes single keys, lists them, and none once they are switched off", async () => {
      const page = await app.open(`/funds/${app.fund.id}/periods`);
      await page.keyboard.press("g");
      await page.keyboard.press("f");
      await page.getByRole("heading", { name: app.fund.name }).waitFor();
      await page.keyboard.press("n");
      await page.getByLabel("Description").fill("g p stays in the field");
      await page.locator("h1").click();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByText("Anna Accountant").click();
      await page.getByLabel("Shortcuts").selectOption({ label: "Ctrl K only" });
      await page.locator('form[action="/appearance"] .button').click();
      await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
      await page.keyboard.press("?");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search" }).waitFor();
      expect(await page.getByRole("dialog").count()).toBe(1);
      expect(await app.closePages()).toEqual([]);
    });
  });
