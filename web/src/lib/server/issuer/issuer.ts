import * as oidc from "openid-client";
import { internalAddress, withAddresses, type IssuerAddresses } from "./issuer-addresses.ts";
import { IssuerUnavailable, SessionEnded, type SessionContents } from "../session/session.ts";

export interface IssuerSettings extends IssuerAddresses {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The resource whose tokens the graph takes. */
  readonly audience: string;
  /** The web app's own address for browsers. */
  readonly webUrl: string;
}

/** What the browser's cookie holds between the redirect to the issuer and the callback. */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
}

const TIMEOUT_SECONDS = 10;
// All scopes: the issuer grants those that the user's roles allow.
const SCOPE = [
  "openid profile email offline_access",
  "ledger:read ledger:write ledger:propose ledger:approve nav:publish investors:read investors:write",
  "metrics:read metrics:write",
  "analytics:read analytics:run analytics:write audit:read audit:verify users:provision admin",
].join(" ");

/** The OpenID Connect client. It discovers the issuer on first use, and retries until that succeeds. */
export class Issuer {
  readonly #settings: IssuerSettings;
  #configuration: Promise<oidc.Configuration> | undefined;

  constructor(settings: IssuerSettings) {
    this.#settings = settings;
  }

  /** The discovered configuration. Throws IssuerUnavailable; the next call then tries again. */
  configuration(): Promise<oidc.Configuration> {
    this.#configuration ??= this.#discover().catch((cause: unknown) => {
      this.#configuration = undefined;
      throw new IssuerUnavailable(cause);
    });
    return this.#configuration;
  }

  /** Begins a sign-in: the address to send the browser to, and the attempt to keep meanwhile. */
  async beginSignIn(
    returnTo: string,
    acr?: string,
  ): Promise<{ url: string; attempt: SignInAttempt }> {
    const configuration = await this.configuration();
    const attempt = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      returnTo,
    };
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: `${this.#settings.webUrl}/auth/callback`,
      scope: SCOPE,
      resource: this.#settings.audience,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: "S256",
      ...(acr === undefined ? {} : { acr_values: acr }),
    });
    return { url: url.href, attempt };
  }

  /** Redeems the code of the callback. `search` is the callback's query. */
  async finishSignIn(search: string, attempt: SignInAttempt): Promise<SessionContents> {
    const configuration = await this.configuration();
    const callback = new URL(`${this.#settings.webUrl}/auth/callback${search}`);
    const tokens = await oidc.authorizationCodeGrant(configuration, callback, {
      pkceCodeVerifier: attempt.verifier,
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      idTokenExpected: true,
    });
    return contentsOf(tokens, undefined);
  }

  /** New tokens for a session. Throws SessionEnded when the issuer refuses to renew it. */
  async renew(contents: SessionContents): Promise<SessionContents> {
    const configuration = await this.configuration();
    if (contents.refreshToken === undefined) throw new SessionEnded();
    try {
      const tokens = await oidc.refreshTokenGrant(configuration, contents.refreshToken, {
        resource: this.#settings.audience,
      });
      return contentsOf(tokens, contents);
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError && error.error === "invalid_grant") {
        throw new SessionEnded();
      }
      throw new IssuerUnavailable(error);
    }
  }

  /** The issuer's address for signing out; it redirects back to this app. */
  async signOutUrl(idToken: string): Promise<string> {
    return oidc.buildEndSessionUrl(await this.configuration(), {
      id_token_hint: idToken,
      post_logout_redirect_uri: `${this.#settings.webUrl}/`,
    }).href;
  }

  async #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const request: oidc.CustomFetch = (url, init) =>
      fetch(internalAddress(url, this.#settings), init as RequestInit);
    // An http issuer runs on this machine or in a private network.
    const execute = issuer.startsWith("http:") ? [oidc.allowInsecureRequests] : [];
    const discovered = await oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: TIMEOUT_SECONDS,
      [oidc.customFetch]: request,
      execute,
    });
    const configuration = new oidc.Configuration(
      withAddresses(discovered.serverMetadata(), this.#settings),
      clientId,
      clientSecret,
    );
    configuration.timeout = TIMEOUT_SECONDS;
    configuration[oidc.customFetch] = request;
    for (const prepare of execute) prepare(configuration);
    // ID tokens identify the user: verify their signature too, not only the connection.
    oidc.enableNonRepudiationChecks(configuration);
    return configuration;
  }
}

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/** A refresh may leave out what has not changed. */
function contentsOf(tokens: Tokens, before: SessionContents | undefined): SessionContents {
  const claims = tokens.claims();
  const idToken = tokens.id_token ?? before?.idToken;
  const subject = claims?.sub ?? before?.subject;
  if (idToken === undefined || subject === undefined) throw new SessionEnded();
  return {
    subject,
    issuerSession: text(claims?.["sid"]) ?? before?.issuerSession,
    name: text(claims?.["name"]) ?? before?.name ?? subject,
    email: text(claims?.["email"]) ?? before?.email ?? "",
    roles: texts(claims?.["roles"]) ?? before?.roles ?? [],
    scopes: tokens.scope?.split(" ") ?? before?.scopes ?? [],
    acr: text(claims?.["acr"]) ?? before?.acr,
    accessToken: tokens.access_token,
    accessEndsAt: Date.now() + (tokens.expiresIn() ?? 0) * 1000,
    refreshToken: tokens.refresh_token ?? before?.refreshToken,
    idToken,
  };
}

const text = (claim: unknown): string | undefined =>
  typeof claim === "string" ? claim : undefined;

const texts = (claim: unknown): string[] | undefined =>
  Array.isArray(claim)
    ? claim.filter((item): item is string => typeof item === "string")
    : undefined;
