import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";

export const ISSUER = "https://issuer.example";
export const AUDIENCE = "urn:allfunds:graph";

/** An issuer as far as verifiers see one: keys over HTTP, which can go away, and tokens. */
export class IssuerFixture {
  readonly keys: { kid: string; privateKey: CryptoKey; jwk: JWK }[] = [];
  /** How often the keys were read. */
  reads = 0;
  #down = false;
  #server: Server | undefined;

  async start(): Promise<void> {
    await this.addKey("first");
    this.#server = createServer((_request, response) => {
      this.reads += 1;
      if (this.#down) {
        response.writeHead(500).end();
        return;
      }
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ keys: this.keys.map(({ jwk }) => jwk) }));
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

  get jwksUri(): string {
    const address = this.#server?.address() as AddressInfo | undefined;
    const port = address?.port ?? 0;
    return `http://127.0.0.1:${port}/jwks.json`;
  }

  async addKey(kid: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" };
    this.keys.push({ kid, privateKey, jwk });
  }

  /** A good token, unless told otherwise. */
  async token(
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
  ): Promise<string> {
    const key = this.keys.at(-1);
    if (key === undefined) throw new Error("the issuer has no key");
    return this.sign(key.privateKey, claims, { kid: key.kid, ...header });
  }

  async sign(
    key: CryptoKey | Uint8Array,
    claims: Record<string, unknown>,
    header: Record<string, unknown>,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: "user-1",
      client_id: "web",
      tenant: "tenant-1",
      roles: ["accountant"],
      scope: "ledger:read ledger:write",
      funds: "*",
      acr: "mfa",
      amr: ["pwd", "otp", "mfa"],
      iat: now,
      exp: now + 300,
      ...claims,
    };
    return new SignJWT(all)
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", ...header })
      .sign(key);
  }
}
