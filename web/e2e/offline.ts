import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accountId, type App } from "./app.ts";
import { hydrated, visit } from "./browser.ts";
import { fillForm } from "./page-actions.ts";

/** Whether a report of the browser is none of those about requests without a connection. */
const isOfTest = (fault: string): boolean =>
  !/INTERNET_DISCONNECTED|CONNECTION_CLOSED|Failed to fetch|WebSocket|status of 503/.test(fault);

/** Tests what a reader has without a connection, and that nothing entered is lost without one. */
export const testOffline = (started: () => App): SuiteCollector =>
  describe("without a connection", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("keeps pages for a reader who chose it, states as of when, and ends them with the session", async () => {
      const page = await app.open("/");
      await page.getByText("Anna Accountant").click();
      await page.getByLabel("Reading offline").selectOption("on");
      await page.locator('form[action="/appearance"] .button').click();
      await hydrated(page);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      const fundPath = `/funds/${app.fund.id}`;
      await visit(page, app.web.url + fundPath);
      // Opened by the app itself, without a document of its own.
      await page.getByRole("link", { name: "Cash at bank" }).first().click();
      await page.getByRole("heading", { level: 1, name: "Cash at bank" }).waitFor();
      const accountPath = `/accounts/${accountId(app.fund, "1000")}`;
      await page.waitForFunction(
        async (path) => (await caches.match(new URL(path, location.href).href)) !== undefined,
        accountPath,
      );

      await page.context().setOffline(true);
      await page.locator('[data-offline="now"]').waitFor();
      for (const path of [fundPath, accountPath]) {
        await visit(page, app.web.url + path);
        await page
          .locator('[data-offline="kept"]')
          .getByText(/as of \d+ \w+ \d{4}/)
          .waitFor();
        await page.locator("main .amount").filter({ visible: true }).first().waitFor();
      }
      await page.goto(`${app.web.url}/markets`);
      await page.getByText("this browser has not kept this page").waitFor();
      await page.goBack();
      await page.context().setOffline(false);
      await page.locator('[data-offline="kept"]').getByRole("button").click();
      await page.locator('[data-offline="kept"]').waitFor({ state: "detached" });

      // Where a user signs in, all copies go; this user is still signed in, and arrives at Home.
      await page.goto(`${app.web.url}/sign-in`);
      await page.waitForFunction(
        async (path) => (await caches.match(new URL(path, location.href).href)) === undefined,
        fundPath,
      );
      // A browser reports what it could not fetch.
      const faults = (await app.closePages()).filter(isOfTest);
      expect(faults).toEqual([]);
    });

    test("stays on the page, with what was entered", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      await page.getByRole("link", { name: "Post transaction" }).click();
      await fillForm(page, "Entered on a train", "10.00", "10.00");
      await page.context().setOffline(true);
      await page.getByRole("link", { name: "Home" }).click();
      await page.getByText("That page cannot be opened without a connection.").waitFor();
      await page.getByRole("button", { name: "Post transaction" }).click();
      await page
        .getByRole("alert")
        .getByText(/No response arrived/)
        .waitFor();
      expect(await page.getByLabel("Description").inputValue()).toBe("Entered on a train");
      await page.context().setOffline(false);
      await page.locator("[data-offline]").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Post transaction" }).click();
      await page.getByText("Posted.").waitFor();
      const faults = (await app.closePages()).filter(isOfTest);
      expect(faults).toEqual([]);
    });

    test("keeps a form that was not sent, and sends it once for two clicks", async () => {
      const page = await app.open("/dimensions");
      await page.locator("summary", { hasText: "New dimension" }).click();
      await page.getByLabel("Name in entries").fill("desk");
      await page.getByLabel("What it stands for").first().fill("Desk");
      const keep = page.getByRole("button", { name: "Keep the dimension" }).first();
      await page.route("**/dimensions?/keep", (route) => route.abort("connectionclosed"), {
        times: 1,
      });
      await keep.click();
      await page.locator('[data-unsent="notSent"]').waitFor();
      expect(await page.getByLabel("What it stands for").first().inputValue()).toBe("Desk");
      let sent = 0;
      page.on("request", (request) => {
        if (request.method() === "POST" && request.url().includes("/keep")) sent += 1;
      });
      await keep.evaluate((button: HTMLButtonElement) => {
        button.click();
        button.click();
      });
      await page.locator('[data-dimension="desk"]').waitFor();
      expect(sent).toBe(1);
      expect(await page.locator("[data-unsent]").count()).toBe(0);
      expect((await app.closePages()).filter(isOfTest)).toEqual([]);
    });
  });
