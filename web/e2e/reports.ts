import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accountId, chargeOf, type App } from "./app.ts";
import { post } from "./fake-graph/books.ts";

/** Tests the reports of a fund, and the list of what needs a person. */
export const testReports = (started: () => App): SuiteCollector =>
  describe("reports", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("link each figure to its account statement, and are exported, without scripts", async () => {
      const path = `/funds/${app.fund.id}/reports`;
      const page = await app.open(`${path}?asOf=2025-10-31`, { javaScriptEnabled: false });
      const debit = await page.locator('[data-total="Debit"] .amount').innerText();
      expect(await page.locator('[data-total="Credit"] .amount').innerText()).toBe(debit);
      await page.getByRole("link", { name: "Income statement" }).click();
      await page.getByLabel("From").fill("2025-10-01");
      await page.getByLabel("To", { exact: true }).fill("2025-10-31");
      await page.getByRole("button", { name: "Show" }).click();
      expect(await page.locator('[data-total="Net"] .amount').innerText()).toContain("\u2212");
      const response = await page.request.get(
        await page
          .getByRole("link", { name: "Export CSV" })
          .getAttribute("href")
          .then((href) => app.web.url + href),
      );
      expect(await response.text()).toContain("Expense,5000,Management fees,4109.59,EUR\r\n");
      for (const [format, signature] of [
        ["XLSX", "PK"],
        ["PDF", "%PDF-1"],
      ]) {
        const link = page.getByRole("link", { name: `Export ${format}` });
        const file = await page.request.get(app.web.url + (await link.getAttribute("href")));
        expect((await file.body()).toString("latin1")).toMatch(new RegExp(`^${signature}`));
      }
      await page.locator("tbody .number a").first().click();
      await page.waitForURL(/transactions\?account=.*yearEnd=no&from=2025-10-01&to=2025-10-31/);
      await page.getByText("Without closings of years").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("are kept by name without their days, opened again, and deleted, without scripts", async () => {
      const search =
        "report=income-statement&from=2025-10-01&to=2025-10-31&compare=previous&columns=3";
      const page = await app.open(`/funds/${app.fund.id}/reports?${search}`, {
        javaScriptEnabled: false,
      });
      await page.getByText("Save this view").click();
      await page.getByLabel("Name of the view").fill("Months side by side");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      const kept = page.getByRole("navigation", { name: "Saved views" }).getByRole("link");
      expect(await kept.getAttribute("aria-current")).toBe("page");
      expect(await page.getByLabel("From").inputValue()).toBe("2025-10-01");

      await page.goto(`${app.web.url}/funds/${app.fund.id}/reports`);
      expect(await kept.getAttribute("aria-current")).toBeNull();
      await kept.click();
      await page.getByRole("heading", { level: 1, name: "Income statement" }).waitFor();
      expect(await page.getByLabel("From").inputValue()).toMatch(/-01-01$/);
      await page.getByRole("button", { name: "Delete the view Months side by side" }).click();
      await page.getByText("Save this view").waitFor();
      expect(await kept.count()).toBe(0);
      expect(await app.closePages()).toEqual([]);
    });

    test.each([
      ["balance-sheet", "Assets"],
      ["cash-flow", "Closing"],
    ])("show the totals of the %s", async (report, total) => {
      const page = await app.open(`/funds/${app.fund.id}/reports?report=${report}`);
      expect(await page.locator(`[data-total="${total}"] .amount`).innerText()).toContain("EUR");
      expect(await app.closePages()).toEqual([]);
    });

    test.each([
      ["trial-balance", "&asOf=2025-10-31", /\/accounts\/[^?]+\?knownAt=5&to=2024-10-31$/],
      [
        "income-statement",
        "&from=2025-10-01&to=2025-10-31",
        /transactions\?account=[^&]+&yearEnd=no&knownAt=5&from=2024-10-01&to=2024-10-31$/,
      ],
      [
        "cash-flow",
        "&from=2025-10-01&to=2025-10-31",
        /transactions\?account=[^&]+&cash=yes&knownAt=5&from=2024-10-01&to=2024-10-31$/,
      ],
      [
        "cash-flow&method=INDIRECT",
        "&from=2025-10-01&to=2025-10-31",
        /transactions\?account=[^&]+&yearEnd=no&knownAt=5&from=2024-10-01&to=2024-10-31$/,
      ],
    ])("stand beside the year before: %s", async (report, days, postings) => {
      const path = `/funds/${app.fund.id}/reports?report=${report}${days}&compare=year&knownAt=5`;
      const page = await app.open(path, { javaScriptEnabled: false });
      expect(await page.locator("thead th").count()).toBe(3);
      const figures = page.locator("tbody tr:not(.sum) td:nth-child(3) a");
      expect(await figures.first().getAttribute("href")).toMatch(postings);
      const csv = await page.getByRole("link", { name: "Export CSV" }).getAttribute("href");
      const file = await page.request.get(app.web.url + csv);
      expect((await file.text()).split("\r\n")[0]).toMatch(
        /,\S*2025-10-31,\S*2024-10-31,Currency$/,
      );
      expect(await app.closePages()).toEqual([]);
    });

    test("by a dimension and without one, and by the levels of the chart", async () => {
      const path = `/funds/${app.fund.id}/reports?asOf=2025-10-31`;
      const page = await app.open(`${path}&dimension=project&without=costCentre`, {
        javaScriptEnabled: false,
      });
      await page.getByText("Without a value").waitFor();
      expect(await page.locator("tbody .number a").first().getAttribute("href")).toMatch(
        /without=project%2CcostCentre&to=2025-10-31$/,
      );
      await page.locator("tbody .number a").first().click();
      await page.getByText("Only entries without a value of project, costCentre").waitFor();
      await page.goto(`${app.web.url}${path}&depth=1`);
      expect(await page.locator("tr[data-level]").count()).toBe(1);
      await page.goto(`${app.web.url}${path}&depth=2`);
      expect(await page.locator('tr[data-level="2"]').count()).toBeGreaterThan(1);
      expect(await app.closePages()).toEqual([]);
    });

    test("are those of a share class behind the links of the class, without scripts", async () => {
      const path = `/funds/${app.fund.id}/administration`;
      const page = await app.open(path, { javaScriptEnabled: false });
      await page.locator('[data-class="A"] summary').click();
      await page.locator('[data-class="A"]').getByRole("link", { name: "Trial balance" }).click();
      expect(await page.locator("h1").innerText()).toBe("Trial balance · A Class A");
      // A figure is a part of the account's, which its statement does not show.
      expect(await page.locator("tbody .number a").count()).toBe(0);
      const debit = await page.locator('[data-total="Debit"] .amount').innerText();
      const search = await page.getByRole("link", { name: "Export CSV" }).getAttribute("href");
      const file = await page.request.get(app.web.url + search).then((response) => response.text());
      expect(file.replaceAll(",", "")).toContain(debit.replaceAll(/[^\d.]/g, ""));

      await page.getByRole("link", { name: "Balance sheet" }).click();
      expect(await page.locator("h1").innerText()).toBe("Balance sheet · A Class A");
      await page.getByRole("button", { name: "Show" }).click();
      expect(await page.locator("h1").innerText()).toBe("Balance sheet · A Class A");
      const assets = await page.locator('[data-total="Assets"] .amount').innerText();
      const ofClass = page.url();
      await page.getByRole("link", { name: "Whole fund" }).click();
      expect(await page.locator("h1").innerText()).toBe("Balance sheet");
      expect(await page.locator('[data-total="Assets"] .amount').innerText()).not.toBe(assets);

      // No class has an income statement of its own.
      await page.goto(ofClass.replace("balance-sheet", "income-statement"));
      expect(await page.locator("h1").innerText()).toBe("Income statement");
      expect(await app.closePages()).toEqual([]);
    });

    test("explain a month by a bridge that ties out and links to transactions, without scripts", async () => {
      const path = `/funds/${app.fund.id}/bridge?from=2026-01-01&to=2026-01-31`;
      const page = await app.open(path, { javaScriptEnabled: false });
      const cents = async (step: string) => {
        const text = await page.locator(`[data-step="${step}"] > .number`).innerText();
        return BigInt(text.replaceAll(/[^\d\u2212]/g, "").replace("\u2212", "-"));
      };
      const steps = ["flows", "income", "costs", "prices", "currency"];
      const moved = (await Promise.all(steps.map(cents))).reduce((sum, step) => sum + step, 0n);
      expect(moved).not.toBe(0n);
      expect((await cents("opening")) + moved).toBe(await cents("closing"));
      await page.getByText("Opening and steps equal the closing.").waitFor();
      await page.locator('[data-step="costs"] summary').click();
      await page.getByRole("link", { name: "5000 Management fees" }).click();
      expect(await page.locator('[data-total="count"]').innerText()).toBe("1");
      expect(await app.closePages()).toEqual([]);
    });

    test("are reached by the side bar, as is what waits for a person", async () => {
      post(app.fund, chargeOf(app.fund, "Taxi", "20.00"));
      const page = await app.open(`/accounts/${accountId(app.fund, "1000")}`);
      const main = page.getByRole("navigation", { name: "Main" });
      await main.getByRole("link", { name: "Reports" }).click();
      await page.getByRole("heading", { name: "Trial balance" }).waitFor();
      await main.getByRole("link", { name: "To review" }).click();
      await page.getByRole("heading", { name: "To review" }).waitFor();
      await page.getByRole("link", { name: "Categories to confirm" }).first().click();
      await page.locator("[data-review]").first().waitFor();
      expect(await app.closePages()).toEqual([]);
    });
  });
