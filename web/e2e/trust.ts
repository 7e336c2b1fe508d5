import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accountId, chargeOf, type App } from "./app.ts";
import { hydrated } from "./browser.ts";
import { post } from "./fake-graph/books.ts";
import {
  balanceOf,
  fillForm,
  jump,
  openWithClock,
  recordStates,
  recordedStates,
  shows,
} from "./page-actions.ts";

/** Tests that no work is lost and that nothing stale or wrong looks right. */
export const testTrust = (started: () => App): SuiteCollector =>
  describe("trust", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("shows since when it is not live after the gateway froze, and is live again after", async () => {
      const page = await openWithClock(app);
      await recordStates(page);
      app.gateway.freeze(true);
      try {
        await jump(page, 1_000);
        await page.clock.runFor(18_000);
        await page.getByText(/Not live since \d\d:\d\d:\d\d/).waitFor();
      } finally {
        app.gateway.freeze(false);
      }
      await page.clock.resume();
      await shows(async () => (await recordedStates(page)).at(-1), "live");
      expect(await recordedStates(page)).toContain("reconnecting");
      await app.closePages();
    });

    test("keeps page and form when a refresh fails, states as of when, and tries again", async () => {
      const page = await app.openLive(`/funds/${app.fund.id}`);
      await page.getByRole("link", { name: "Post transaction" }).click();
      await page.getByLabel("Description").fill("Still here");
      const place = () => page.locator("[data-transaction]").first().boundingBox();
      const before = await place();
      app.gateway.switches.isAway = true;
      app.gateway.cutSockets();
      await page.locator("[data-as-of]").waitFor();
      expect(await place()).toEqual(before);
      expect(await page.locator("[data-as-of]").innerText()).toMatch(
        /As of \d+ \w+ \d{4}, \d\d:\d\d/,
      );
      expect(await page.getByLabel("Description").inputValue()).toBe("Still here");
      expect(await page.locator("[data-transaction]").count()).toBeGreaterThan(0);
      app.gateway.switches.isAway = false;
      post(app.fund, chargeOf(app.fund, "Posted while the graph was away", "1.00"));
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByText("Posted while the graph was away").waitFor();
      await page.locator("[data-as-of]").waitFor({ state: "detached" });
      expect(await page.getByLabel("Description").inputValue()).toBe("Still here");
      expect(app.errors()).toEqual([]);

      let sent = 0;
      await page.route("**/graph", (route) =>
        (sent += 1) === 1 ? route.abort("connectionclosed") : route.continue(),
      );
      post(app.fund, chargeOf(app.fund, "Posted before a connection broke", "1.00"));
      app.gateway.cutSockets();
      await page.getByText("Posted before a connection broke").waitFor();
      await shows(() => Promise.resolve(sent > 1), true);
      expect(await page.locator("[data-as-of]").count()).toBe(0);
      expect(await app.closePages()).toEqual([expect.stringContaining("ERR_CONNECTION_CLOSED")]);
    });

    test.each(["fund", "account"])(
      "shows 600 postings on the page of a %s without a request",
      async (kind) => {
        const cash = accountId(app.fund, "1000");
        const path = kind === "fund" ? `/funds/${app.fund.id}` : `/accounts/${cash}`;
        const page = await app.openLive(path);
        const sent: string[] = [];
        // Also what a live page fetches when it was just opened.
        await page.waitForLoadState("networkidle");
        page.on("request", (request) => {
          const document = /"id":"(FundBooks|FundHistory|AccountStatement)/.exec(
            request.postData() ?? "",
          );
          if (document?.[1]) sent.push(document[1]);
        });
        for (let number = 1; number <= 600; number += 1) {
          const order = chargeOf(app.fund, `Burst ${number}`, "0.01");
          app.gateway.publish(post(app.fund, order).transaction);
          if (number % 30 === 0) await page.waitForTimeout(1);
        }
        const balance = app.fund.accounts.find(({ id }) => id === cash)?.balance ?? 0n;
        const expected = `${(Number(balance) / 100).toLocaleString("en-GB", { minimumFractionDigits: 2 })}\u00a0EUR`;
        const shown =
          kind === "fund"
            ? balanceOf(app, page, "1000")
            : page.locator('[data-figure="balance"] .amount');
        await shows(() => shown.innerText(), expected);
        if (kind === "fund") await page.getByText("Burst 600").waitFor();
        expect(sent).toEqual([]);
        expect(await app.closePages()).toEqual([]);
      },
    );

    test("keeps a half-typed form through a reload and Back, until it is posted", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      await page.getByRole("link", { name: "Post transaction" }).click();
      await fillForm(page, "Not lost", "1.234,50", "1,234.50");
      await shows(
        () => page.locator("[data-read]").allInnerTexts(),
        ["read as 1,234.50 EUR", "read as 1,234.50 EUR"],
      );
      await page.getByText("Balanced, in EUR").waitFor();
      await page.reload();
      await hydrated(page);
      await page.getByText("Filled in as you left it").waitFor();
      await page.getByRole("link", { name: "Home" }).click();
      await page.getByRole("heading", { name: "Overview" }).waitFor();
      await page.goBack();
      await shows(() => page.getByLabel("Debit of line 1").inputValue(), "1.234,50");
      await page.getByRole("button", { name: "Post transaction" }).click();
      await page.getByText("Posted.").waitFor();
      await page.reload();
      await hydrated(page);
      expect(await page.getByText("Filled in as you left it").count()).toBe(0);
      expect(await page.locator("[data-transaction]").first().innerText()).toContain("1,234.50");
      expect(await app.closePages()).toEqual([]);
    });

    test.each(["Pacific/Pago_Pago", "Pacific/Kiritimati"])(
      "offers the day and shows the times of a reader in %s",
      async (timezoneId) => {
        const page = await app.open(`/funds/${app.fund.id}`, { timezoneId });
        const today = await page.evaluate(() => {
          const now = new Date();
          return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
            .map((part) => String(part).padStart(2, "0"))
            .join("-");
        });
        await page.getByRole("link", { name: "Post transaction" }).click();
        await shows(() => page.getByLabel("Effective date").inputValue(), today);
        await page.reload({ waitUntil: "commit" });
        await hydrated(page);
        const zone = timezoneId === "Pacific/Pago_Pago" ? "GMT-11" : "GMT+14";
        const first = page.locator("[data-transaction]").first();
        await first.locator("summary").click();
        await shows(async () => (await first.textContent())?.includes(zone), true);
        expect(await app.closePages()).toEqual([]);
      },
    );
  });
