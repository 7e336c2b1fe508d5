import { base64url, exportSPKI, generateKeyPair, importJWK, SignJWT, type JWTPayload } from "jose";
import { createClient } from "graphql-ws";
import { beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { SignedIn } from "./demo-people.ts";
import type { RunningSystem } from "./running-system.ts";
import { privateKeyOf, signingKeyOf } from "./signing-key.ts";

/** Every endpoint that needs a token: port, method and path. */
const ENDPOINTS: readonly (readonly [port: number, method: "GET" | "POST", path: string])[] = [
  [4000, "POST", "/graphql"],
  [4000, "POST", "/ticket"],
  [4001, "POST", "/graphql"],
  [4002, "POST", "/graphql"],
  [4003, "POST", "/graphql"],
  [4100, "POST", "/graphql"],
  [4100, "POST", "/audit/events"],
  [4100, "GET", "/audit/export"],
  [8000, "GET", "/api/v1/ledger"],
  [8000, "POST", "/api/v1/transactions"],
  [8001, "POST", "/api/v1/analyze"],
  [8002, "GET", "/api/v1/metrics"],
];
const SOCKETS = [4000, 4001, 4002, 4003];

type Forge = (good: { claims: JWTPayload; person: SignedIn }) => Promise<string>;

/** Tokens that are wrong in one way each, most of them signed with the issuer's own key. */
function hostileTokens(system: RunningSystem): Readonly<Record<string, Forge>> {
  const signed =
    (claims: (good: JWTPayload) => JWTPayload, header: object = {}): Forge =>
    async ({ claims: good }) => {
      const key = await signingKeyOf(system);
      return new SignJWT(claims(good))
        .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: key.kid, ...header })
        .sign(await privateKeyOf(key));
    };
  const now = Math.floor(Date.now() / 1000);
  return {
    expired: signed((good) => ({ ...good, iat: now - 400, exp: now - 100 })),
    "of another issuer": signed((good) => ({ ...good, iss: "https://other.example" })),
    "for another audience": signed((good) => ({ ...good, aud: "urn:other" })),
    "not marked as an access token": signed((good) => good, { typ: "JWT" }),
    "64 kB long": signed((good) => ({ ...good, filler: "x".repeat(48 * 1024) })),
    "an id token": async ({ person }) => person.idToken,
    unsigned: async ({ claims }) =>
      `${encoded({ alg: "none", typ: "at+jwt" })}.${encoded(claims)}.`,
    "signed with the public key as a secret": async ({ claims }) => {
      const { jwk, kid } = await signingKeyOf(system);
      const { d: _private, ...bare } = jwk;
      const pem = await exportSPKI((await importJWK(bare, "ES256")) as never);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid })
        .sign(new TextEncoder().encode(pem));
    },
    "signed with another key": async ({ claims }) => {
      const { kid } = await signingKeyOf(system);
      const { privateKey } = await generateKeyPair("ES256");
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid })
        .sign(privateKey);
    },
    "no token at all": async () => "nonsense",
  };
}

const encoded = (value: object): string => base64url.encode(JSON.stringify(value));

/** Tests that every endpoint refuses every hostile token with a coded 401 and nothing else. */
export function testHostileTokens(
  system: () => RunningSystem,
  people: () => readonly SignedIn[],
): void {
  describe("a hostile token", () => {
    let tokens: Record<string, string>;
    beforeAll(async () => {
      // The strongest there is: a refusal is not for want of a right.
      const person = people().find(({ role }) => role === "admin") as SignedIn;
      const [, payload = ""] = person.accessToken.split(".");
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as JWTPayload;
      tokens = {};
      for (const [what, forge] of Object.entries(hostileTokens(system()))) {
        tokens[what] = await forge({ claims, person });
      }
      expect(tokens["64 kB long"]?.length).toBeGreaterThan(65_536);
    });

    it.each(ENDPOINTS)(
      "is refused at :%i by %s %s with a coded 401 and nothing else",
      async (...endpoint) => {
        const answers = await Promise.all(
          Object.entries(tokens).map(async ([what, token]) => [what, await call(endpoint, token)]),
        );
        expect(Object.fromEntries(answers)).toEqual(
          Object.fromEntries(Object.keys(tokens).map((what) => [what, REFUSAL])),
        );
      },
    );

    it.each(SOCKETS)("closes a socket to :%i with 4401", async (port) => {
      const codes = await Promise.all(Object.values(tokens).map((token) => closeCode(port, token)));
      expect(new Set(codes)).toEqual(new Set([4401]));
    });
  });

  const REFUSAL = {
    status: 401,
    code: "UNAUTHENTICATED",
    challenge: "Bearer",
    message: expect.stringMatching(/^The access token (is not valid|has expired)\.$/) as string,
    data: undefined,
  };

  async function call([port, method, path]: (typeof ENDPOINTS)[number], token: string) {
    const response = await fetch(system().url(port, path), {
      method,
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      ...(method === "GET" ? {} : { body: JSON.stringify({ query: "{ __typename }" }) }),
    });
    const body = (await response.json()) as {
      code?: string;
      message?: string;
      detail?: string;
      data?: unknown;
      errors?: { message: string; extensions: { code: string } }[];
    };
    const [error] = body.errors ?? [];
    return {
      status: response.status,
      code: body.code ?? error?.extensions.code,
      challenge: response.headers.get("www-authenticate")?.split(" ")[0],
      message: error?.message ?? body.detail ?? body.message,
      data: body.data,
    };
  }

  function closeCode(port: number, token: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const client = createClient({
        url: system().url(port, "/graphql").replace("http", "ws"),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${token}` },
      });
      setTimeout(() => reject(new Error("the socket stays open")), 30_000).unref();
      client.on("closed", (event) => resolve((event as { code: number }).code));
      client.subscribe(
        { query: "subscription { transactionPosted { id } }" },
        {
          next: () => reject(new Error("an event came")),
          error: () => undefined,
          complete: () => undefined,
        },
      );
    });
  }
}
