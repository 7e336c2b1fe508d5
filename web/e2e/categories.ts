import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { chargeOf, type App } from "./app.ts";
import { post } from "./fake-graph/books.ts";

/** Tests the review of categories. */
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
