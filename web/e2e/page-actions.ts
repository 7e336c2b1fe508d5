import type { Page } from "playwright-core";
import { expect } from "vitest";
import { accountId, chargeOf, type App } from "./app.ts";
import { live, STATE_TIMEOUT_MS, visit } from "./browser.ts";
import { unsignedToken } from "./seeded-session.ts";

/** Waits until the page shows the expected value. */
export const shows = <Value>(read: () => Promise<Value>, expected: Value): Promise<void> =>
  expect.poll(read, { timeout: STATE_TIMEOUT_MS }).toEqual(expected);

export function balanceOf({ fund }: App, page: Page, code: string) {
  return page.locator(`[data-account="${accountId(fund, code)}"] .amount`);
}

export async function fillForm(page: Page, description: string, debit: string, credit: string) {
  await page.getByLabel("Description").fill(description);
  await page
    .getByLabel("Account of line 1")
    .selectOption({ label: "5100 Custody and bank charges" });
  await page.getByLabel("Debit of line 1").fill(debit);
  await page.getByLabel("Account of line 2").selectOption({ label: "1000 Cash at bank" });
  await page.getByLabel("Credit of line 2").fill(credit);
}

/** Opens a live page whose clock the test controls. */
export async function openWithClock(app: App): Promise<Page> {
  const page = await app.open("/");
  await page.clock.install();
  await app.nextSubscription(() => visit(page, `${app.web.url}/funds/${app.fund.id}`));
  await live(page);
  return page;
}

/** Moves the page's clock forward, and stops it there: its timers then wait for the test. */
export async function jump(page: Page, ms: number): Promise<void> {
  await page.clock.pauseAt(await page.evaluate((ms) => Date.now() + ms, ms));
}

/** Runs the page's stopped clock in small steps until the condition holds. */
export const runClockUntil = (page: Page, condition: () => boolean): Promise<void> =>
  shows(async () => {
    if (!condition()) await page.clock.runFor(50);
    return condition();
  }, true);

/** Whether the page has requested the path since this call. */
export function requested(page: Page, path: string): () => boolean {
  let count = 0;
  page.on("request", (request) => (count += request.url().endsWith(path) ? 1 : 0));
  return () => count > 0;
}

/** Records every change of the connection's state from now on. */
export async function recordStates(page: Page): Promise<void> {
  await page.evaluate(() => {
    const states: (string | null)[] = [];
    const status = document.querySelector("[data-state]");
    if (!status) throw new Error("The page shows no state of its connection.");
    const record = () => states.push(status.getAttribute("data-state"));
    new MutationObserver(record).observe(status, { attributeFilter: ["data-state"] });
    Object.assign(globalThis, { recordedStates: states });
  });
}

export const recordedStates = (page: Page): Promise<string[]> =>
  page.evaluate(() => Reflect.get(globalThis, "recordedStates") as string[]);

/** Posts as another client, and returns the cash balance that the page should show. */
export async function postElsewhere({ fund, gateway }: App, description: string, amount: string) {
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
