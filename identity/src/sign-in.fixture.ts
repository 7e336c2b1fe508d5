import * as client from "openid-client";
import { generate } from "otplib";
import { PlainBrowser, type Shown } from "./browser.fixture.ts";
import type { IdentityConfig } from "./config.ts";
import type { TestUser } from "./identity.fixture.ts";

/** What signing in has to know of an issuer, wherever it runs. */
export interface SignInSite {
  readonly config: Pick<IdentityConfig, "issuer" | "webUrl" | "audience" | "webClientSecret">;
}

/** The web app's side of the protocol, through its own library. */
export const discoverAs = (
  { config }: SignInSite,
  clientId = "web",
  clientSecret = config.webClientSecret,
): Promise<client.Configuration> =>
  client.discovery(new URL(config.issuer), clientId, clientSecret, undefined, {
    execute: [client.allowInsecureRequests],
  });

const SCOPE =
  "openid profile email ledger:read ledger:write ledger:approve metrics:read metrics:write analytics:read analytics:run audit:read audit:verify admin";

export interface Started {
  readonly web: client.Configuration;
  readonly verifier: string;
  readonly url: URL;
  readonly redirectUri: string;
}

export async function startSignIn(
  identity: SignInSite,
  more: Record<string, string> = {},
): Promise<Started> {
  const web = await discoverAs(identity);
  const verifier = client.randomPKCECodeVerifier();
  const redirectUri = `${identity.config.webUrl}/auth/callback`;
  const url = client.buildAuthorizationUrl(web, {
    redirect_uri: redirectUri,
    scope: SCOPE,
    resource: identity.config.audience,
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

export const codeOf = (user: TestUser, epochMs = Date.now()): Promise<string> =>
  generate({ secret: user.totpSecret ?? "", epoch: Math.floor(epochMs / 1000) });

/** What the sign-in form asks for. */
export const credentials = ({ email, password }: TestUser) => ({ email, password });

/** Signs in with whatever the pages ask for and answers the tokens. */
export async function signIn(
  identity: SignInSite,
  user: TestUser,
  browser: PlainBrowser = new PlainBrowser(),
  more: Record<string, string> = {},
) {
  const started = await startSignIn(identity, more);
  const away = started.redirectUri;
  let page = await browser.open(started.url.href, away);
  if (page.title === "Sign in") {
    page = await browser.submit(page, "/password", credentials(user), away);
  }
  if (page.title === "Set up your second factor") {
    const totpSecret = /class="secret">([A-Z2-7]+)</.exec(page.text)?.[1] ?? "";
    page = await browser.submit(page, "/enrol", { code: await codeOf({ ...user, totpSecret }) });
    page = await browser.submit(page, "/enrolled", {}, away);
  }
  if (page.title === "Second factor") {
    page = await browser.submit(page, "/code", { code: await codeOf(user) }, away);
  }
  if (!page.url.startsWith(away)) throw new Error(`stuck at "${page.title}": ${page.text}`);
  return { tokens: await finishSignIn(started, page), web: started.web, browser };
}
