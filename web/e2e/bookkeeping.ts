import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accountId, type App } from "./app.ts";

const file = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from("paid") });

/** Tests files, comments, counterparties, recurring journals and the month-end checklist. */
export const testBookkeeping = (started: () => App): SuiteCollector =>
  describe("bookkeeping", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("attaches a file and a comment to a transaction, and gives the file back", async () => {
      const page = await app.open(`/transactions/${app.fund.transactions[1]?.id}`);
      await page.getByLabel("File", { exact: true }).setInputFiles(file("invoice.exe"));
      await page.getByRole("button", { name: "Attach the file" }).click();
      await page.getByRole("alert").waitFor();
      await page.getByLabel("File", { exact: true }).setInputFiles(file("invoice 1.txt"));
      await page.getByRole("button", { name: "Attach the file" }).click();
      const link = page.getByRole("link", { name: "invoice 1.txt" });
      const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
      expect(download.suggestedFilename()).toBe("invoice 1.txt");
      await page.getByLabel("Comment", { exact: true }).fill("Checked\n<b>twice</b>");
      await page.getByRole("button", { name: "Add the comment" }).click();
      await page.getByText("<b>twice</b>").waitFor();
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("keeps counterparties by version, and those that statements name", async () => {
      const path = `/funds/${app.fund.id}/counterparties`;
      const page = await app.open(path, { javaScriptEnabled: false });
      await page.getByRole("button", { name: "Keep Musterverwaltung GmbH" }).click();
      const party = page.locator('[data-counterparty="Musterverwaltung GmbH"]');
      await party.locator("summary").click();
      await party.getByText("Version 1, You").waitFor();
      await party.getByLabel("IBANs").fill("GB29 NWBK 6016 1331 9268 19");
      await party.getByRole("button", { name: "Change" }).click();
      expect(await party.getByRole("alert").innerText()).toContain("Another counterparty");
      await party.getByLabel("IBANs").fill("DE89370400440532013000");
      await party.getByLabel("No longer used").check();
      await party.getByRole("button", { name: "Change" }).click();
      await party.locator(".chip").waitFor();
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("keeps a recurring journal, leaves a day out, and posts what is due", async () => {
      const page = await app.open(`/funds/${app.fund.id}/journals`, { javaScriptEnabled: false });
      await page.locator("summary", { hasText: "New template" }).click();
      await page.getByLabel("Name").fill("Custody fee");
      await page.getByLabel("Description of the transactions").fill("Monthly fee");
      await page.getByLabel("First day").fill("2026-12-31");
      await page.getByLabel("Account of line 1").selectOption(accountId(app.fund, "5100"));
      await page.getByLabel("Amount of line 1").fill("1,250.00");
      await page.getByRole("button", { name: "Keep the template" }).click();
      expect(await page.getByRole("alert").innerText()).toContain("at least two lines");
      expect(await page.getByLabel("Amount of line 1").inputValue()).toBe("1,250.00");
      await page.getByLabel("Account of line 2").selectOption(accountId(app.fund, "1000"));
      await page.getByLabel("Side of line 2").selectOption("CREDIT");
      await page.getByLabel("Amount of line 2").fill("1,250.00");
      await page.getByRole("button", { name: "Keep the template" }).click();
      await page.getByRole("button", { name: "Post what is due" }).click();
      await page.getByText("1 posted, 0 wait").waitFor();
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("shows what a month lacks, and revalues currencies", async () => {
      const page = await app.open(`/funds/${app.fund.id}/month-end?day=2026-10-31`);
      expect(await page.locator("[data-check=STATEMENT_LINES]").innerText()).toContain("2 open");
      await page.getByText("+29.09").waitFor();
      await page.getByRole("button", { name: "Post the revaluation" }).click();
      await page.getByRole("link", { name: "Open the transaction" }).waitFor();
      expect(await app.closePages()).toEqual([]);
    });
  });
