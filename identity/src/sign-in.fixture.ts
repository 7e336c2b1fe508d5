import { setTimeout } from "node:timers/promises";
import * as client from "openid-client";
import { generate } from "otplib";
import { PlainBrowser, type Shown } from "./browser.fixture.ts";

/** An issuer as its clients see it, wherever it runs. */
export interface Issuer {
  readonly issuer: string;
  readonly webUrl: string;
  /** The resource indicator of the graph. */
  readonly audience: string;
  readonly webClientSecret: string;
}

export interface TestUser {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly totpSecret: string | undefined;
}

/** A client of the issuer, by default the web app, through the library that the web app uses. */
export const discoverAs = (
  { issuer, webClientSecret }: Issuer,
  clientId = "web",
  clientSecret = webClientSecret,
): Promise<client.Configuration> =>
  client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute: [client.allowInsecureRequests],
  });

const SCOPE =
  "openid profile email ledger:read ledger:write ledger:propose ledger:approve nav:publish investors:read investors:write metrics:read metrics:write analytics:read analytics:run analytics:write audit:read audit:verify users:provision admin";

export interface Started {
  readonly web: client.Configuration;
  readonly verifier: string;
  readonly url: URL;
  readonly redirectUri: string;
}

export async function startSignIn(
  issuer: Issuer,
  more: Record<string, string> = {},
): Promise<Started> {
  const web = await discoverAs(issuer);
  const verifier = client.randomPKCECodeVerifier();
  const redirectUri = `${issuer.webUrl}/auth/callback`;
  const url = client.buildAuthorizationUrl(web, {
    redirect_uri: redirectUri,
    scope: SCOPE,
    resource: issuer.audience,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  });
  return { web, verifier, url, redirectUri };
}

export const finishSignIn = (started: Started, callback: Pick<Shown, "url">) =>
  client.authorizationCodeGrant(started.web, new URL(callback.url), {
    pkceCodeVerifier: started.verifier,
  });

/** A code that is about to end would have ended when it arrives. */
const LEAST_LEFT_MS = 3_000;
const STEP_MS = 30_000;

/** The code of the user's app: that of a moment, or a present one that lasts long enough to be sent. */
export async function codeOf(user: TestUser, epochMs?: number): Promise<string> {
  const leftMs = STEP_MS - (Date.now() % STEP_MS);
  if (epochMs === undefined && leftMs < LEAST_LEFT_MS) await setTimeout(leftMs);
  const epoch = Math.floor((epochMs ?? Date.now()) / 1_000);
  return generate({ secret: user.totpSecret ?? "", epoch });
}

/** The fields of the sign-in form. */
export const credentials = ({ email, password }: TestUser) => ({ email, password });

/** Signs in with the factors that the pages require. */
export async function signIn(
  issuer: Issuer,
  user: TestUser,
  browser: PlainBrowser = new PlainBrowser(),
  more: Record<string, string> = {},
) {
  const started = await startSignIn(issuer, more);
  const { redirectUri } = started;
  let page = await browser.open(started.url.href, redirectUri);
  if (page.title === "Sign in") {
    page = await browser.submit(page, "/password", credentials(user), redirectUri);
  }
  if (page.title === "Set up your second factor") {
    const totpSecret = /class="secret">([A-Z2-7]+)</.exec(page.text)?.[1] ?? "";
    page = await browser.submit(page, "/enrol", { code: await codeOf({ ...user, totpSecret }) });
    page = await browser.submit(page, "/enrolled", {}, redirectUri);
  }
  if (page.title === "Second factor") {
    page = await browser.submit(page, "/code", { code: await codeOf(user) }, redirectUri);
  }
  if (!page.url.startsWith(redirectUri)) throw new Error(`stuck at "${page.title}": ${page.text}`);
  return { tokens: await finishSignIn(started, page), web: started.web, browser };
}
