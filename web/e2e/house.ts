import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { browserPath, launchBrowser } from "./browser.ts";
import type { Fund, Order } from "./stand-in/books.ts";
import { startStandIn, type StandIn } from "./stand-in/gateway.ts";
import { sampleFund } from "./stand-in/sample-fund.ts";
import { buildWeb, startWebServer, type WebServer } from "./web-server.ts";

/** A browser before the built web app before a stand-in of the gateway. */
export interface House {
  /** A fund with transactions; the overview shows a second one beside it. */
  fund: Fund;
  gateway: StandIn;
  web: WebServer;
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Closes all pages and answers with what the browser complained about since the last time. */
  closePages(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startHouse(): Promise<House> {
  if (!browserPath) throw new Error("these tests need a browser");
  await buildWeb();
  const fund = sampleFund("Aurora Growth Fund", 1);
  const gateway = await startStandIn([fund, sampleFund("Meridian Income Fund", 0.5, 8)]);
  const web = await startWebServer(gateway.url);
  const browser = await launchBrowser(browserPath);
  const complaints: string[] = [];
  return {
    fund,
    gateway,
    web,
    open: (path, options = {}) => openPage(browser, web.url + path, options, complaints),
    closePages: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
      return complaints.splice(0);
    },
    stop: async () => {
      await browser.close();
      await web.stop();
      await gateway.stop();
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  complaints: string[],
): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  return page;
}

/** Paths of one page of every kind. */
export function everyPage(fund: Fund): string[] {
  return [
    "/",
    `/funds/${fund.id}`,
    `/funds/${fund.id}/import`,
    `/accounts/${accountId(fund, "1000")}`,
  ];
}

export function accountId(fund: Fund, code: string): string {
  const account = fund.accounts.find((candidate) => candidate.code === code);
  if (!account) throw new Error(`the fund has no account ${code}`);
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
