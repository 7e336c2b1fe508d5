import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import type { App } from "./app.ts";

const REGISTRAR = ["ledger:read", "ledger:write", "investors:read", "investors:write"];
const PUBLISHER = ["ledger:read", "ledger:write", "nav:publish"];

/** Tests the pages of fund administration, without scripts where a form posts. */
export const testAdministration = (started: () => App): SuiteCollector =>
  describe("fund administration", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("sets terms and opens a class, without scripts", async () => {
      const page = await app.open(`/funds/${app.fund.id}`, { javaScriptEnabled: false });
      await page.getByRole("link", { name: "Administration", exact: true }).click();
      await page.getByText("Change the terms").click();
      await page.getByLabel("Time zone of the cut-off").fill("Luxembourg");
      await page.getByLabel("Cut-off time").fill("14:30");
      await page.getByRole("button", { name: "Set the terms" }).click();
      await page.getByRole("alert").getByText("Enter an IANA zone.").waitFor();
      expect(await page.getByLabel("Cut-off time").inputValue()).toBe("14:30");
      await page.getByLabel("Time zone of the cut-off").fill("Europe/Luxembourg");
      await page.getByRole("button", { name: "Set the terms" }).click();
      await page.getByText("The terms are set.").waitFor();
      await page.getByText("14:30, Europe/Luxembourg").waitFor();

      await page.getByText("Open a share class").click();
      await page.getByLabel("Code").fill("A");
      await page.getByLabel("Name of the class").fill("Class B");
      await page.getByLabel("ISIN", { exact: true }).fill("LU0000000026");
      await page.getByRole("button", { name: "Open the class" }).click();
      await page.getByRole("alert").getByText("The code A is taken.").waitFor();
      await page.getByLabel("Code").fill("B");
      await page.getByRole("button", { name: "Open the class" }).click();
      await page.locator('[data-class="B"] summary').click();
      await page.getByLabel("State of class B", { exact: true }).selectOption("SOFT_CLOSED");
      await page.getByLabel("Reason for the new state of class B").fill("Capacity reached");
      await page.locator('[data-class="B"]').getByRole("button").click();
      await page.getByText("The state of the class is set.").waitFor();
      expect(await page.locator('[data-class="B"] .chip').innerText()).toBe("Soft closed");
      // The browser reports the status of the refused forms.
      const refused = expect.stringContaining("422");
      expect(await app.closePages()).toEqual([refused, refused]);
    });

    test("registers an investor, sets KYC and places an order, without scripts", async () => {
      const page = await app.open("/investors", { javaScriptEnabled: false }, REGISTRAR);
      await page.getByText("Register an investor").click();
      await page.getByLabel("Reference", { exact: true }).fill("INV-2");
      await page.getByLabel("Name", { exact: true }).fill("Ada Harbour");
      await page.getByLabel("Country of taxation").fill("de");
      await page.getByRole("button", { name: "Register the investor" }).click();
      await page.getByText("The investor is registered.").waitFor();
      expect(await page.locator("h1").innerText()).toBe("Ada Harbour");

      await page.getByRole("link", { name: app.fund.name }).last().click();
      await page.getByLabel("Amount", { exact: true }).fill("1,234.50");
      await page.getByRole("button", { name: "Place the order" }).click();
      await page.getByRole("alert").getByText("The investor is not cleared.").waitFor();
      expect(await page.getByLabel("Amount", { exact: true }).inputValue()).toBe("1,234.50");
      // What is not about the fund is folded while a fund is shown.
      await page.locator("header summary", { hasText: "Registers" }).click();
      await page.getByRole("link", { name: "Investors" }).click();
      await page.locator('[data-investor="INV-2"]').click();
      await page.getByText("Set the KYC state").click();
      await page.getByLabel("State", { exact: true }).selectOption("CLEARED");
      await page.getByLabel("Reason for the state").fill("Papers are complete");
      await page.getByRole("button", { name: "Set the state" }).click();
      await page.getByText("The KYC state is set.").waitFor();

      await page.getByRole("link", { name: app.fund.name }).last().click();
      await page.getByLabel("Amount", { exact: true }).fill("1,234.50");
      await page.getByRole("button", { name: "Place the order" }).click();
      await page.getByText("The order is placed.").waitFor();
      const order = page.locator("[data-order]").first();
      expect(await order.innerText()).toMatch(/1,234\.50.*Dealing date\s+23\sNov\s2026/s);
      await order.getByLabel("Reason for the cancellation").fill("Entered twice");
      await order.getByRole("button", { name: "Cancel the order" }).click();
      await page.getByText("The order is cancelled.").waitFor();
      await page.getByLabel("State", { exact: true }).selectOption("CANCELLED");
      await page.getByRole("button", { name: "Show", exact: true }).click();
      expect(await page.locator("[data-order]").count()).toBe(1);
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("offers approval of an order to who may, and states why not to others", async () => {
      const { switches } = app.gateway;
      switches.limit = 100_000n;
      const scopes = [...REGISTRAR, "ledger:approve"];
      const page = await app.open("/investors", { javaScriptEnabled: false }, scopes);
      await page.locator('[data-investor="INV-1"]').click();
      await page.getByRole("link", { name: app.fund.name }).last().click();
      await page.getByLabel("Amount", { exact: true }).fill("1,000.01");
      await page.getByRole("button", { name: "Place the order" }).click();
      const order = page.locator("[data-order]").first();
      await order.getByText("Waits for approval").waitFor();
      const approve = order.locator('form[action="?/approve"]');
      expect(await approve.innerText()).toContain("Approve the order");
      for (const [code, offered] of [
        ["APPROVED_BEFORE", 0],
        ["LIMIT_CHANGED", 1],
      ] as const) {
        switches.mayNotApprove = { code, error: "FORBIDDEN", message: "" };
        await page.reload();
        await order.locator(`[data-refusal="${code}"]`).waitFor();
        expect(await approve.count()).toBe(offered);
      }
      expect(await approve.innerText()).toContain("Have it wait for more approvers");
      Object.assign(switches, { mayNotApprove: undefined, limit: undefined });
      expect(await app.closePages()).toEqual([]);
    });

    test("shows what a fund is made of beside its limits, without scripts", async () => {
      const page = await app.open(`/funds/${app.fund.id}/portfolio`, { javaScriptEnabled: false });
      await page.getByRole("link", { name: "Allocation" }).last().click();
      const largest = page.locator('[data-check="single"]');
      const share = await page.locator('[data-part="IE00B4L5Y983"] strong').innerText();
      expect(await largest.innerText()).toContain(share);
      expect(await largest.innerText()).toContain("of 10.00% at most");
      const cash = await page.locator('[data-part="CASH"] strong').first().innerText();
      expect(Number.parseFloat(share) + Number.parseFloat(cash)).toBeCloseTo(100, 1);

      // 85,200.00 beside the cash, which other tests move.
      const moneyOf = page.locator('[data-part="CASH"] .money').first();
      const money = Number((await moneyOf.innerText()).replaceAll(/[^\d.]/g, ""));
      expect(money).toBeGreaterThan(500_000);
      expect(share).toBe(`${((85_200 / (85_200 + money)) * 100).toFixed(2)}%`);
      expect(await largest.innerText()).toContain("Above the limit");
      await page.getByLabel("Most of one security, %").fill("15");
      await page.getByRole("button", { name: "Show" }).click();
      expect(await largest.innerText()).toContain("Within the limit");

      for (const [key, name] of [
        ["FINANCIALS", "Financials"],
        ["IE", "Ireland"],
      ]) {
        const part = page.locator(`[data-part="${key}"]`);
        expect(await part.locator(".name").innerText()).toBe(name);
        expect(await part.locator(".share").innerText()).toBe(share);
      }

      await page.locator('[data-part="IE00B4L5Y983"] a').first().click();
      await page.locator("#position-IE00B4L5Y983").waitFor();
      await page.goto(`${app.web.url}/funds/${app.fund.id}/allocation?sum=many`);
      await page.getByRole("alert").getByText("A limit is a number from 0 to 100.").waitFor();
      expect(await page.locator("[data-check]").count()).toBe(0);
      expect(await app.closePages()).toEqual([]);
    });

    test("records a trade, marks it as failed and settles it, and shows the lots, without scripts", async () => {
      const page = await app.open(`/funds/${app.fund.id}/portfolio`, { javaScriptEnabled: false });
      await page.locator("[data-position] summary").click();
      const position = await page.locator("[data-position]").innerText();
      expect(position).toMatch(/85,200\.00.*\+5,200\.00.*2\sNov\s2026.*80,000\.00/s);
      await page.getByText("Record a trade").click();
      await page.getByLabel("Side").selectOption("SELL");
      await page.getByLabel("Quantity").fill("2,000");
      await page.getByLabel("Price").fill("85.20");
      await page.getByRole("button", { name: "Record the trade" }).click();
      await page.getByRole("alert").getByText("More is sold than the fund holds.").waitFor();
      expect(await page.getByLabel("Side").inputValue()).toBe("SELL");
      await page.getByLabel("Side").selectOption("BUY");
      await page.getByRole("button", { name: "Record the trade" }).click();
      await page.getByText("The trade is recorded.").waitFor();
      const trade = page.locator("[data-trade]").first();
      await trade.locator("summary").click();
      await trade.getByLabel("Why it did not settle").fill("The counterparty delivered late");
      await trade.getByRole("button", { name: "Mark as failed" }).click();
      await page.getByText("The trade is marked as failed.").waitFor();
      await trade.locator("summary").click();
      expect(await trade.getByRole("button", { name: "Mark as failed" }).count()).toBe(0);
      await trade.getByRole("button", { name: "Settle the trade" }).click();
      await page.getByText("The trade is settled.").waitFor();
      expect(await trade.innerText()).toMatch(/170,400\.00.*Settled/s);
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("corrects a price by a new record, without scripts", async () => {
      const page = await app.open("/securities", { javaScriptEnabled: false });
      await page.getByText("Record or correct a price").click();
      await page.getByLabel("ISIN of the price").fill("IE00B4L5Y983");
      await page.getByLabel("Price", { exact: true }).fill("85.30");
      await page.getByLabel("Currency").first().fill("EUR");
      await page.getByLabel("Source").first().fill("Exchange");
      await page.getByRole("button", { name: "Record the price" }).click();
      await page.getByText("The price is recorded.").waitFor();
      const prices = page.locator("[data-price]");
      expect(await prices.allInnerTexts()).toEqual([
        expect.stringContaining("85.30"),
        expect.stringContaining("85.2000"),
      ]);
      expect(await app.closePages()).toEqual([]);
    });

    test("previews a NAV with its checks, and leaves its publication to another person", async () => {
      const path = `/funds/${app.fund.id}/valuations`;
      const page = await app.open(path, { javaScriptEnabled: false }, PUBLISHER);
      await page.getByLabel("NAV date", { exact: true }).fill("2026-11-23");
      await page.getByRole("button", { name: "Calculate" }).click();
      await page.getByText("The NAV is calculated.").waitFor();
      const blocking = page.locator('[data-check="PRICE_MISSING"]');
      expect(await blocking.innerText()).toMatch(
        /Blocks publication.*US0378331005.*120 without a price/s,
      );
      expect(await page.locator('[data-class="A"]').innerText()).toContain("101.2345");
      await page.getByRole("button", { name: "Publish the NAV" }).click();
      await page.getByRole("alert").getByText("Another person publishes it.").waitFor();
      await page.getByText("Discard", { exact: true }).click();
      await page.getByLabel("Reason to discard it").fill("A price is missing");
      await page.getByRole("button", { name: "Discard the valuation" }).click();
      await page.getByText("The valuation is discarded.").waitFor();
      expect(await page.getByRole("button", { name: "Publish the NAV" }).count()).toBe(0);
      await page.getByRole("link", { name: "NAV", exact: true }).click();
      const newest = page.locator("[data-valuation]").first();
      expect(await newest.innerText()).toMatch(/23\sNov\s2026.*Discarded/s);
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("shows no investors to who may not see them", async () => {
      const page = await app.open("/investors", { javaScriptEnabled: false });
      await page.getByText("Your role does not include this page.").waitFor();
      await page.goto(`${app.web.url}/funds/${app.fund.id}/orders`);
      await page.locator("[data-order]").first().waitFor();
      expect(await page.getByText("Place an order").count()).toBe(0);
      expect(await page.getByRole("link", { name: "Investors" }).count()).toBe(0);
      expect(await app.closePages()).toEqual([expect.stringContaining("403")]);
    });

    test("offers nothing to write to who may only read", async () => {
      const path = `/funds/${app.fund.id}/administration`;
      const page = await app.open(path, { javaScriptEnabled: false }, ["ledger:read"]);
      await page.locator('[data-class="A"]').waitFor();
      expect(await page.locator("main form").count()).toBe(0);
      expect(await app.closePages()).toEqual([]);
    });
  });
