import type { Browser, BrowserContext, Page } from "playwright-core";
import { browserPath, launchBrowser } from "./browser.ts";
import { startDatabaseServer } from "./database.ts";
import { watchComplaints } from "./house.ts";
import { codeOf, freePort, startIdentity, type IdentityServer } from "./identity-server.ts";
import type { Fund } from "./stand-in/books.ts";
import { startStandIn, type StandIn } from "./stand-in/gateway.ts";
import { sampleFund } from "./stand-in/sample-fund.ts";
import { buildWeb, CLIENT_SECRET, startWebServer, type WebServer } from "./web-server.ts";

/** The web app before the real issuer: people sign in, and are who they are. */
export interface SignedInHouse {
  fund: Fund;
  gateway: StandIn;
  identity: IdentityServer;
  web: WebServer;
  browser: Browser;
  /** A fresh browser profile. */
  newPage(): Promise<Page>;
  /** A page of somebody with this role, who signs in when first asked for. */
  pageOf(role: string, path?: string): Promise<Page>;
  complaints: string[];
  stop(): Promise<void>;
}

export async function startSignedInHouse(): Promise<SignedInHouse> {
  if (!browserPath) throw new Error("these tests need a browser");
  await buildWeb();
  const databases = await startDatabaseServer();
  const port = await freePort();
  const identity = await startIdentity(
    await databases.database("identity"),
    `http://localhost:${port}`,
    CLIENT_SECRET,
  );
  const fund = sampleFund("Aurora Growth Fund", 1);
  const gateway = await startStandIn([fund], identity.issuer);
  const web = await startWebServer({
    port,
    gatewayUrl: gateway.url,
    databaseUrl: await databases.database("web"),
    issuer: identity.issuer,
  });
  const browser = await launchBrowser(browserPath);
  const complaints: string[] = [];
  const profiles = new Map<string, BrowserContext>();

  async function pageIn(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    watchComplaints(page, complaints);
    return page;
  }
  const newProfile = () => browser.newContext({ reducedMotion: "reduce" });

  return {
    fund,
    gateway,
    identity,
    web,
    browser,
    complaints,
    newPage: async () => pageIn(await newProfile()),
    pageOf: async (role, path = "/") => {
      const known = profiles.get(role);
      const context = known ?? (await newProfile());
      const page = await pageIn(context);
      if (known === undefined) await signIn(page, identity, role, `${web.url}/sign-in`);
      profiles.set(role, context);
      await page.goto(web.url + path);
      return page;
    },
    stop: async () => {
      await browser.close();
      await web.stop();
      await gateway.stop();
      await identity.stop();
      await databases.stop();
    },
  };
}

/** Signs in from a page that offers it, with a code where one is asked for. */
export async function signIn(
  page: Page,
  identity: IdentityServer,
  role: string,
  from: string,
): Promise<void> {
  const user = identity.user(role);
  await page.goto(from);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  if (user.totpSecret !== undefined) {
    await page.getByLabel("Six-digit code").fill(await codeOf(user));
    await page.getByRole("button", { name: "Continue" }).click();
  }
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}
