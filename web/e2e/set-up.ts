import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import type { App } from "./app.ts";
import { openAccount } from "./fake-graph/books.ts";

const CELLS = "Account\tDebit\tCredit\n5100\t12,50\t\nCash at bank\t\t12.50\n";

/** Tests how funds and accounts are opened, periods closed and reopened, and lines pasted. */
export const testSetUp = (started: () => App): SuiteCollector =>
  describe("setting up a fund", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("opens a fund with a chart, and one more account, without scripts", async () => {
      const page = await app.open("/funds/new", { javaScriptEnabled: false });
      await page.getByLabel("Name").fill("Polaris Fund");
      await page.getByRole("button", { name: "Open the fund" }).click();
      await page.getByRole("link", { name: "Cash at bank" }).waitFor();
      await page.getByRole("heading", { name: "What comes next" }).waitFor();
      await page.getByRole("link", { name: "Import statement" }).click();
      const account = page.getByLabel("Account of the statement");
      expect(await account.locator("option:checked").innerText()).toBe("1000 Cash at bank");
      await page.goBack();
      await page.getByText("Open an account").click();
      await page.getByLabel("Code").fill("1000");
      await page.getByLabel("Name").fill("Second cash");
      await page.getByRole("button", { name: "Open the account" }).click();
      await page.getByRole("alert").waitFor();
      expect(await page.getByLabel("Name").inputValue()).toBe("Second cash");
      await page.getByLabel("Code").fill("1010");
      await page.getByRole("button", { name: "Open the account" }).click();
      await page.getByText("Opened: 1010 Second cash.").waitFor();
      app.gateway.dropFund("Polaris Fund");
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("offers every account of a long chart, and sums up those without a balance", async () => {
      const { accounts, currency } = app.fund;
      const before = accounts.length;
      for (let number = 1; number <= 220; number += 1) {
        const code = String(6_000 + number);
        accounts.push(openAccount({ code, name: `Cost ${code}`, type: "EXPENSE", currency }));
      }
      const page = await app.open(`/funds/${app.fund.id}`, { javaScriptEnabled: false });
      const lines = page.locator("form", { has: page.getByLabel("Debit of line 1") });
      expect(await lines.innerHTML()).toContain("Cost 6220");
      expect(await page.getByRole("link", { name: "Cost 6001" }).count()).toBe(0);
      await page.getByRole("link", { name: "All accounts" }).click();
      await page.getByRole("link", { name: "Cost 6220" }).waitFor();
      accounts.length = before;
      expect(await app.closePages()).toEqual([]);
    });

    test("closes a period and reopens it with a reason, without scripts", async () => {
      const path = `/funds/${app.fund.id}/periods`;
      const page = await app.open(path, { javaScriptEnabled: false });
      await page.getByLabel("Last day").fill("2025-10-31");
      await page.getByRole("button", { name: "Close the period" }).click();
      const period = page.locator('[data-period="2025-10-31"]');
      expect(await period.innerText()).toContain("Closed");
      await period.getByText("Reopen", { exact: true }).click();
      await period.getByLabel("Reason").fill("An invoice came late");
      await period.getByRole("button", { name: "Reopen the period" }).click();
      await period.getByText("An invoice came late").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("fills the lines of a journal with pasted cells", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      await page.getByRole("link", { name: "Post transaction" }).click();
      await page.getByLabel("Account of line 1").evaluate((field, cells) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", cells);
        field.dispatchEvent(
          new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
        );
      }, CELLS);
      await page.getByText("Balanced, in EUR").waitFor();
      expect(await page.getByLabel("Debit of line 1").inputValue()).toBe("12,50");
      expect(await page.getByLabel("Credit of line 2").inputValue()).toBe("12.50");
      expect(await app.closePages()).toEqual([]);
    });
  });
