import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
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
