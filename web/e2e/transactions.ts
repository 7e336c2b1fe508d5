import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accessibilityFaults } from "./accessibility.ts";
import { chargeOf, type App } from "./app.ts";
import { post } from "./fake-graph/books.ts";

/** Tests the list of a fund's transactions, its exports, and reversals. */
export const testTransactions = (started: () => App): SuiteCollector =>
  describe("transactions", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("are found by words and amount, and paged both ways, without scripts", async () => {
      const path = `/funds/${app.fund.id}/transactions`;
      const page = await app.open(path, { javaScriptEnabled: false });
      const first = page.locator("tbody tr").first();
      const newest = await first.innerText();
      await page.getByRole("link", { name: "Next page" }).click();
      expect(await first.innerText()).not.toBe(newest);
      await page.getByRole("link", { name: "Previous page" }).click();
      expect(await first.innerText()).toBe(newest);

      await page.getByLabel("Words").fill("subscr northwind");
      await page.getByText("Amount, side, reference and more").click();
      await page.getByLabel("Amount from").fill("210.000,50");
      await page.getByLabel("Amount to").fill("210,000.50");
      await page.getByRole("button", { name: "Show" }).click();
      expect(await page.locator('[data-total="count"]').innerText()).toBe("2");
      expect(await page.locator("tbody tr").count()).toBe(2);

      await page.getByText("Save this view").click();
      await page.getByLabel("Name of the view").fill("Northwind");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      const view = page.getByRole("link", { name: "Northwind", exact: true });
      expect(await view.getAttribute("aria-current")).toBe("page");
      await page.getByRole("link", { name: "Clear" }).click();
      expect(await view.getAttribute("aria-current")).toBeNull();
      await view.click();
      expect(await page.locator('[data-total="count"]').innerText()).toBe("2");
      await page.getByRole("button", { name: "Delete the view Northwind" }).click();
      expect(await view.count()).toBe(0);

      await page.getByLabel("Amount from").fill("much");
      await page.getByRole("button", { name: "Show" }).click();
      await page.getByText("Enter an amount of zero or more").waitFor();
      expect(await page.locator("tbody tr").count()).toBe(0);
      expect(await app.closePages()).toEqual([]);
    });

    test("are exported as filtered, with formulas kept as text", async () => {
      post(app.fund, chargeOf(app.fund, '=HYPERLINK("http://test.example")', "3.33"));
      const page = await app.open(`/funds/${app.fund.id}/transactions?text=hyperlink`);
      const [csv] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "Export CSV" }).click(),
      ]);
      const lines = (await textOf(csv)).trimEnd().split("\r\n");
      expect(lines).toHaveLength(3);
      expect(lines[1]).toContain(`"'=HYPERLINK(""http://test.example"")"`);
      expect(lines[1]).toContain(",3.33,,EUR,");
      const [xlsx] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "Export XLSX" }).click(),
      ]);
      expect((await textOf(xlsx)).slice(0, 2)).toBe("PK");
      expect(await app.closePages()).toEqual([]);
    });

    test("are one list that scrolls to any row, by bar and by keys", async () => {
      const page = await app.open(`/funds/${app.fund.id}/transactions`);
      const grid = page.getByRole("grid");
      await grid.waitFor();
      const count = Number(await grid.getAttribute("aria-rowcount")) - 1;
      expect(count).toBe(app.fund.transactions.length);
      const drawn = page.locator('[id^="grid-row-"]');
      const lastRow = page.locator(`#grid-row-${count - 1} a`);
      await page.locator("#grid-row-0 a").waitFor();

      expect(await accessibilityFaults(page)).toEqual([]);
      await grid.evaluate((view) => view.scrollTo({ top: view.scrollHeight }));
      await lastRow.waitFor();
      expect(await drawn.count()).toBeLessThan(60);
      const oldest = app.fund.transactions.toSorted((left, right) =>
        left.effectiveDate.localeCompare(right.effectiveDate),
      )[0];
      expect(await lastRow.getAttribute("href")).toBe(`/transactions/${oldest?.id}`);

      await grid.focus();
      await page.keyboard.press("Home");
      await page.locator("#grid-row-0 a").waitFor();
      await page.keyboard.press("ArrowDown");
      expect(await grid.getAttribute("aria-activedescendant")).toBe("grid-row-1");
      await page.keyboard.press("End");
      await lastRow.waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/transactions/${oldest?.id}`);
      expect(await app.closePages()).toEqual([]);
    });

    test("are selected with keys, exported, given a category and reversed together", async () => {
      for (const amount of ["7.01", "7.02", "7.03"]) {
        post(app.fund, chargeOf(app.fund, "Tripled charge", amount));
      }
      const page = await app.open(`/funds/${app.fund.id}/transactions?text=tripled`);
      const grid = page.getByRole("grid");
      await page.locator("#grid-row-2 a").waitFor();
      await grid.focus();
      await page.keyboard.press("Space");
      await page.keyboard.press("Shift+ArrowDown");
      await page.getByText("2 selected").waitFor();
      const [csv] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Selection as CSV" }).click(),
      ]);
      expect((await textOf(csv)).trimEnd().split("\r\n")).toHaveLength(5);

      await page.getByLabel("Category", { exact: true }).selectOption({ label: "Travel" });
      await page.getByRole("button", { name: "Set category" }).click();
      await page.getByText("2 categories set.").waitFor();

      await page.locator("#grid-row-2 a").waitFor();
      await page.getByRole("button", { name: "Select all 3" }).click();
      await page.getByLabel("Reason").fill("Charged three times");
      await page.getByRole("button", { name: "Reverse" }).click();
      await page.getByText("3 reversed.").waitFor();
      expect(
        app.fund.transactions.filter(({ description }) => description === "Charged three times"),
      ).toHaveLength(3);

      // What is selected and typed stays when the list is read anew, as it is after each change.
      await page.locator("#grid-row-2 a").waitFor();
      await page.getByRole("button", { name: "Select all 3" }).click();
      await page.getByLabel("Reason").fill("Once more");
      post(app.fund, chargeOf(app.fund, "Tripled charge", "7.04"));
      await page.getByRole("button", { name: "Show the list as it is now" }).click();
      await page.locator("#grid-row-3 a").waitFor();
      await page.getByText("3 selected").waitFor();
      await page.getByRole("button", { name: "Reverse" }).click();
      await page.getByText("3 refused:").waitFor();
      await page.getByText("already reversed. (3)").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("are reversed with a reason, once, without scripts", async () => {
      const { transaction } = post(app.fund, chargeOf(app.fund, "Charged twice", "17.00"));
      const path = `/transactions/${transaction.id}`;
      const page = await app.open(path, { javaScriptEnabled: false });
      await page.getByText("Reverse this transaction").click();
      await page.getByLabel("Reason").fill("The bank charged twice");
      await page.getByRole("button", { name: "Reverse" }).click();
      await page.getByRole("heading", { name: "The bank charged twice" }).waitFor();
      await page.getByRole("link", { name: "Charged twice", exact: true }).click();
      await page.getByText("Reversed, wholly or in part, by").waitFor();
      await page.getByText("Reverse this transaction").click();
      await page.getByLabel("Reason").fill("Once more");
      await page.getByRole("button", { name: "Reverse" }).click();
      expect(await page.getByRole("alert").innerText()).toContain("already reversed");
      expect(await page.getByLabel("Reason").inputValue()).toBe("Once more");
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });
  });

async function textOf(download: { createReadStream(): Promise<NodeJS.ReadableStream> }) {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
