import * as client from "openid-client";
import { PlainBrowser } from "../browser.fixture.ts";
import { queryGraph } from "../graph.fixture.ts";
import type { RunningService } from "../service.fixture.ts";
import { credentials, type TestUser } from "../sign-in.fixture.ts";

export const CALLBACK = "https://reports.example/callback";
export const REGISTER = `mutation($input: RegisterApplicationInput!) { registerApplication(input: $input) {
  clientSecret application { id name scopes authentication idTokenAlgorithm } } }`;

export interface Registered {
  readonly id: string;
  readonly secret: string | null;
}

/** Registers an application as an administrator whose token it is. */
export async function registerAt(
  service: RunningService,
  token: string,
  input: object = {},
): Promise<Registered> {
  const { body } = await queryGraph(service, token, REGISTER, {
    input: { name: "Reports", redirectUris: [CALLBACK], scopes: ["ledger:read"], ...input },
  });
  const made = body.data["registerApplication"] as {
    clientSecret: string | null;
    application: { id: string };
  };
  return { id: made.application.id, secret: made.clientSecret };
}

export const configureAt = (
  { issuer }: RunningService,
  app: Registered,
  authentication?: client.ClientAuth,
): Promise<client.Configuration> =>
  client.discovery(
    new URL(issuer),
    app.id,
    { id_token_signed_response_alg: "RS256" },
    authentication ?? (app.secret === null ? client.None() : client.ClientSecretBasic(app.secret)),
    { execute: [client.allowInsecureRequests] },
  );

interface SignIn {
  readonly app: Registered;
  readonly user: TestUser;
  readonly scope: string;
  readonly more?: object | undefined;
}

/** Goes through a sign-in at an application as a user would, up to the page for consent. */
export async function beginAt(service: RunningService, { app, user, scope, more = {} }: SignIn) {
  const config = await configureAt(service, app);
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope,
    state: "a-state",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  });
  const browser = new PlainBrowser();
  const first = await browser.open(url.href, CALLBACK);
  const page = await browser.submit(first, "/password", credentials(user), CALLBACK);
  const finish = (at: string, authentication?: client.ClientAuth) =>
    configureAt(service, app, authentication).then((configured) =>
      client.authorizationCodeGrant(configured, new URL(at), {
        pkceCodeVerifier: verifier,
        expectedState: "a-state",
      }),
    );
  return { config, browser, page, finish, url, verifier };
}

export const allowing = (...scopes: string[]) =>
  Object.fromEntries(scopes.map((scope) => [`allow ${scope}`, "yes"]));
