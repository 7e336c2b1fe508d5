import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import type { App } from "./app.ts";

const MANAGER = ["ledger:read", "metrics:read", "metrics:write"];

/** Tests how a plan is simulated. */
export const testSimulations = (started: () => App): SuiteCollector =>
  describe("simulating a plan", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    const path = () => `/funds/${app.fund.id}/simulate`;

    test("starts a simulation, shows its progress and result, and keeps its link", async () => {
      const page = await app.open(path(), {}, MANAGER);
      await page.getByLabel("Returns from").selectOption("parameters");
      await page.getByLabel("Expected return").fill("6.5 %");
      await page.getByLabel("Volatility").fill("12");
      await page.getByLabel("Value at the beginning").fill("1,000,000");
      await page.getByLabel("Withdrawal each time").fill("2,500.00");
      await page.getByLabel("Goal at the end").fill("1.2");
      await page.getByLabel("Seed").fill("7");
      await page.getByRole("button", { name: "Start the simulation" }).click();
      await page.locator("[data-simulation=SUCCEEDED]").waitFor();
      expect(await page.locator("[data-estimate=goal]").innerText()).toMatch(/61\.83%[^]*0\.42%/);
      const stated = await page.locator("[data-assumptions]").innerText();
      for (const text of [
        "6.50% a year",
        "12.00%",
        "1,000,000",
        "2,500.00",
        "120 months (10 years)",
        "/ 7",
      ]) {
        expect(stated).toContain(text);
      }
      await page.getByText("Simulate again").click();
      expect(await page.getByLabel("Withdrawal each time").inputValue()).toBe("2,500.00");
      await page.reload();
      await page.locator("[data-simulation=SUCCEEDED]").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("names what is wrong and keeps what was typed, without scripts", async () => {
      const page = await app.open(path(), { javaScriptEnabled: false }, MANAGER);
      await page.getByLabel("Value at the beginning").fill("666");
      await page.getByLabel("Yearly fee").fill("little");
      const start = page.getByRole("button", { name: "Start the simulation" });
      await start.click();
      expect(await page.getByRole("alert").innerText()).toContain("Enter a percentage");
      expect(await page.getByLabel("Yearly fee").inputValue()).toBe("little");
      await page.getByLabel("Yearly fee").fill("");
      await start.click();
      expect(await page.getByRole("alert").innerText()).toContain("too much at once");
      await page.getByLabel("Value at the beginning").fill("1000");
      await start.click();
      await page.getByRole("button", { name: "Cancel the simulation" }).click();
      await page.locator("[data-simulation=CANCELLED]").waitFor();
      expect(await app.closePages()).toEqual([
        expect.stringContaining("422"),
        expect.stringContaining("422"),
      ]);
    });

    test("shows a viewer results, and no form", async () => {
      const page = await app.open(`${path()}?job=simulation-1`, {}, ["ledger:read"]);
      await page.locator("[data-estimate=ruin]").waitFor();
      expect(await page.getByRole("button", { name: "Start the simulation" }).count()).toBe(0);
      expect(await app.closePages()).toEqual([]);
    });
  });
