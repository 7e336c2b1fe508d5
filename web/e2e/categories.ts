import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { chargeOf, type App } from "./app.ts";
import { post } from "./fake-graph/books.ts";

const spaced = (text: string): string => text.replaceAll("\u00a0", " ").trim();

/** Tests the review of categories, and their budgets. */
export const testCategories = (started: () => App): SuiteCollector =>
  describe("categories", () => {
    let app: App;

    beforeAll(() => {
      app = started();
      for (let count = 0; count < 3; count += 1)
        post(app.fund, chargeOf(app.fund, "Taxi", "20.00"));
    });

    test("are reviewed until the list is empty, and undone, without scripts", async () => {
      const page = await app.open(`/funds/${app.fund.id}`, { javaScriptEnabled: false });
      await page.getByRole("link", { name: "Review categories" }).click();
      const taxis = page.locator("[data-review]").filter({ hasText: "Taxi" });
      const before = await page.locator("[data-review]").count();
      expect(await taxis.count()).toBe(3);

      await taxis.first().getByRole("button", { name: "Accept Other" }).click();
      await page.getByRole("status").getByText("1 transaction was categorised.").waitFor();
      expect(await taxis.count()).toBe(2);

      await taxis.first().getByLabel("Category").selectOption("Travel");
      await taxis.first().getByLabel("all of this payee").check();
      await taxis.first().getByRole("button", { name: "Save" }).click();
      await page.getByRole("status").getByText("3 transactions were categorised.").waitFor();
      expect(await taxis.count()).toBe(0);
      expect(await page.locator("[data-review]").count()).toBe(before - 3);

      await page.getByRole("button", { name: "Undo this change" }).click();
      await page.waitForURL(/categories$/);
      // The one that was accepted before stays so.
      expect(await taxis.count()).toBe(2);
      expect(await app.closePages()).toEqual([]);
    });

    test("are given by a rule that is tried, saved, run and undone, without scripts", async () => {
      const page = await app.open(`/funds/${app.fund.id}/categories`, { javaScriptEnabled: false });
      await page.getByRole("link", { name: "Rules" }).click();
      await page.getByText("New rule").click();
      const form = page.locator("details.card").filter({ hasText: "New rule" });
      await form.getByLabel("Name").fill("Taxis");
      await form.getByLabel("Category").selectOption("Travel");
      await form.getByRole("button", { name: "Save rule" }).click();
      await page.getByRole("alert").getByText("must have at least one condition").waitFor();

      // What was sent is still in the form.
      await form.getByLabel("Text has the words").fill("taxi");
      await form.getByRole("button", { name: "Try without saving" }).click();
      await page.getByText("It applies to 3 transactions and would change 3.").waitFor();

      await form.getByRole("button", { name: "Save rule" }).click();
      const rule = page.locator('[data-rule="Taxis"]');
      await rule.locator("summary").click();
      await rule.getByRole("button", { name: "Run on what is posted" }).click();
      await page.getByText("3 transactions got another category.").waitFor();
      await page.getByRole("button", { name: "Undo this change" }).click();
      await page.getByText("The change is undone.").waitFor();
      await rule.locator("summary").click();
      await rule.getByRole("button", { name: "Delete" }).click();
      await page.getByText("No rules yet").waitFor();

      await page.getByRole("button", { name: "Delete the rule of Taxi Central" }).click();
      await page.getByText("Nothing learned yet").waitFor();
      await page.getByRole("button", { name: "Show the difference" }).click();
      await page.getByText("1 of 3 transactions would get another category.").waitFor();
      await page.getByRole("button", { name: "Judge again" }).click();
      await page.getByText("1 transaction got another category.").waitFor();
      // The browser reports the status of the refused form.
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("are listed one by one from what a fund spent, and corrected in their list", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      await page.locator('a[href$="categories?category=fee"]').first().click();
      await page.getByRole("heading", { level: 1, name: "Fee" }).waitFor();
      const fees = page.locator("[data-review]");
      const before = await fees.count();
      expect(await fees.filter({ hasText: "Taxi" }).count()).toBe(0);
      expect(before).toBeGreaterThan(0);

      await fees.first().getByLabel("Category").selectOption("Travel");
      await fees.first().getByRole("button", { name: "Save" }).click();
      await page.getByRole("status").getByText("1 transaction was categorised.").waitFor();
      // Still the list of the category, which is one shorter.
      await page.getByRole("heading", { level: 1, name: "Fee" }).waitFor();
      expect(await fees.count()).toBe(before - 1);
      await page.getByRole("button", { name: "Undo this change" }).click();
      await page.waitForURL(/categories\?category=fee$/);
      expect(await fees.count()).toBe(before);
      expect(await app.closePages()).toEqual([]);
    });

    test("have budgets beside what was spent, each with its transactions, without scripts", async () => {
      const path = `/funds/${app.fund.id}/budgets?day=2026-10-15`;
      const page = await app.open(`/funds/${app.fund.id}/categories`, { javaScriptEnabled: false });
      await page.getByRole("main").getByRole("link", { name: "Budgets" }).click();
      await page.goto(app.web.url + path);
      await page.getByRole("heading", { level: 1, name: "Budgets" }).waitFor();
      // October 2026 has one fee, of 4,109.59 x (1 + 3/7), and 5,000 to spend.
      const month = page.locator('[data-budgets="MONTH"]');
      const fee = month.locator('[data-budget="fee EUR"]');
      const figures = async () => (await fee.locator("dd").allInnerTexts()).map(spaced);
      expect(await figures()).toEqual(["5,000.00 EUR", "5,870.84 EUR", "−870.84 EUR"]);
      await fee.getByText("Overspent").waitFor();
      await page.locator('[data-budgets="YEAR"] [data-budget="custody EUR"]').waitFor();

      await fee.getByRole("link", { name: "5,870.84" }).click();
      await page.getByText("Money in EUR from 1 Oct 2026 to 31 Oct 2026.").waitFor();
      const listed = page.locator("[data-review]");
      expect(await listed.count()).toBe(1);
      expect(await listed.innerText()).toContain("Management fee");
      await listed.getByLabel("Category").selectOption("Travel");
      await listed.getByRole("button", { name: "Save" }).click();
      await page.getByRole("status").getByText("1 transaction was categorised.").waitFor();
      // Still the list of the same days, which is empty.
      await page.getByText("Money in EUR from 1 Oct 2026 to 31 Oct 2026.").waitFor();
      expect(await listed.count()).toBe(0);
      await page.getByRole("button", { name: "Undo this change" }).click();
      await page.waitForURL(/categories\?category=fee&currency=EUR&from=2026-10-01&to=2026-10-31$/);
      expect(await listed.count()).toBe(1);

      await page.goto(app.web.url + path);
      await fee.getByRole("link", { name: "Change the budget" }).click();
      const form = page.locator("#set");
      expect(await form.getByLabel("Amount").inputValue()).toBe("5,000.00");
      const reach = form.getByLabel("How long");
      const rollsOver = form.getByLabel("goes to the next one");
      expect(await reach.inputValue()).toBe("OPEN");
      await form.getByLabel("Amount").fill("-1");
      await rollsOver.check();
      await form.getByRole("button", { name: "Save the budget" }).click();
      await form.getByRole("alert").getByText("must not be negative").waitFor();
      expect(await form.getByLabel("Amount").inputValue()).toBe("-1");
      expect(await rollsOver.isChecked()).toBe(true);
      await rollsOver.uncheck();
      await form.getByLabel("Amount").fill("8,000.50");
      await reach.selectOption("Only this month or year");
      await form.getByRole("button", { name: "Save the budget" }).click();
      await page.getByRole("status").getByText("The budget is set.").waitFor();
      expect(await figures()).toEqual(["8,000.50 EUR", "5,870.84 EUR", "2,129.66 EUR"]);
      expect(await page.locator("[data-fact]").count()).toBe(3);

      await fee.getByRole("link", { name: "Change the budget" }).click();
      expect(await reach.inputValue()).toBe("ONE");
      await form.getByRole("button", { name: "No budget for Fee from Oct 2026 on" }).click();
      await page.getByRole("status").getByText("The budget is set.").waitFor();
      await month.getByText("No budget in this month").waitFor();
      await page.locator('[data-unbudgeted="MONTH"]').locator("summary").click();
      await page.locator('[data-unbudgeted="MONTH"]').getByText("5,870.84").waitFor();
      // The browser reports the status of the refused form.
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("have budgets that who reads only cannot set, and that are missing where they fail", async () => {
      const path = `/funds/${app.fund.id}/budgets`;
      const page = await app.open(path, {}, ["ledger:read", "analytics:read"]);
      await page.locator('[data-budgets="MONTH"]').waitFor();
      expect(await page.locator("#set").count()).toBe(0);
      expect(await page.getByRole("link", { name: "Set a budget" }).count()).toBe(0);
      app.gateway.switches.nulls.add("Fund.budgets");
      await page.reload();
      await page.getByText("Some figures are missing.").waitFor();
      expect(await page.locator("[data-budgets]").count()).toBe(0);
      app.gateway.switches.nulls.delete("Fund.budgets");
      expect(await app.closePages()).toEqual([]);
    });

    test("are changed for one transaction, which then shows that it is locked", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      const taxi = page.locator("[data-transaction]").filter({ hasText: "Taxi" }).last();
      await taxi.locator("summary").click();
      await taxi.getByRole("link", { name: "Change category" }).click();
      await page.locator("[data-review]").getByLabel("Category").selectOption("Fee");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Chosen by a person").waitFor();
      await page.locator("[data-review] .chip").getByText("Fee").waitFor();
      await page.getByRole("button", { name: "Undo", exact: true }).click();
      await page.getByRole("button", { name: "Accept Other" }).waitFor();
      expect(await app.closePages()).toEqual([]);
    });
  });
