import type { BrowserContextOptions, Page } from "playwright-core";
import { browserPath, launchBrowser } from "./browser.ts";
import { startDatabaseServer } from "./database.ts";
import { seedSession } from "./seeded-session.ts";
import type { Fund, Order } from "./stand-in/books.ts";
import { startStandIn, type StandIn } from "./stand-in/gateway.ts";
import { sampleFund } from "./stand-in/sample-fund.ts";
import { buildWeb, CLIENT_SECRET, startWebServer, type WebServer } from "./web-server.ts";

/** A browser before the built web app before a stand-in of the gateway. */
export interface House {
  /** A fund with transactions; the overview shows a second one beside it. */
  fund: Fund;
  gateway: StandIn;
  web: WebServer;
  /** Opens a page as an accountant. */
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
  const databases = await startDatabaseServer();
  const databaseUrl = await databases.database("web");
  const web = await startWebServer({ gatewayUrl: gateway.url, databaseUrl });
  const session = await seedSession(databaseUrl, CLIENT_SECRET);
  const browser = await launchBrowser(browserPath);
  const complaints: string[] = [];
  return {
    fund,
    gateway,
    web,
    open: async (path, options = {}) => {
      const context = await browser.newContext({ reducedMotion: "reduce", ...options });
      await context.addCookies([sessionCookie(session)]);
      const page = await context.newPage();
      watchComplaints(page, complaints);
      await page.goto(web.url + path);
      return page;
    },
    closePages: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
      return complaints.splice(0);
    },
    stop: async () => {
      await browser.close();
      await web.stop();
      await gateway.stop();
      await databases.stop();
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

/** Collects what the browser has to say against a page. */
export function watchComplaints(page: Page, complaints: string[]): void {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
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
