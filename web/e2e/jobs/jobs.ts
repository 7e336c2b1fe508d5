import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import type { ReachableSystem } from "../../../launcher/e2e/reachable-system.ts";
import {
  DEMO_FUND,
  openCurrencyAccounts,
  postCharge,
  proposeAboveLimit,
  reconcilable,
} from "./demo-books.ts";
import { GERMAN_STATEMENT } from "./foreign-statement.ts";
import { readOnPhone } from "./on-phone.ts";
import type { Person } from "./person.ts";

/** Something that people do with the product, from Home to its end. */
export interface Job {
  readonly name: string;
  /** Role of the demo's user. */
  readonly as: string;
  /** How many clicks it may take. */
  readonly clicks: number;
  /** Brings the books to where the job begins; what it returns is passed on. */
  readonly prepare?: (system: ReachableSystem) => Promise<string>;
  readonly doIt: (person: Person, prepared: string) => Promise<void>;
}

export const JOBS: readonly Job[] = [
  {
    name: "import a foreign file, find a mistake and undo it",
    as: "accountant",
    clicks: 9,
    doIt: async (person) => {
      await person.link(DEMO_FUND.name);
      await person.arrives(DEMO_FUND.name);
      await person.link("Import statement");
      await person.arrives("Import a bank statement");
      await person.choose("Account of the statement", "1010 Custody cash");
      await person.attach("File", GERMAN_STATEMENT);
      await person.button("Check the file");
      await person.sees("3 of 3 lines are new");
      await person.button("Import 3 new lines");
      await person.sees("3 of 3 lines posted");
      // The statement opens with the balance of another account.
      await person.sees(/18,666,397\.12/);
      await person.link("Open the statement");
      await person.arrives(/2\sNov\s2026/);
      await person.click(person.page.getByText("Undo this import"));
      await person.type("Reason for the undo", "Imported into the wrong account");
      await person.button("Undo the import");
      await person.sees("The import is undone: what it posted is reversed.");
      await person.page.locator('[data-line="1"]').getByText("Posted, then reversed").waitFor();
    },
  },
  {
    name: "post an exchange of currencies with its rate",
    as: "accountant",
    clicks: 9,
    prepare: openCurrencyAccounts,
    doIt: async (person) => {
      await person.link(DEMO_FUND.name);
      await person.arrives(DEMO_FUND.name);
      await person.link("Post transaction");
      await person.type("Description", "Bought dollars for a trade");
      await person.choose("Account of line 1", "1310 Dollars at bank");
      await person.type("Debit of line 1", "10,870.00");
      await person.choose("Account of line 2", "2900-USD Position in dollars");
      await person.type("Credit of line 2", "10,870.00");
      await person.choose("Account of line 3", "1300 Foreign currency at cost");
      await person.type("Debit of line 3", "10,000.00");
      await person.button("Add a line");
      await person.choose("Account of line 4", "1000 Operating account");
      await person.type("Credit of line 4", "10,000.00");
      await person.sees("Balanced, in EUR");
      await person.sees("Balanced, in USD");
      await person.type("Rate, USD for 1 EUR", "1.0870");
      await person.button("Post transaction");
      await person.sees("Posted.");
    },
  },
  {
    name: "find a payment by its amount and export its month",
    as: "accountant",
    clicks: 4,
    doIt: async (person) => {
      await person.page.keyboard.press("Control+k");
      await person.page.getByRole("combobox", { name: "Search" }).fill("152,836.69");
      await person.click(person.page.getByRole("option", { name: /BOT NOM 153000/ }));
      await person.arrives(/BOT NOM 153000/);
      await person.link("All of Nov 2024");
      await person.arrives("Transactions");
      const download = person.page.waitForEvent("download");
      await person.link("Export CSV");
      const csv = await readFile(await (await download).path(), "utf8");
      const days = csv.split("\n").flatMap((line) => /\b20\d\d-\d\d-\d\d\b/.exec(line)?.[0] ?? []);
      expect(days.length).toBeGreaterThan(50);
      expect(days.filter((day) => !day.startsWith("2024-11"))).toEqual([]);
      expect(csv).toContain("BOT NOM 153000");
    },
  },
  {
    name: "explain how a month moved the NAV",
    as: "auditor",
    clicks: 5,
    doIt: async (person) => {
      await person.link(DEMO_FUND.name);
      await person.arrives(DEMO_FUND.name);
      await person.menu("NAV bridge");
      await person.arrives("NAV bridge");
      await person.type("From", "2026-10-01");
      await person.type("To", "2026-10-31");
      await person.button("Show");
      await person.page.waitForURL(/from=2026-10-01/);
      await person.sees("Opening and steps equal the closing.");
      const costs = person.page.locator('[data-step="costs"]');
      await person.click(costs.locator("summary"));
      await person.click(costs.getByRole("link", { name: /5000/ }));
      await person.arrives("Transactions");
      await person.sees(/Management/i);
    },
  },
  {
    name: "approve what waits",
    as: "approver",
    clicks: 4,
    prepare: proposeAboveLimit,
    doIt: async (person) => {
      await person.menu("To review");
      await person.arrives("To review");
      await person.click(person.page.locator('[data-count="approvals"]'));
      await person.arrives("Approvals");
      await person.link(/Purchase above the limit/);
      await person.arrives("Purchase above the limit");
      await person.button("Approve and post");
      await person.sees("Approved");
    },
  },
  {
    name: "invite a colleague",
    as: "admin",
    clicks: 4,
    doIt: async (person) => {
      await person.menu("Users");
      await person.arrives("Users");
      await person.click(person.page.getByRole("heading", { name: "Invite a user" }));
      await person.type("Name", "Rosalind Amsel");
      await person.type("Email", "rosalind.amsel@example.com");
      await person.click(person.page.getByRole("checkbox", { name: /^Accountant/ }).first());
      await person.button("Send invitation");
      await person.sees("Rosalind Amsel");
    },
  },
  {
    name: "reconcile a month",
    as: "accountant",
    clicks: 4,
    prepare: reconcilable,
    doIt: async (person) => {
      await person.link(DEMO_FUND.name);
      await person.arrives(DEMO_FUND.name);
      await person.link("Custody cash");
      await person.arrives("Custody cash");
      await person.link("Reconciliation");
      await person.arrives("Reconciliation");
      await person.page.locator('[data-reconciled="false"]').waitFor();
      await person.click(
        person.page
          .locator("[data-suggestion]", { hasText: "Depotbankentgelt November" })
          .getByRole("button", { name: "Match" }),
      );
      await person.page.locator('[data-reconciled="true"]').waitFor();
      await person.sees("Matched.");
    },
  },
  {
    name: "correct a category and see it learned",
    as: "accountant",
    clicks: 6,
    prepare: (system) => postCharge(system, "Zunfthaus Catering, lunch for visitors", "84.20"),
    doIt: async (person) => {
      await person.page.keyboard.press("Control+k");
      await person.page.getByRole("combobox", { name: "Search" }).fill("Zunfthaus");
      await person.click(person.page.getByRole("option", { name: /Zunfthaus Catering/ }));
      await person.arrives(/Zunfthaus/);
      await person.link("Change category");
      await person.arrives("Category of a transaction");
      await person.choose("Category", "Travel");
      await person.click(person.page.getByLabel("all of this payee"));
      await person.button("Save");
      await person.sees(/categorised/);
      await person.link("Rules");
      await person.arrives("Rules for categories");
      await person.sees(/Zunfthaus/i);
    },
  },
  {
    name: "simulate a plan",
    as: "fund-manager",
    clicks: 4,
    doIt: async (person) => {
      await person.link(DEMO_FUND.name);
      await person.arrives(DEMO_FUND.name);
      await person.menu("Simulate a plan");
      await person.arrives("Simulate a plan");
      await person.type("Goal at the end, in EUR", "60,000,000");
      await person.button("Start the simulation");
      await person.page.locator('[data-simulation="SUCCEEDED"]').waitFor();
      await person.sees(/goal/i);
    },
  },
  {
    name: "ask a question and follow its citation",
    as: "fund-manager",
    clicks: 5,
    doIt: async (person) => {
      await person.link(DEMO_FUND.name);
      await person.arrives(DEMO_FUND.name);
      await person.menu("Ask");
      await person.arrives(/Ask about/);
      await person.type("Question", "What was the largest payment in October 2026?");
      await person.button("Ask");
      const answer = person.page.locator("[data-answer]");
      await answer.waitFor();
      await person.click(answer.getByRole("link").first());
      await person.click(person.page.locator(':target a[href^="/transactions/"]').first());
      await person.page.waitForURL(/\/transactions\//);
      await person.page.getByRole("heading", { name: "Entries" }).waitFor();
    },
  },
  {
    name: "close a period",
    as: "accountant",
    clicks: 4,
    doIt: async (person) => {
      await person.link(DEMO_FUND.name);
      await person.arrives(DEMO_FUND.name);
      await person.menu("Month-end");
      await person.arrives("Month-end");
      await person.click(person.page.locator('[data-check="OPEN_DAYS"]').getByRole("link"));
      await person.arrives("Periods");
      await person.type("Last day", "2024-12-31");
      await person.button("Close the period");
      await person.page
        .locator('[data-period="2024-12-31"]')
        .getByText("Closed", { exact: true })
        .waitFor();
    },
  },
  {
    name: "set a budget and see what was spent of it",
    as: "accountant",
    clicks: 7,
    doIt: async (person) => {
      await person.link(DEMO_FUND.name);
      await person.arrives(DEMO_FUND.name);
      await person.menu("Categories");
      await person.arrives("Categories to review");
      await person.link("Budgets");
      await person.arrives("Budgets");
      await person.page.goto(`${person.page.url()}?day=2026-10-01`);
      const without = person.page.locator('[data-unbudgeted="MONTH"]');
      await person.click(without.locator("summary"));
      const fee = without.getByRole("listitem").filter({ hasText: "Custody fee" });
      await person.click(fee.getByRole("link", { name: "Set a budget" }));
      await person.page.waitForURL(/category=CUSTODY_FEE/);
      await person.type("Amount", "25,000.00");
      await person.button("Save the budget");
      await person.sees("The budget is set.");
      const figures = person.page.locator('[data-budgets="MONTH"] [data-budget] dd');
      const [set, spent, left] = (await figures.allInnerTexts()).map(centsOf);
      expect(set).toBe(2_500_000);
      expect(left).toBe(2_500_000 - (spent ?? 0));
      await person.click(figures.nth(1).getByRole("link"));
      await person.arrives("Custody fee");
      const listed = person.page.locator("[data-review] .what");
      const amounts = (await listed.allInnerTexts()).map((text) =>
        centsOf(text.split("\n").at(-1)),
      );
      expect(amounts.length).toBeGreaterThan(0);
      expect(-amounts.reduce((sum, amount) => sum + amount, 0)).toBe(spent);
    },
  },
  { name: "read everything on a phone", as: "admin", clicks: 80, doIt: readOnPhone },
];

/** Cents of an amount as English pages write it. */
function centsOf(text = ""): number {
  const [, minus = "", digits = ""] = /([−-]?)([\d,]+\.\d{2})/.exec(text) ?? [];
  return Math.round(Number(digits.replaceAll(",", "")) * 100) * (minus === "" ? 1 : -1);
}
