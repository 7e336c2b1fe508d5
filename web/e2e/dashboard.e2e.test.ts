import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserPath, explainSkip } from "./browser.ts";
import { accountId, chargeOf, startHouse, type House } from "./house.ts";
import { unsignedToken } from "./seeded-session.ts";
import { post } from "./stand-in/books.ts";

explainSkip();

describe.skipIf(!browserPath)("dashboard", () => {
  let house: House;

  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house?.stop());

  test("shows funds, figures and categorised transactions without scripts", async () => {
    const page = await house.open("/", { javaScriptEnabled: false });
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    const line = page.locator(`[data-fund="${house.fund.id}"]`);
    expect(await line.locator('[data-figure="cash"]').innerText()).toBe("522,070.07\u00a0EUR");
    expect(await page.locator("[data-transaction] .chip").first().innerText()).toContain("Custody");
    expect(await house.closePages()).toEqual([]);
  });

  test("posts through the form without scripts, adding a line on the way", async () => {
    const page = await house.open(`/funds/${house.fund.id}`, { javaScriptEnabled: false });
    await page.getByText("Post a transaction").click();
    await page.getByRole("button", { name: "Add a line" }).click();
    expect(await page.getByLabel(/Account of line/).count()).toBe(4);
    await fillForm(page, "Bank charge by hand", "12.50", "12.40");
    await page.getByRole("button", { name: "Post transaction" }).click();
    expect(await page.locator(".field-error").allInnerTexts()).toEqual([
      "Debits and credits must be equal.",
    ]);
    await page.getByLabel("Credit of line 2").fill("12.50");
    await page.getByRole("button", { name: "Post transaction" }).click();
    await page.waitForURL(/posted=/);
    expect(await page.locator("[data-transaction]").first().innerText()).toContain(
      "Bank charge by hand",
    );
    // The browser itself remarks on the answer to the refused form.
    expect(await house.closePages()).toEqual([expect.stringContaining("400")]);
  });

  test("a transaction posted elsewhere moves list, balances and figures without a reload", async () => {
    const page = await house.open(`/funds/${house.fund.id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.evaluate(() => Object.assign(globalThis, { stillTheSamePage: true }));
    const before = await balanceOf(house, page, "1000").innerText();
    const rest = await postElsewhere(house, "Live custody charge", "10.00");
    await page.getByText("Live custody charge").waitFor({ timeout: 2_000 });
    expect(await balanceOf(house, page, "1000").innerText()).not.toBe(before);
    expect(await balanceOf(house, page, "1000").innerText()).toBe(rest);
    expect(await page.locator('[data-metric="cash"] .value').innerText()).toBe(rest);
    const tag = page.locator("[data-transaction]").first().locator(".chip");
    expect(await tag.innerText()).toContain("Custody");
    expect(await page.evaluate(() => Reflect.get(globalThis, "stillTheSamePage"))).toBe(true);
    expect(await house.closePages()).toEqual([]);
  });

  test("after a lost connection the page catches up with what it missed", async () => {
    const page = await house.open(`/funds/${house.fund.id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    house.gateway.cutSockets();
    await page.getByText("Reconnecting…").waitFor();
    post(house.fund, chargeOf(house.fund, "Posted while away", "1.00"));
    await page.getByText("Posted while away").waitFor({ timeout: 10_000 });
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await house.closePages()).toEqual([]);
  });

  test("a line whose token has ended is opened anew, without a word and without a gap", async () => {
    const page = await house.open(`/funds/${house.fund.id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await recordStates(page);
    // A line that ends as soon as it stands was not ended by its token.
    await page.waitForTimeout(2_100);
    house.gateway.endTokens();
    post(house.fund, chargeOf(house.fund, "Posted between two tokens", "1.00"));
    await page.getByText("Posted between two tokens").waitFor({ timeout: 5_000 });
    await postElsewhere(house, "Posted with the new token", "1.00");
    await page.getByText("Posted with the new token").waitFor({ timeout: 5_000 });
    expect(await seenStates(page)).toEqual([]);
    expect(await house.closePages()).toEqual([]);
  });

  test("a line is opened anew before its token ends, without a word and without a gap", async () => {
    const page = await house.open("/");
    await page.clock.install();
    await page.goto(`${house.web.url}/funds/${house.fund.id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await recordStates(page);
    const renewed = page.waitForEvent("websocket");
    // The token of these tests is good for an hour.
    await page.clock.fastForward("59:50");
    post(house.fund, chargeOf(house.fund, "Posted between two lines", "1.00"));
    await renewed;
    await page.getByText("Posted between two lines").waitFor({ timeout: 5_000 });
    expect(await seenStates(page)).toEqual([]);
    expect(await house.closePages()).toEqual([]);
  });

  test("a subscription that the gateway ended is opened again", async () => {
    const page = await house.open(`/funds/${house.fund.id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    house.gateway.endSubscriptions();
    await page.getByText("Reconnecting…").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await postElsewhere(house, "After the end", "3.00");
    await page.getByText("After the end").waitFor({ timeout: 5_000 });
    expect(await house.closePages()).toEqual([]);
  });

  test("sending the form twice posts once", async () => {
    const page = await house.open(`/funds/${house.fund.id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Post transaction" }).click();
    await fillForm(page, "Sent twice", "5.00", "5.00");
    const count = house.fund.transactions.length;
    await page.locator("#post-form").evaluate((form: HTMLFormElement) => {
      form.requestSubmit();
      form.requestSubmit();
    });
    await page.getByText("Posted.").waitFor();
    expect(house.fund.transactions.length).toBe(count + 1);
    expect(await page.getByLabel("Description").inputValue()).toBe("");
    expect(await house.closePages()).toEqual([]);
  });

  test("a form that was typed in survives what others post", async () => {
    const page = await house.open(`/funds/${house.fund.id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Post transaction" }).click();
    await page.getByLabel("Description").fill("Half typed");
    await postElsewhere(house, "In the meantime", "2.00");
    await page.getByText("In the meantime").waitFor();
    await page.waitForTimeout(500);
    expect(await page.getByLabel("Description").inputValue()).toBe("Half typed");
    expect(await house.closePages()).toEqual([]);
  });

  test("what was chosen before the scripts arrived stays chosen", async () => {
    const page = await house.open("/");
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    await page.route("**/*.js", async (route) => {
      await arrived;
      await route.continue();
    });
    await page.goto(`${house.web.url}/funds/${house.fund.id}`, { waitUntil: "commit" });
    await page.getByText("Post a transaction").click();
    await fillForm(page, "Typed early", "1.00", "1.00");
    arrive();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await page.getByLabel("Description").inputValue()).toBe("Typed early");
    expect(await page.getByLabel("Account of line 1").inputValue()).toBe(
      accountId(house.fund, "5100"),
    );
    expect(await page.getByLabel("Credit of line 2").inputValue()).toBe("1.00");
    expect(await house.closePages()).toEqual([]);
  });

  test("a statement imported twice posts nothing the second time", async () => {
    const page = await house.open(`/funds/${house.fund.id}/import`);
    const csv = "date,description,amount\n2026-11-21,Subscription by file,250.00\n";
    for (const expected of ["1 of 1 lines posted", "0 of 1 lines posted"]) {
      await page
        .getByLabel("Account of the statement")
        .selectOption({ label: "1000 Cash at bank" });
      await page
        .getByLabel("File")
        .setInputFiles({ name: "bank.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
      await page.getByRole("button", { name: "Import" }).click();
      await page.getByText(expected).waitFor();
    }
    expect(await house.closePages()).toEqual([]);
  });

  test("figures that fail leave the books on the page", async () => {
    house.gateway.switches.figuresFail = true;
    const page = await house.open(`/funds/${house.fund.id}`);
    house.gateway.switches.figuresFail = false;
    expect(await page.getByText("The figures of this fund are missing.").count()).toBe(1);
    expect(await page.getByText("UPSTREAM_UNAVAILABLE").count()).toBe(1);
    expect(await balanceOf(house, page, "3000").count()).toBe(1);
    expect(await house.closePages()).toEqual([]);
  });

  test("a metric that cannot be computed says why", async () => {
    const page = await house.open(`/funds/${house.fund.id}`);
    const runway = page.locator('[data-metric="runwayMonths"]');
    expect(await runway.innerText()).toContain("there is no runway to count");
    expect(await house.closePages()).toEqual([]);
  });

  test("an account shows its running balance page by page", async () => {
    const account = house.fund.accounts.find(({ code }) => code === "1000");
    const page = await house.open(`/accounts/${account?.id}`);
    const first = await page.locator("tbody tr").first().innerText();
    await page.getByRole("link", { name: "Next page" }).click();
    await page.getByRole("link", { name: "First page" }).waitFor();
    expect(await page.locator("tbody tr").first().innerText()).not.toBe(first);
    expect(await house.closePages()).toEqual([]);
  });

  test("an account is renamed, put under another and marked as cash, without scripts", async () => {
    const id = accountId(house.fund, "1500");
    const page = await house.open(`/accounts/${id}`, { javaScriptEnabled: false });
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
    await page.goto(`${house.web.url}/funds/${house.fund.id}`);
    const line = page.locator(`[data-account="${id}"]`);
    expect(await line.innerText()).toMatch(/Money market fund.*1500.*Cash/s);
    expect(await house.closePages()).toEqual([expect.stringContaining("422")]);
  });
});

function balanceOf({ fund }: House, page: Page, code: string) {
  return page.locator(`[data-account="${accountId(fund, code)}"] .amount`);
}

async function fillForm(page: Page, description: string, debit: string, credit: string) {
  await page.getByLabel("Description").fill(description);
  await page
    .getByLabel("Account of line 1")
    .selectOption({ label: "5100 Custody and bank charges" });
  await page.getByLabel("Debit of line 1").fill(debit);
  await page.getByLabel("Account of line 2").selectOption({ label: "1000 Cash at bank" });
  await page.getByLabel("Credit of line 2").fill(credit);
}

/** Writes down every change of what the page says of its line. */
async function recordStates(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: (string | null)[] = [];
    const status = document.querySelector("[data-state]");
    if (!status) throw new Error("the page says nothing of its line");
    const note = () => seen.push(status.getAttribute("data-state"));
    new MutationObserver(note).observe(status, { attributeFilter: ["data-state"] });
    Object.assign(globalThis, { seenStates: seen });
  });
}

const seenStates = (page: Page) => page.evaluate(() => Reflect.get(globalThis, "seenStates"));

/** Posts as another client would, and returns the cash balance the ledger then shows. */
async function postElsewhere({ fund, gateway }: House, description: string, amount: string) {
  const query = `mutation ($input: PostTransactionInput!) {
    postTransaction(input: $input) { entries { balanceAfter { amount } } }
  }`;
  const response = await fetch(`${gateway.url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${unsignedToken()}` },
    body: JSON.stringify({
      query,
      variables: { input: { fundId: fund.id, ...chargeOf(fund, description, amount) } },
    }),
  });
  const { data } = await response.json();
  const cash: string = data.postTransaction.entries[1].balanceAfter.amount;
  return `${cash.replaceAll(/\B(?=(\d{3})+\.)/g, ",")}\u00a0EUR`;
}
