import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accountId, type App } from "./app.ts";

const HEADER = "booking date,details,amount";

/** Tests the list of bank statements, the undo of an import, and decisions on lines. */
export const testStatements = (started: () => App): SuiteCollector =>
  describe("bank statements", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("are imported, listed and undone, without scripts", async () => {
      const page = await app.open(`/funds/${app.fund.id}/import`, { javaScriptEnabled: false });
      await importFile(page, `${HEADER}\n2026-11-24,Coupon of a bond,75.00\n`);
      await page.getByText("1 of 1 lines posted").waitFor();
      await page.getByRole("link", { name: "All statements" }).click();
      const newest = page.locator("[data-statement]").first();
      expect(await newest.locator("h2").innerText()).toBe("24\u00a0Nov\u00a02026");
      expect(await newest.locator('[data-count="posted"]').innerText()).toBe("1");
      expect(await newest.innerText()).toMatch(/Opening balance\s+1,000\.00.*missing/s);
      await newest.getByRole("link").click();

      const posted = app.fund.transactions.at(-1);
      app.gateway.switches.reversed.add(posted?.id ?? "");
      await page.getByText("Undo this import").click();
      await page.getByLabel("Reason for the undo").fill("Wrong account");
      await page.getByRole("button", { name: "Undo the import" }).click();
      const refusal = page.getByRole("alert");
      expect(await refusal.innerText()).toContain("1 of its transactions were reversed since.");
      expect(await refusal.getByRole("link").getAttribute("href")).toContain(posted?.id);
      expect(await page.getByLabel("Reason for the undo").inputValue()).toBe("Wrong account");

      app.gateway.switches.reversed.clear();
      await page.getByRole("button", { name: "Undo the import" }).click();
      await page.getByText("The import is undone").waitFor();
      expect(await page.locator('[data-line="1"]').innerText()).toContain("Posted, then reversed");
      expect(await page.getByText("Undo this import").count()).toBe(0);
      await page.getByRole("link", { name: "Bank statements" }).click();
      expect(await newest.innerText()).toMatch(/Undone.*Wrong account/s);
      // The browser reports the status of the refused form.
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("are shown again when another file is chosen behind the check, without scripts", async () => {
      const page = await app.open(`/funds/${app.fund.id}/import`, { javaScriptEnabled: false });
      const before = app.fund.statements.length;
      await checkFile(page, `${HEADER}\n2026-11-29,First,75.00\n`);
      const other = Buffer.from(`${HEADER}\n2026-11-29,Second,76.00\n`);
      const file = { name: "other.csv", mimeType: "text/csv", buffer: other };
      await page.getByLabel("File", { exact: true }).setInputFiles(file);
      await page.getByRole("button", { name: /^Import \d+ new lines/ }).click();
      await page.getByText("has changed since it was checked").waitFor();
      expect(await page.getByText("Second", { exact: true }).count()).toBe(1);
      expect(app.fund.statements.length).toBe(before);
      await page.getByRole("button", { name: /^Import \d+ new lines/ }).click();
      await page.getByText("1 of 1 lines posted").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("have their waiting lines approved together, without scripts", async () => {
      const approver = ["ledger:read", "ledger:write", "ledger:approve"];
      const options = { javaScriptEnabled: false };
      const page = await app.open(`/funds/${app.fund.id}/import`, options, approver);
      const rows = [
        "2026-11-24,Above the limit,75.00",
        "2026-11-24,Above the limit by its own,76.00",
      ];
      await importFile(page, [HEADER, rows[0], ""].join("\n"));
      await page.getByRole("link", { name: "Open the statement" }).click();
      await page.getByText("Lines of this file above a limit: 1").waitFor();
      await page.getByRole("button", { name: "Approve the lines" }).click();
      await page.getByText("The lines that waited are approved.").waitFor();

      await page.goto(`${app.web.url}/funds/${app.fund.id}/import`);
      await importFile(page, [HEADER, rows[1], ""].join("\n"));
      await page.getByRole("link", { name: "Open the statement" }).click();
      await page.getByRole("button", { name: "Approve the lines" }).click();
      const refusal = page.getByRole("alert");
      expect(await refusal.innerText()).toMatch(
        /Lines posted: 0. Lines that wait on: 1.*another person/s,
      );
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("let a person post possible duplicates, or keep them out", async () => {
      const page = await app.open(`/funds/${app.fund.id}/import`);
      await importFile(page, `${HEADER}\n2026-11-25,Rent,30.00\n2026-11-26,Parking,40.00\n`);
      await page.getByText("2 of 2 lines posted").waitFor();
      await importFile(page, `${HEADER}\n2026-11-25,Rent paid,30.00\n2026-11-26,Car,40.00\n`);
      await page.getByText("0 of 2 lines posted").waitFor();
      await page.getByRole("link", { name: "Open the statement" }).click();
      await page.getByRole("link", { name: "Show the 2 to decide" }).click();
      await page.getByRole("heading", { name: "Lines to decide" }).waitFor();

      await page.getByLabel("Line 1: Rent paid").check();
      await page.getByRole("button", { name: "Keep the chosen lines out" }).click();
      await page.getByRole("alert").getByText("Enter why the lines stay out.").waitFor();
      expect(await page.getByLabel("Line 1: Rent paid").isChecked()).toBe(true);
      await page.getByLabel("Reason to keep them out").fill("Same rent");
      await page.getByRole("button", { name: "Keep the chosen lines out" }).click();
      await page.getByText("The chosen lines are kept out.").waitFor();

      await page.getByLabel("Line 2: Car").check();
      await page.getByRole("button", { name: "Post the chosen lines" }).click();
      await page.getByText("Nothing to decide").waitFor();
      await page.getByRole("link", { name: "Show all lines" }).click();
      await page.locator('[data-line="2"]').getByText("Confirmed and posted").waitFor();
      expect(await page.locator('[data-line="1"]').innerText()).toContain("Kept out");
      expect(app.fund.transactions.at(-1)?.description).toBe("Car");
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("have lines that are moved to another account, and show what a rule would change", async () => {
      const page = await app.open(`/funds/${app.fund.id}/import`);
      await importFile(page, `${HEADER}\n2026-11-28,Interest,60.00\n`);
      await page.getByText("1 of 1 lines posted").waitFor();
      await page.getByRole("link", { name: "Open the statement" }).click();
      await page.getByText("Move a line").click();
      await page.getByLabel("Number of the line").fill("1");
      await page.getByLabel("Account it belongs on").selectOption({ index: 1 });
      await page.getByRole("button", { name: "Move the line" }).click();
      await page.getByText("The line is moved.").waitFor();
      expect(app.gateway.switches.moved.has(app.fund.transactions.at(-1)?.id ?? "")).toBe(true);

      await page.getByRole("link", { name: "Bank statements" }).click();
      await page.getByText("What would a rule change?").click();
      await page.getByLabel("Words in the text").fill("interest");
      await page.getByLabel("Direction").selectOption("IN");
      await page.getByLabel("Account it belongs on").selectOption({ index: 1 });
      await page.getByRole("button", { name: "Compare" }).click();
      await page.getByText("posted lines would stand elsewhere").waitFor();
      await page.getByRole("link", { name: "28 Nov 2026 Interest" }).waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("have lines that are split over accounts, before the import and after it", async () => {
      const page = await app.open(`/funds/${app.fund.id}/import`);
      await checkFile(page, `${HEADER}\n2026-11-29,Rent and fees,80.00\n`);
      await page.getByText("Split lines over several accounts").click();
      await page.getByLabel("Line of part 1").fill("1");
      await page.getByLabel("Account of part 1").selectOption({ index: 2 });
      await page.getByRole("button", { name: "Check the file" }).click();
      await page.getByText("Enter the line's number, an account and an amount").waitFor();
      expect(await page.getByLabel("Line of part 1").inputValue()).toBe("1");
      await page.getByLabel("Amount of part 1").fill("50");
      await page.getByLabel("Line of part 2").fill("1");
      await page.getByLabel("Account of part 2").selectOption({ index: 3 });
      await page.getByLabel("Amount of part 2").fill("30.00");
      await page.getByRole("button", { name: "Check the file" }).click();
      await page.getByRole("cell", { name: "30.00" }).waitFor();
      await page.getByRole("button", { name: "Import 1 new lines" }).click();
      await page.getByText("1 of 1 lines posted").waitFor();

      await page.getByRole("link", { name: "Open the statement" }).click();
      await page.getByText("Split a line").click();
      await page.getByLabel("Line to split, by its number").fill("1");
      await page.getByLabel("Account of part 1").selectOption({ index: 1 });
      await page.getByLabel("Amount of part 1").fill("50");
      await page.getByRole("button", { name: "Split the line" }).click();
      await page.getByRole("alert").getByText("The parts do not come to the line.").waitFor();
      expect(await page.getByLabel("Amount of part 1").inputValue()).toBe("50");
      await page.getByLabel("Account of part 2").selectOption({ index: 2 });
      await page.getByLabel("Amount of part 2").fill("30");
      await page.getByRole("button", { name: "Split the line" }).click();
      await page.getByText("The line is split.").waitFor();
      const moved = app.gateway.switches.moved.get(app.fund.transactions.at(-1)?.id ?? "");
      expect(moved?.split(" ")).toHaveLength(2);
      expect(await app.closePages()).toEqual([
        expect.stringContaining("400"),
        expect.stringContaining("422"),
      ]);
    });

    test("that are large are undone by a job, which the list of jobs ends, without scripts", async () => {
      const options = { javaScriptEnabled: false };
      const page = await app.open(`/funds/${app.fund.id}/import`, options);
      const rows = [1, 2, 3, 4, 5, 6].map(
        (day) => `2026-10-0${day},Rent of a desk ${day},1${day}.00`,
      );
      await importFile(page, `${HEADER}\n${rows.join("\n")}\n`);
      await page.getByText("6 of 6 lines posted").waitFor();
      await page.getByRole("link", { name: "Open the statement" }).click();
      const statement = page.url();
      await page.getByText("Undo this import").click();
      await page.getByLabel("Reason for the undo").fill("Wrong bank");
      await page.getByRole("button", { name: "Undo the import" }).click();
      await page.getByText("The import is undone by a job.").getByRole("link").click();

      const job = page.locator("[data-job^=statement-undo]");
      expect(await job.locator("progress").getAttribute("value")).toBe("2");
      await job.getByRole("link", { name: "Undo of a bank statement" }).click();
      expect(page.url()).toBe(statement.split("?")[0]);
      await page.goto(`${app.web.url}/jobs`);
      await job.getByRole("button", { name: "Cancel" }).click();
      await job.getByText("Cancelled").waitFor();
      const failed = page.locator("[data-job=statement-import-1]");
      await failed.getByText("1 fault").click();
      await failed.getByText("line 7: is no amount").waitFor();

      const other = await app.open("/jobs", options, ["ledger:read"]);
      await other.locator("[data-job^=statement-undo]").waitFor();
      expect(await other.getByRole("button", { name: "Cancel" }).count()).toBe(0);
      expect(await app.closePages()).toEqual([]);
    });

    test("refuse a move without an account or of a line that was not posted, and keep what was typed", async () => {
      const [statement] = app.fund.statements;
      const path = `/accounts/${statement?.accountId}/statements/${statement?.id}`;
      const page = await app.open(path, { javaScriptEnabled: false });
      await page.getByText("Move a line").click();
      await page.getByLabel("Number of the line").fill("4");
      await page.getByLabel("Words by which later lines").fill("custody");
      await page.getByLabel("Account it belongs on").selectOption({ index: 1 });
      await page.getByRole("button", { name: "Move the line" }).click();
      await page
        .getByRole("alert")
        .getByText("Line 4 is no posted line of the statement.")
        .waitFor();
      expect(await page.getByLabel("Number of the line").inputValue()).toBe("4");
      expect(await page.getByLabel("Words by which later lines").inputValue()).toBe("custody");
      const chosen = await page.getByLabel("Account it belongs on").inputValue();
      expect(chosen).not.toBe("");
      await page.getByLabel("Number of the line").fill("1");
      await page.getByRole("button", { name: "Move the line" }).click();
      await page.getByText("The line is moved.").waitFor();
      const [line] = statement?.lines ?? [];
      expect(app.gateway.switches.moved.get(line?.transaction?.id ?? "")).toBe(chosen);
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("are reconciled with the books by a match, which can be taken back", async () => {
      const page = await app.open(`/funds/${app.fund.id}/import`);
      await importFile(page, `${HEADER}\n2026-11-27,Gas,50.00\n`);
      await page.getByText("1 of 1 lines posted").waitFor();
      await importFile(page, `${HEADER}\n2026-11-27,Gas bill,50.00\n`);
      await page.getByText("0 of 1 lines posted").waitFor();
      await page.getByRole("link", { name: "All statements" }).click();
      await page.getByRole("link", { name: "Reconciliation" }).click();
      const likely = page.locator("[data-suggestion]", { hasText: "Gas bill" });
      await likely.getByRole("button", { name: "Match" }).click();
      await page.getByText("Matched.", { exact: true }).waitFor();
      await likely.waitFor({ state: "detached" });
      const match = page.locator("[data-match]").first();
      await match.locator("summary").click();
      await match.getByLabel("Reason to take it back").fill("Another bill");
      await match.getByRole("button", { name: "Take back" }).click();
      await page.getByText("The match is taken back.").waitFor();
      await likely.waitFor();
      expect(await match.innerText()).toContain("Another bill");
      expect(await app.closePages()).toEqual([]);
    });

    test("offer nothing to write to who may only read", async () => {
      const [statement] = app.fund.statements;
      const id = accountId(app.fund, "1000");
      const path = `/accounts/${id}/statements/${statement?.id}`;
      const page = await app.open(path, { javaScriptEnabled: false }, ["ledger:read"]);
      await page.locator('[data-line="1"]').waitFor();
      expect(await page.locator("main form").count()).toBe(0);
      await page.getByRole("link", { name: "Bank statements" }).click();
      await page.locator("[data-statement]").first().waitFor();
      expect(await page.getByRole("link", { name: "Import a statement" }).count()).toBe(0);
      expect(await app.closePages()).toEqual([]);
    });
  });

async function importFile(page: Page, csv: string): Promise<void> {
  await checkFile(page, csv);
  await page.getByRole("button", { name: /^Import \d+ new lines/ }).click();
}

async function checkFile(page: Page, csv: string): Promise<void> {
  await page.getByLabel("Account of the statement").selectOption({ label: "1000 Cash at bank" });
  await page
    .getByLabel("File", { exact: true })
    .setInputFiles({ name: "bank.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("button", { name: "Check the file" }).click();
}
