import { browserPath, createTestDatabase } from "@allfunds/platform/testing";
import { freePort } from "@allfunds/platform/testing/free-port";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { hydrated, launchBrowser, visit, watch } from "./browser.ts";
import type { Fund } from "./fake-graph/books.ts";
import { startFakeGateway, type FakeGateway } from "./fake-graph/fake-gateway.ts";
import { sampleFund } from "./fake-graph/sample-fund.ts";
import { codeOf, startIdentity, type IdentityServer } from "./identity-server.ts";
import { CLIENT_SECRET, startWebServer, type WebServer } from "./web-server.ts";

/** The built web app with the real issuer and a fake gateway, and a browser. */
export interface AppWithIssuer {
  fund: Fund;
  gateway: FakeGateway;
  identity: IdentityServer;
  web: WebServer;
  browser: Browser;
  /** A page of a new browser profile. */
  newPage(): Promise<Page>;
  /** A page of the user with this role, signed in on first use. */
  pageOf(role: string, path?: string): Promise<Page>;
  /** What the browser and the fake graph reported since the last call. */
  errors(): string[];
  stop(): Promise<void>;
}

export async function startAppWithIssuer(): Promise<AppWithIssuer> {
  if (!browserPath) throw new Error("These tests need a browser.");
  const [issuerDatabase, database] = await Promise.all([
    createTestDatabase(),
    createTestDatabase(),
  ]);
  const port = await freePort();
  const identity = await startIdentity(
    issuerDatabase.url,
    `http://localhost:${port}`,
    CLIENT_SECRET,
  );
  const fund = sampleFund("Aurora Growth Fund", 1);
  const gateway = await startFakeGateway([fund], identity.issuer);
  const web = await startWebServer({
    port,
    gatewayUrl: gateway.url,
    databaseUrl: database.url,
    issuer: identity.issuer,
  });
  const browser = await launchBrowser(browserPath);
  const browserErrors: string[] = [];
  const profiles = new Map<string, BrowserContext>();

  async function pageIn(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    watch(page, browserErrors);
    return page;
  }
  const newProfile = () => browser.newContext({ reducedMotion: "reduce" });

  return {
    fund,
    gateway,
    identity,
    web,
    browser,
    errors: () => [...browserErrors.splice(0), ...gateway.faults.splice(0)],
    newPage: async () => pageIn(await newProfile()),
    pageOf: async (role, path = "/") => {
      const present = profiles.get(role);
      const context = present ?? (await newProfile());
      const page = await pageIn(context);
      if (present === undefined) await signIn(page, identity, role, `${web.url}/sign-in`);
      profiles.set(role, context);
      await visit(page, web.url + path);
      return page;
    },
    stop: async () => {
      await browser.close();
      await web.stop();
      await gateway.stop();
      await identity.stop();
      await Promise.all([issuerDatabase.drop(), database.drop()]);
    },
  };
}

/** Signs in from a page with a link to the sign-in, with a code where the issuer requires one. */
export async function signIn(
  page: Page,
  identity: IdentityServer,
  role: string,
  from: string,
): Promise<void> {
  const user = identity.user(role);
  await visit(page, from);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  if (user.totpSecret !== undefined) {
    await page.getByLabel("Six-digit code").fill(await codeOf(user));
    await page.getByRole("button", { name: "Continue" }).click();
  }
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  await hydrated(page);
}
