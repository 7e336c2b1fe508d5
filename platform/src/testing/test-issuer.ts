import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import { ALL_GRANTED } from "@allfunds/contract/caller";
import { DEMO_TENANT_ID } from "../context.ts";

/** The caller of a test's token and its claims. */
export interface TestTokenOptions {
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
  readonly tenantId?: string;
  readonly funds?: typeof ALL_GRANTED | readonly string[];
  /** `mfa` unless given. */
  readonly acr?: string;
  readonly subject?: string;
  readonly clientId?: string;
  readonly secondAdministrator?: boolean;
  /** Lifetime in seconds. */
  readonly expiresIn?: number;
  /** A system service's token: every tenant, scope `feed:read`, its own client. */
  readonly system?: boolean;
}

const AUDIENCE = "urn:allfunds:graph";

/**
 * A fake issuer over HTTP, with a discovery document, keys and a token endpoint. Tests sign any token
 * with it, and make it unavailable and available again.
 */
export class TestIssuer {
  readonly keys: { kid: string; privateKey: CryptoKey; jwk: JWK }[] = [];
  /** How often the keys were read. */
  reads = 0;
  /** How often a client requested a token. */
  grants = 0;
  /** Lifetime of the clients' tokens, in seconds. */
  grantSeconds = 300;
  /** Whether it has token exchange (RFC 8693). */
  exchangesTokens = false;
  /** Whether it refuses delegations: as after the end of the caller's sign-in. */
  refusesDelegations = false;
  readonly #delegated: Record<string, unknown>[] = [];
  #down = false;
  #server: Server | undefined;

  async start(): Promise<void> {
    await this.addKey("first");
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(([status, body]) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, "127.0.0.1", resolve));
  }

  stop(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  goDown(): void {
    this.#down = true;
  }

  comeBack(): void {
    this.#down = false;
  }

  get url(): string {
    const address = this.#server?.address() as AddressInfo | undefined;
    return `http://127.0.0.1:${address?.port ?? 0}`;
  }

  get audience(): string {
    return AUDIENCE;
  }

  get jwksUri(): string {
    return `${this.url}/jwks.json`;
  }

  /** Environment variables that make a service trust this issuer and use its own client there. */
  get env(): Record<string, string> {
    return {
      OIDC_ISSUER: this.url,
      SYSTEM_CLIENT_ID: "system",
      SYSTEM_CLIENT_SECRET: "a secret of thirty-two characters",
    };
  }

  async addKey(kid: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" };
    this.keys.push({ kid, privateKey, jwk });
  }

  /** A valid token. */
  token(options: TestTokenOptions = {}): Promise<string> {
    return this.tokenWith(claimsOf(options));
  }

  /** Request headers with a valid token. */
  async headers(options: TestTokenOptions = {}): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.token(options)}` };
  }

  /** A valid token, except for the given claims and header. */
  async tokenWith(
    claims: Readonly<Record<string, unknown>>,
    header: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const key = this.keys.at(-1);
    if (key === undefined) throw new Error("the issuer has no key");
    return this.sign(key.privateKey, claims, { kid: key.kid, ...header });
  }

  async sign(
    key: CryptoKey | Uint8Array,
    claims: Readonly<Record<string, unknown>>,
    header: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: this.url,
      aud: AUDIENCE,
      ...claimsOf({}),
      iat: now,
      exp: now + 300,
      ...claims,
    })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", ...header })
      .sign(key);
  }

  async #answer(request: IncomingMessage): Promise<[number, object]> {
    const path = request.url ?? "";
    const form = new URLSearchParams(await text(request));
    if (path === "/jwks.json") this.reads += 1;
    if (this.#down) return [503, {}];
    switch (path) {
      case "/.well-known/openid-configuration":
        return [
          200,
          {
            issuer: this.url,
            jwks_uri: this.jwksUri,
            token_endpoint: `${this.url}/token`,
            ...(this.exchangesTokens ? { grant_types_supported: [TOKEN_EXCHANGE] } : {}),
          },
        ];
      case "/jwks.json":
        return [200, { keys: this.keys.map(({ jwk }) => jwk) }];
      case "/token": {
        if (form.get("grant_type") === TOKEN_EXCHANGE) return this.#exchange(form);
        this.grants += 1;
        const expiresIn = this.grantSeconds;
        const scopes = form.get("scope")?.split(" ").filter(Boolean) ?? [];
        const wanted = scopes.length === 0 ? {} : { scopes };
        const token = await this.token({ system: true, expiresIn, ...wanted });
        return [200, { access_token: token, token_type: "Bearer", expires_in: expiresIn }];
      }
      default:
        return [404, {}];
    }
  }

  /** A delegation is the place of its caller's claims. */
  async #exchange(form: URLSearchParams): Promise<[number, object]> {
    if (!this.exchangesTokens) return [400, { error: "unsupported_grant_type" }];
    const subject = form.get("subject_token") ?? "";
    if (form.get("subject_token_type")?.endsWith("access_token") === true) {
      const place = this.#delegated.push(decodeJwt(subject)) - 1;
      return [200, { access_token: String(place), token_type: "N_A", expires_in: 3600 }];
    }
    const claims = this.#delegated[Number(subject)];
    if (claims === undefined || this.refusesDelegations) return [400, { error: "invalid_grant" }];
    const { exp: _exp, iat: _iat, ...caller } = claims;
    const token = await this.tokenWith({
      ...caller,
      client_id: "system",
      act: { sub: "system" },
      scope: String(caller["scope"])
        .split(" ")
        .filter((scope) => EXCHANGED.has(scope))
        .join(" "),
      funds: form.get("funds")?.split(" ") ?? caller["funds"],
    });
    return [200, { access_token: token, token_type: "Bearer", expires_in: this.grantSeconds }];
  }
}

/** What the client may do for a caller. */
const EXCHANGED: ReadonlySet<string> = new Set(["ledger:read", "metrics:read", "analytics:read"]);

const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** Starts an issuer for one test; call `stop()` at its end. */
export async function createTestIssuer(): Promise<TestIssuer> {
  const issuer = new TestIssuer();
  await issuer.start();
  return issuer;
}

function claimsOf(options: TestTokenOptions): Record<string, unknown> {
  const { system = false, expiresIn = 300 } = options;
  const clientId = options.clientId ?? (system ? "system" : "web");
  const now = Math.floor(Date.now() / 1000);
  return {
    sub: options.subject ?? (system ? clientId : "user-1"),
    client_id: clientId,
    second_administrator: options.secondAdministrator,
    tenant: options.tenantId ?? (system ? "*" : DEMO_TENANT_ID),
    roles: options.roles ?? (system ? [] : ["accountant"]),
    scope: (options.scopes ?? (system ? ["feed:read"] : ["ledger:read", "ledger:write"])).join(" "),
    funds: options.funds ?? ALL_GRANTED,
    ...(system ? {} : { acr: options.acr ?? "mfa", amr: ["pwd", "otp", "mfa"] }),
    exp: now + expiresIn,
  };
}
