import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accountId, chargeOf, type App } from "./app.ts";
import { hydrated } from "./browser.ts";
import { post } from "./fake-graph/books.ts";
import {
  shows,
  balanceOf,
  fillForm,
  openWithClock,
  jump,
  runClockUntil,
  requested,
  recordStates,
  recordedStates,
  postElsewhere,
} from "./page-actions.ts";

/** Tests what a user sees and does on the overview and the pages of a fund. */
export const testDashboard = (started: () => App): SuiteCollector =>
  describe("dashboard", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("shows funds, figures and categorised transactions without scripts", async () => {
      const page = await app.open("/", { javaScriptEnabled: false });
      await page.getByRole("heading", { name: "Overview" }).waitFor();
      const fund = page.locator(`[data-fund="${app.fund.id}"]`);
      expect(await fund.locator('[data-figure="cash"]').innerText()).toBe("522,070.07\u00a0EUR");
      expect(await page.locator("[data-transaction] .chip").first().innerText()).toContain(
        "Custody",
      );
      expect(await app.closePages()).toEqual([]);
    });

    test("shows net assets and cash of all funds over time, in one currency with its rates", async () => {
      const page = await app.open("/", { javaScriptEnabled: false });
      const total = async (figure: string) => {
        const shown = await page.locator(`[data-total-of="${figure}"] .legend .amount`).innerText();
        const [amount = "", currency] = shown.split("\u00a0");
        return { amount: Number(amount.replaceAll(",", "")), currency };
      };
      const own = { net: await total("netAssetValue"), cash: await total("cash") };
      const ofFunds = await page.locator('[data-figure="netAssetValue"] .amount').allInnerTexts();
      const sum = ofFunds.reduce((all, each) => all + Number(each.replaceAll(/[^\d.]/g, "")), 0);
      expect(own.net).toEqual({ amount: expect.closeTo(sum, 2), currency: "EUR" });
      expect(await page.locator("[data-rate]").count()).toBe(0);
      await page.getByLabel("Amounts in").selectOption("USD");
      await page.getByRole("button", { name: "Apply" }).first().click();
      await page.waitForURL(/currency=USD/);
      // The sample rate is two dollars for a euro.
      expect(await total("netAssetValue")).toEqual({
        amount: expect.closeTo(own.net.amount * 2, 2),
        currency: "USD",
      });
      expect((await total("cash")).amount).toBeCloseTo(own.cash.amount * 2, 2);
      const rates = page.locator("[data-converted] [data-rate]");
      expect(await rates.first().innerText()).toMatch(/1\sEUR = 2\sUSD, 20\sNov\s2026,\s+ECB/);
      expect(await app.closePages()).toEqual([]);
    });

    test("answers a question without scripts, with the source of each figure", async () => {
      const page = await app.open(`/funds/${app.fund.id}/ask`, { javaScriptEnabled: false });
      await page.getByRole("textbox", { name: "Question" }).fill("How much cash do we have?");
      await page.getByRole("button", { name: "Ask" }).click();
      await page.locator('[data-answer="ANSWERED"]').waitFor();
      expect(await page.locator("[data-answer]").innerText()).toContain(
        "Cash stands at 522070.07 EUR.",
      );
      expect(await page.locator("#fact-f1").innerText()).toContain("cash");
      expect(await page.locator("#fact-f1 a").getAttribute("href")).toBe(`/funds/${app.fund.id}`);
      expect(await page.locator("[data-answered-by]").innerText()).toContain("built-in");
      expect(await page.getByText("Nothing was sent to a language model.").count()).toBe(1);
      expect(await app.closePages()).toEqual([]);
    });

    test("shows figures of the chosen range, and the reason for one that is absent, without scripts", async () => {
      const page = await app.open(`/funds/${app.fund.id}`, { javaScriptEnabled: false });
      await page.getByRole("link", { name: "Performance" }).click();
      const figure = (name: string) => page.locator(`[data-figure="${name}"]`);
      expect(await figure("TIME_WEIGHTED_RETURN").innerText()).toContain("23.30%");
      expect(await figure("BETA").count()).toBe(0);
      await page.getByRole("combobox", { name: "Range" }).selectOption({ label: "1 month" });
      await page
        .getByLabel("Benchmark", { exact: true })
        .selectOption({ label: "WORLD, World shares" });
      await page.getByRole("button", { name: "Show" }).click();
      await figure("BETA").waitFor();
      expect(await figure("BETA").innerText()).toContain("0.87");
      expect(await figure("TIME_WEIGHTED_RETURN").innerText()).toMatch(/\b1\.\d\d%/);
      expect(await figure("VALUE_AT_RISK_95").innerText()).toContain(
        "Needs 100 returns; there are",
      );
      expect(await page.getByText("The value does not fall in this range.").count()).toBe(1);
      await page.getByRole("combobox", { name: "Range" }).selectOption({ label: "From\u2013to" });
      await page.getByLabel("From", { exact: true }).fill("2026-03-02");
      await page.getByLabel("To", { exact: true }).fill("2026-03-01");
      await page.getByRole("button", { name: "Show" }).click();
      await page.getByRole("alert").waitFor();
      expect(await page.getByRole("alert").innerText()).toBe(
        "The first day is after the last one.",
      );
      expect(await page.locator("[data-figure]").count()).toBe(0);
      expect(await app.closePages()).toEqual([]);
    });

    test("posts through the form without scripts and adds a line on the way", async () => {
      const page = await app.open(`/funds/${app.fund.id}`, { javaScriptEnabled: false });
      await page.getByText("Post a transaction").click();
      await page.getByRole("button", { name: "Add a line" }).click();
      await page.getByLabel("Account of line 4").waitFor();
      await fillForm(page, "Bank charge by hand", "12.50", "12.40");
      await page.getByRole("button", { name: "Post transaction" }).click();
      await page.locator(".field-error").first().waitFor();
      expect(await page.locator(".field-error").allInnerTexts()).toEqual([
        "Debits and credits must be equal.",
      ]);
      await page.getByLabel("Credit of line 2").fill("12.50");
      await page.getByRole("button", { name: "Post transaction" }).click();
      await page.waitForURL(/posted=/);
      expect(await page.locator("[data-transaction]").first().innerText()).toContain(
        "Bank charge by hand",
      );
      // The browser reports the status of the refused form.
      expect(await app.closePages()).toEqual([expect.stringContaining("400")]);
    });

    test("updates list, balances and figures without a reload when another client posts", async () => {
      const page = await app.openLive(`/funds/${app.fund.id}`);
      await page.evaluate(() => Object.assign(globalThis, { stillTheSamePage: true }));
      const before = await balanceOf(app, page, "1000").innerText();
      const balance = await postElsewhere(app, "Live custody charge", "10.00");
      expect(balance).not.toBe(before);
      await page.getByText("Live custody charge").waitFor();
      await shows(() => balanceOf(app, page, "1000").innerText(), balance);
      await shows(() => page.locator('[data-metric="cash"] .value').innerText(), balance);
      const chip = page.locator("[data-transaction]").first().locator(".chip");
      expect(await chip.innerText()).toContain("Custody");
      expect(await page.evaluate(() => Reflect.get(globalThis, "stillTheSamePage"))).toBe(true);
      expect(await app.closePages()).toEqual([]);
    });

    test("reads again when the first posting shows that one before it was missed", async () => {
      const page = await app.openLive(`/funds/${app.fund.id}`);
      const { promise: mayConnect, resolve: connect } = Promise.withResolvers<void>();
      await page.route("**/live-ticket", async (route) => {
        await mayConnect;
        await route.continue();
      });
      await page.reload();
      await hydrated(page);
      post(app.fund, chargeOf(app.fund, "Posted before the connection", "1.00"));
      await app.nextSubscription(async () => connect());
      await postElsewhere(app, "First that arrives", "1.00");
      await page.getByText("First that arrives").waitFor();
      await page.getByText("Posted before the connection").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("catches up with missed transactions when the connection was lost", async () => {
      const page = await app.openLive(`/funds/${app.fund.id}`);
      await recordStates(page);
      app.gateway.cutSockets();
      post(app.fund, chargeOf(app.fund, "Posted while away", "1.00"));
      await shows(() => recordedStates(page), ["reconnecting", "live"]);
      await page.getByText("Posted while away").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("reopens the connection without a gap when its token has expired", async () => {
      const page = await openWithClock(app);
      await recordStates(page);
      // A connection that ends sooner was not ended by its token.
      await jump(page, 2_100);
      await app.nextSubscription(async () => {
        const reconnecting = requested(page, "/live-ticket");
        app.gateway.endTokens();
        post(app.fund, chargeOf(app.fund, "Posted between two tokens", "1.00"));
        await runClockUntil(page, reconnecting);
      });
      await page.clock.resume();
      await page.getByText("Posted between two tokens").waitFor();
      await postElsewhere(app, "Posted with the new token", "1.00");
      await page.getByText("Posted with the new token").waitFor();
      expect(await recordedStates(page)).toEqual([]);
      expect(await app.closePages()).toEqual([]);
    });

    test("reopens the connection without a gap before its token expires", async () => {
      const page = await openWithClock(app);
      await recordStates(page);
      await app.nextSubscription(async () => {
        const reconnecting = requested(page, "/live-ticket");
        // The token of these tests is valid for an hour.
        await jump(page, 3_590_000);
        post(app.fund, chargeOf(app.fund, "Posted between two connections", "1.00"));
        await runClockUntil(page, reconnecting);
      });
      await page.clock.resume();
      await page.getByText("Posted between two connections").waitFor();
      expect(await recordedStates(page)).toEqual([]);
      expect(await app.closePages()).toEqual([]);
    });

    test("subscribes again when the gateway ended the subscription", async () => {
      const page = await app.openLive(`/funds/${app.fund.id}`);
      await recordStates(page);
      await app.nextSubscription(async () => app.gateway.endSubscriptions());
      await shows(() => recordedStates(page), ["reconnecting", "live"]);
      await postElsewhere(app, "After the end", "3.00");
      await page.getByText("After the end").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("posts once when the form is sent twice", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      await page.getByRole("link", { name: "Post transaction" }).click();
      await fillForm(page, "Sent twice", "5.00", "5.00");
      const count = app.fund.transactions.length;
      await page.locator("#post-form").evaluate((form: HTMLFormElement) => {
        form.requestSubmit();
        form.requestSubmit();
      });
      await page.getByText("Posted.").waitFor();
      await shows(() => page.getByLabel("Description").inputValue(), "");
      expect(app.fund.transactions.length).toBe(count + 1);
      expect(await app.closePages()).toEqual([]);
    });

    test("keeps a half-filled form when another client posts", async () => {
      const page = await app.openLive(`/funds/${app.fund.id}`);
      await page.getByRole("link", { name: "Post transaction" }).click();
      await page.getByLabel("Description").fill("Half typed");
      // Only a refresh of the page's data shows what was not published.
      post(app.fund, chargeOf(app.fund, "Not published", "2.00"));
      await postElsewhere(app, "In the meantime", "2.00");
      await page.getByText("In the meantime").waitFor();
      await page.getByText("Not published").waitFor();
      expect(await page.getByLabel("Description").inputValue()).toBe("Half typed");
      expect(await app.closePages()).toEqual([]);
    });

    test("keeps what was entered before the scripts arrived", async () => {
      const page = await app.open("/");
      const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
      await page.route("**/*.js", async (route) => {
        await arrived;
        await route.continue();
      });
      await page.goto(`${app.web.url}/funds/${app.fund.id}`, { waitUntil: "commit" });
      await page.getByText("Post a transaction").click();
      await fillForm(page, "Typed early", "1.00", "1.00");
      arrive();
      await hydrated(page);
      expect(await page.getByLabel("Description").inputValue()).toBe("Typed early");
      expect(await page.getByLabel("Account of line 1").inputValue()).toBe(
        accountId(app.fund, "5100"),
      );
      expect(await page.getByLabel("Credit of line 2").inputValue()).toBe("1.00");
      expect(await app.closePages()).toEqual([]);
    });

    test("posts nothing when a statement is imported a second time", async () => {
      const page = await app.open(`/funds/${app.fund.id}/import`);
      const csv = "booking date,details,amount\n2026-11-21,Subscription by file,250.00\n";
      for (const [found, expected] of [
        ["1 of 1 lines are new", "1 of 1 lines posted"],
        ["0 of 1 lines are new", "0 of 1 lines posted"],
      ] as const) {
        await page
          .getByLabel("Account of the statement")
          .selectOption({ label: "1000 Cash at bank" });
        await page
          .getByLabel("File", { exact: true })
          .setInputFiles({ name: "bank.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
        await page.getByRole("button", { name: "Check the file" }).click();
        await page.getByText(found).waitFor();
        await page.getByRole("button", { name: /^Import/ }).click();
        await page.getByText(expected).waitFor();
      }
      expect(await app.closePages()).toEqual([]);
    });

    test("shows the books when the figures fail", async () => {
      app.gateway.switches.figuresFail = true;
      const page = await app.open(`/funds/${app.fund.id}`);
      app.gateway.switches.figuresFail = false;
      await page.getByText("The figures of this fund are missing.").waitFor();
      await page.getByText("UPSTREAM_UNAVAILABLE").waitFor();
      expect(await balanceOf(app, page, "3000").count()).toBe(1);
      expect(await app.closePages()).toEqual([]);
    });

    test("shows what is missing when the graph returns null without an error", async () => {
      const nulls = [
        "Fund.metrics",
        "Fund.balanceHistory",
        "Fund.cashFlows",
        "Fund.forecast",
        "Fund.performance",
        "Fund.insights",
        "Fund.spendingByCategory",
        "Transaction.category",
      ];
      for (const field of nulls) app.gateway.switches.nulls.add(field);
      const page = await app.open(`/funds/${app.fund.id}`, { javaScriptEnabled: false });
      const text = await page.locator("main").innerText();
      await page.goto(app.web.url);
      const overview = await page.locator("main").innerText();
      await page.goto(`${app.web.url}/funds/${app.fund.id}/performance`);
      const performance = await page.locator("main").innerText();
      app.gateway.switches.nulls.clear();
      for (const sentence of [
        "The figures of this fund are missing.",
        "The history of this fund is missing.",
        "The cash flows of this fund are missing.",
        "The forecast of this fund is missing.",
        "Insights are missing.",
        "Not categorised",
      ]) {
        expect(text).toContain(sentence);
      }
      expect(overview).toContain("Some figures are missing.");
      expect(overview).toContain("Some insights are missing.");
      expect(performance).toContain("Figures of this fund are missing.");
      expect(await app.closePages()).toEqual([]);
    });

    test("counts the days and months that charts leave out without an exchange rate", async () => {
      for (const field of ["BalancePoint.cash", "CashFlowPoint.net"]) {
        app.gateway.switches.nulls.add(field);
      }
      const page = await app.open(`/funds/${app.fund.id}`, { javaScriptEnabled: false });
      app.gateway.switches.nulls.clear();
      const text = (await page.locator("main").innerText()).replaceAll(/[\u2068\u2069]/g, "");
      expect(text).toContain("1 day is left out, because there was no exchange rate for USD.");
      expect(text).toContain("2 months are left out, because there was no exchange rate for USD.");
      expect(await app.closePages()).toEqual([]);
    });

    test("shows a dash with the reason when a fund has no net asset value", async () => {
      app.gateway.switches.nulls.add("FundMetrics.netAssetValue");
      const page = await app.open("/", { javaScriptEnabled: false });
      app.gateway.switches.nulls.clear();
      const value = page.locator(`[data-fund="${app.fund.id}"] dd`).first();
      const reason = (await value.textContent())?.replaceAll(/[\u2068\u2069]/g, "").trim();
      expect(reason).toBe(
        "\u2014 not available: There is no exchange rate on or before 22\u00a0Nov\u00a02026 for what the fund also holds: it holds 12.00\u00a0USD.",
      );
      expect(await app.closePages()).toEqual([]);
    });

    test("shows the reason when a metric cannot be computed", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      const runway = page.locator('[data-metric="runwayMonths"]');
      expect(await runway.innerText()).toContain("Not burning");
      expect(await app.closePages()).toEqual([]);
    });

    test("pages through the running balance of an account", async () => {
      const page = await app.open(`/accounts/${accountId(app.fund, "1000")}`);
      const first = await page.locator("tbody tr").first().innerText();
      await page.getByRole("link", { name: "Next page" }).click();
      await page.getByRole("link", { name: "First page" }).waitFor();
      expect(await page.locator("tbody tr").first().innerText()).not.toBe(first);
      expect(await app.closePages()).toEqual([]);
    });

    test("renames an account, moves it and marks it as cash without scripts", async () => {
      const id = accountId(app.fund, "1500");
      const page = await app.open(`/accounts/${id}`, { javaScriptEnabled: false });
      await page.getByText("Details", { exact: true }).click();
      await page.getByLabel("Name").fill("x".repeat(201));
      await page.getByLabel("Counts as cash").check();
      await page.getByRole("button", { name: "Save the details" }).click();
      expect(await page.getByRole("alert").innerText()).toBe("The input is not valid.");
      expect(await page.getByLabel("Counts as cash").isChecked()).toBe(true);
      await page.getByLabel("Name").fill("Money market fund");
      await page.getByLabel("Part of").selectOption({ label: "1000 Cash at bank" });
      await page.getByRole("button", { name: "Save the details" }).click();
      await page.getByRole("heading", { name: "Money market fund" }).waitFor();
      const about = "1500, asset in EUR, part of 1000 Cash at bank, counts as cash";
      expect(await page.getByText(about).count()).toBe(1);
      await page.goto(`${app.web.url}/funds/${app.fund.id}`);
      const row = page.locator(`[data-account="${id}"]`);
      expect(await row.innerText()).toMatch(/Money market fund.*1500.*Cash/s);
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });
  });
