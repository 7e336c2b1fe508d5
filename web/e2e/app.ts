import { browserPath, createTestDatabase } from "@allfunds/platform/testing";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { launchBrowser, live, STATE_TIMEOUT_MS, visit, watch } from "./browser.ts";
import type { Fund, Order } from "./fake-graph/books.ts";
import { startFakeGateway, type FakeGateway } from "./fake-graph/fake-gateway.ts";
import { sampleFund } from "./fake-graph/sample-fund.ts";
import { seedSession } from "./seeded-session.ts";
import { CLIENT_SECRET, startWebServer, type WebServer } from "./web-server.ts";

/** The built web app with a fake gateway, and a browser. */
export interface App {
  /** A fund with transactions; the overview shows a second one. */
  fund: Fund;
  gateway: FakeGateway;
  web: WebServer;
  /** Opens a page as Anna, an accountant, or with other scopes or as another user, and waits until it handles input. */
  open(
    path: string,
    options?: BrowserContextOptions,
    scopes?: readonly string[],
    subject?: string,
    name?: string,
  ): Promise<Page>;
  /** Opens a page, and waits until its subscription has begun. */
  openLive(path: string): Promise<Page>;
  /** Runs an action, and waits until a page has subscribed because of it. */
  nextSubscription<Result>(action: () => Promise<Result>): Promise<Result>;
  /** What the browser and the fake graph reported since the last call. */
  errors(): string[];
  /** Closes all pages and returns what was reported. */
  closePages(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startApp(): Promise<App> {
  if (!browserPath) throw new Error("These tests need a browser.");
  const fund = sampleFund("Aurora Growth Fund", 1);
  const gateway = await startFakeGateway([fund, sampleFund("Meridian Income Fund", 0.5, 8)]);
  const database = await createTestDatabase();
  const web = await startWebServer({ gatewayUrl: gateway.url, databaseUrl: database.url });
  const session = await seedSession(database.url, CLIENT_SECRET);
  const browser = await launchBrowser(browserPath);
  const browserErrors: string[] = [];

  async function open(
    path: string,
    options: BrowserContextOptions = {},
    scopes?: readonly string[],
    subject?: string,
    name?: string,
  ): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    const other = scopes && (await seedSession(database.url, CLIENT_SECRET, scopes, subject, name));
    await context.addCookies([sessionCookie(other ?? session)]);
    const page = await context.newPage();
    watch(page, browserErrors);
    if (options.javaScriptEnabled === false) await page.goto(web.url + path);
    else await visit(page, web.url + path);
    return page;
  }

  async function nextSubscription<Result>(action: () => Promise<Result>): Promise<Result> {
    const before = gateway.subscriptions();
    const result = await action();
    await expect
      .poll(() => gateway.subscriptions(), { timeout: STATE_TIMEOUT_MS })
      .toBeGreaterThan(before);
    return result;
  }

  const errors = () => [...browserErrors.splice(0), ...gateway.faults.splice(0)];

  return {
    fund,
    gateway,
    web,
    open,
    errors,
    openLive: async (path) => {
      const page = await nextSubscription(() => open(path));
      await live(page);
      return page;
    },
    nextSubscription,
    closePages: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
      return errors();
    },
    stop: async () => {
      await browser.close();
      await web.stop();
      await gateway.stop();
      await database.drop();
    },
  };
}

const sessionCookie = (value: string) => ({
  name: "__Host-sid",
  value,
  domain: "localhost",
  path: "/",
  httpOnly: true,
  secure: true,
  sameSite: "Lax" as const,
});

export function accountId(fund: Fund, code: string): string {
  const account = fund.accounts.find((candidate) => candidate.code === code);
  if (!account) throw new Error(`The fund has no account ${code}.`);
  return account.id;
}

/** A custody charge paid from the bank account. */
export function chargeOf(fund: Fund, description: string, amount: string): Order {
  return {
    effectiveDate: "2026-11-22",
    description,
    entries: [
      { accountId: accountId(fund, "5100"), side: "DEBIT", amount },
      { accountId: accountId(fund, "1000"), side: "CREDIT", amount },
    ],
  };
}
