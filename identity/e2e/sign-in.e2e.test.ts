import { browserPath, explainSkip } from "@allfunds/platform/testing";
import { calculatePKCECodeChallenge, randomPKCECodeVerifier } from "openid-client";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queryGraph } from "../src/graph.fixture.ts";
import { addUser, type RunningService } from "../src/service.fixture.ts";
import { codeOf, finishSignIn, startSignIn, type TestUser } from "../src/sign-in.fixture.ts";
import { tokenOf, verify } from "../src/tokens.fixture.ts";
import { openIssuer, type RunningIssuer } from "./running-issuer.ts";

explainSkip();

const givePassword = async (page: Page, user: TestUser): Promise<void> => {
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
};

describe.skipIf(browserPath === undefined)("in a browser", () => {
  let issuer: RunningIssuer;
  let service: RunningService;
  beforeAll(async () => {
    issuer = await openIssuer(browserPath ?? "");
    ({ service } = issuer);
  });
  afterAll(() => issuer?.close());

  /** A page in a fresh browser profile, and the errors that it logs. */
  const newPage = async (): Promise<{ page: Page; pageErrors: string[] }> => {
    const page = await (await issuer.browser.newContext()).newPage();
    const pageErrors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") pageErrors.push(message.text());
    });
    page.on("pageerror", (error) => pageErrors.push(error.message));
    return { page, pageErrors };
  };

  const callerOf = async (started: Awaited<ReturnType<typeof startSignIn>>, page: Page) => {
    await page.waitForURL(`${started.redirectUri}?*`);
    const { access_token: token } = await finishSignIn(started, { url: page.url() });
    return verify(service, token);
  };

  test("an approver sets up an app by its QR code, and signs in with password and code", async () => {
    const user = await addUser(service, "approver");
    const { page, pageErrors } = await newPage();
    const started = await startSignIn(service);
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
    expect(pageErrors).toEqual([]);
  });

  test("a step-up requires the second factor only, and nothing when it was shown before", async () => {
    const user = await addUser(service, "accountant");
    const { page, pageErrors } = await newPage();
    const first = await startSignIn(service);
    await page.goto(first.url.href);
    await givePassword(page, user);
    expect(await callerOf(first, page)).toMatchObject({ acr: "pwd" });

    await page.goto(`${service.issuer}/account`);
    await page.getByLabel("Password").fill(user.password);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Set up", exact: true }).click();
    await page.getByText("I cannot scan it").click();
    const totpSecret = (await page.locator(".secret").textContent()) ?? "";
    const codeAt = (epochMs: number): Promise<string> => codeOf({ ...user, totpSecret }, epochMs);
    await page.getByLabel("Six-digit code").fill(await codeAt(Date.now()));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();

    const stepUp = await startSignIn(service, { acr_values: "mfa" });
    await page.goto(stepUp.url.href);
    await page.getByRole("heading", { name: "Second factor" }).waitFor();
    expect(await page.getByLabel("Password").count()).toBe(0);
    // A code works once. That of the next 30 seconds is accepted already.
    await page.getByLabel("Six-digit code").fill(await codeAt(Date.now() + 30_000));
    await page.getByRole("button", { name: "Continue" }).click();
    expect(await callerOf(stepUp, page)).toMatchObject({
      subject: user.userId,
      acr: "mfa",
      amr: ["pwd", "otp", "mfa"],
    });

    const again = await startSignIn(service, { acr_values: "mfa" });
    await page.goto(again.url.href);
    expect(await callerOf(again, page)).toMatchObject({ acr: "mfa" });
    expect(pageErrors).toEqual([]);
  });

  test("a passkey that was added on the account page signs in alone, as two factors", async () => {
    const user = await addUser(service, "accountant");
    const { page, pageErrors } = await newPage();
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
    const first = await startSignIn(service);
    await page.goto(first.url.href);
    await givePassword(page, user);
    expect(await callerOf(first, page)).toMatchObject({ acr: "pwd" });

    await page.goto(`${service.issuer}/account`);
    await page.getByLabel("Password").fill(user.password);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Name of the new passkey").fill("Test laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("The passkey was added.").waitFor();
    expect(await page.locator(".rows").first().textContent()).toContain("Test laptop");

    await page.context().clearCookies();
    const second = await startSignIn(service, { acr_values: "mfa" });
    await page.goto(second.url.href);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    expect(await callerOf(second, page)).toMatchObject({
      subject: user.userId,
      acr: "mfa",
      amr: ["pop", "user", "mfa"],
    });
    expect(pageErrors).toEqual([]);
  });

  test("a user signs in with the password when the browser has no passkey", async () => {
    const user = await addUser(service, "viewer");
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
    const started = await startSignIn(service);
    await page.goto(started.url.href);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByText("The passkey was not used.").waitFor();
    await givePassword(page, user);
    expect(await callerOf(started, page)).toMatchObject({ acr: "pwd" });
  });

  test("signing out needs no confirmation when the web app sends an ID token hint, and leads back", async () => {
    const user = await addUser(service, "viewer");
    const { page, pageErrors } = await newPage();
    const started = await startSignIn(service);
    await page.goto(started.url.href);
    await givePassword(page, user);
    await page.waitForURL(`${started.redirectUri}?*`);
    const tokens = await finishSignIn(started, { url: page.url() });
    const { webUrl } = service;
    const out = new URL(`${service.issuer}/oauth/sign-out`);
    out.searchParams.set("id_token_hint", tokens.id_token ?? "");
    out.searchParams.set("post_logout_redirect_uri", `${webUrl}/`);
    await page.goto(out.href);
    await page.waitForURL(`${webUrl}/`);
    const again = await startSignIn(service);
    await page.goto(again.url.href);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(pageErrors).toEqual([]);
  });

  test("signing out of an application of others leads back to it", async () => {
    const admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
    // Another origin than the web app's.
    const address = service.webUrl.replace("localhost", "127.0.0.1");
    const [redirectUri, signedOut] = [`${address}/callback`, `${address}/signed-out`];
    const { body } = await queryGraph<{ registerApplication: { application: { id: string } } }>(
      service,
      admin,
      `mutation ($input: RegisterApplicationInput!) { registerApplication(input: $input) { application { id } } }`,
      {
        input: {
          name: "Reports",
          redirectUris: [redirectUri],
          signOutUris: [signedOut],
          authentication: "none",
        },
      },
    );
    const { id } = body.data.registerApplication.application;
    const { page, pageErrors } = await newPage();
    const verifier = randomPKCECodeVerifier();
    const query = {
      client_id: id,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid",
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    };
    await page.goto(`${service.issuer}/oauth/authorize?${new URLSearchParams(query)}`);
    await givePassword(page, await addUser(service, "viewer"));
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(`${redirectUri}?*`);
    const out = { client_id: id, post_logout_redirect_uri: signedOut, state: "a-state" };
    await page.goto(`${service.issuer}/oauth/sign-out?${new URLSearchParams(out)}`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${signedOut}?state=a-state`);
    expect(pageErrors).toEqual([]);
  });

  test("pages fit a small phone in the dark color scheme", async () => {
    const context = await issuer.browser.newContext({
      viewport: { width: 320, height: 640 },
      colorScheme: "dark",
    });
    const page = await context.newPage();
    const { url } = await startSignIn(service);
    await page.goto(url.href);
    const width = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBe(320);
    const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(background).toBe("rgb(14, 19, 18)");
  });
});
