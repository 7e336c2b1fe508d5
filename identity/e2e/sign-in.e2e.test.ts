import { createTokenVerifier } from "@allfunds/platform/auth/tokens";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addUser, type TestUser } from "../src/identity.fixture.ts";
import { codeOf, finishSignIn, startSignIn } from "../src/sign-in.fixture.ts";
import { browserPath, openHouse, type House } from "./house.ts";

const givePassword = async (page: Page, user: TestUser): Promise<void> => {
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
};

describe.skipIf(browserPath === undefined)("in a browser", () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(browserPath ?? "");
  });
  afterAll(() => house?.close());

  /** A fresh browser profile; what the pages complain about is collected. */
  const newPage = async (): Promise<{ page: Page; complaints: string[] }> => {
    const page = await (await house.browser.newContext()).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    return { page, complaints };
  };

  const callerOf = async (started: Awaited<ReturnType<typeof startSignIn>>, page: Page) => {
    await page.waitForURL(`${started.redirectUri}?*`);
    const { config } = house.identity;
    const { access_token: token } = await finishSignIn(started, { url: page.url() });
    return createTokenVerifier({
      issuer: config.issuer,
      audience: config.audience,
      jwksUri: `${config.issuer}/.well-known/jwks.json`,
    }).verify(token);
  };

  test("an approver signs in with password and code, and sets the app up by its QR code first", async () => {
    const user = await addUser(house.identity.parts, "approver");
    const { page, complaints } = await newPage();
    const started = await startSignIn(house.identity);
    await page.goto(started.url.href);
    await givePassword(page, user);
    await page.getByRole("heading", { name: "Set up your second factor" }).waitFor();
    const box = await page.locator(".qr svg").boundingBox();
    expect(box?.width).toBeGreaterThan(150);
    await page.getByText("I cannot scan it").click();
    const totpSecret = (await page.locator(".secret").textContent()) ?? "";
    await page.getByLabel("Six-digit code").fill(await codeOf({ ...user, totpSecret }));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
    expect(await page.locator(".codes li").count()).toBe(10);
    await page.getByRole("button", { name: "I have kept them" }).click();
    expect(await callerOf(started, page)).toMatchObject({
      subject: user.userId,
      acr: "mfa",
      amr: ["pwd", "otp", "mfa"],
    });
    expect(complaints).toEqual([]);
  });

  test("a step-up asks for the second factor and nothing else, and for nothing once it was shown", async () => {
    const user = await addUser(house.identity.parts, "accountant");
    const { page, complaints } = await newPage();
    const first = await startSignIn(house.identity);
    await page.goto(first.url.href);
    await givePassword(page, user);
    expect(await callerOf(first, page)).toMatchObject({ acr: "pwd" });

    await page.goto(`${house.identity.config.issuer}/account`);
    await page.getByLabel("Password").fill(user.password);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Set up", exact: true }).click();
    await page.getByText("I cannot scan it").click();
    const totpSecret = (await page.locator(".secret").textContent()) ?? "";
    const codeAt = (epochMs: number): Promise<string> => codeOf({ ...user, totpSecret }, epochMs);
    await page.getByLabel("Six-digit code").fill(await codeAt(Date.now() - 30_000));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();

    const stepUp = await startSignIn(house.identity, { acr_values: "mfa" });
    await page.goto(stepUp.url.href);
    await page.getByRole("heading", { name: "Second factor" }).waitFor();
    expect(await page.getByLabel("Password").count()).toBe(0);
    await page.getByLabel("Six-digit code").fill(await codeAt(Date.now()));
    await page.getByRole("button", { name: "Continue" }).click();
    expect(await callerOf(stepUp, page)).toMatchObject({
      subject: user.userId,
      acr: "mfa",
      amr: ["pwd", "otp", "mfa"],
    });

    const again = await startSignIn(house.identity, { acr_values: "mfa" });
    await page.goto(again.url.href);
    expect(await callerOf(again, page)).toMatchObject({ acr: "mfa" });
    expect(complaints).toEqual([]);
  });

  test("a passkey is added on the account page and then signs in alone, as two factors", async () => {
    const user = await addUser(house.identity.parts, "accountant");
    const { page, complaints } = await newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const first = await startSignIn(house.identity);
    await page.goto(first.url.href);
    await givePassword(page, user);
    expect(await callerOf(first, page)).toMatchObject({ acr: "pwd" });

    await page.goto(`${house.identity.config.issuer}/account`);
    await page.getByLabel("Password").fill(user.password);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Name of the new passkey").fill("Test laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("The passkey was added.").waitFor();
    expect(await page.locator(".rows").first().textContent()).toContain("Test laptop");

    await page.context().clearCookies();
    const second = await startSignIn(house.identity, { acr_values: "mfa" });
    await page.goto(second.url.href);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    expect(await callerOf(second, page)).toMatchObject({
      subject: user.userId,
      acr: "mfa",
      amr: ["pop", "user", "mfa"],
    });
    expect(complaints).toEqual([]);
  });

  test("a browser without a passkey is told so and can go on with the password", async () => {
    const user = await addUser(house.identity.parts, "viewer");
    const { page } = await newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    const started = await startSignIn(house.identity);
    await page.goto(started.url.href);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByText("The passkey was not used.").waitFor();
    await givePassword(page, user);
    expect(await callerOf(started, page)).toMatchObject({ acr: "pwd" });
  });

  test("signing out asks nothing more when the web app vouches for it, and leads back", async () => {
    const user = await addUser(house.identity.parts, "viewer");
    const { page, complaints } = await newPage();
    const started = await startSignIn(house.identity);
    await page.goto(started.url.href);
    await givePassword(page, user);
    await page.waitForURL(`${started.redirectUri}?*`);
    const tokens = await finishSignIn(started, { url: page.url() });
    const { issuer, webUrl } = house.identity.config;
    const out = new URL(`${issuer}/oauth/sign-out`);
    out.searchParams.set("id_token_hint", tokens.id_token ?? "");
    out.searchParams.set("post_logout_redirect_uri", `${webUrl}/`);
    await page.goto(out.href);
    await page.waitForURL(`${webUrl}/`);
    const again = await startSignIn(house.identity);
    await page.goto(again.url.href);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("pages fit a small phone and a dark room", async () => {
    const context = await house.browser.newContext({
      viewport: { width: 320, height: 640 },
      colorScheme: "dark",
    });
    const page = await context.newPage();
    const { url } = await startSignIn(house.identity);
    await page.goto(url.href);
    const width = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBe(320);
    const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(background).toBe("rgb(14, 19, 18)");
  });
});
