import { randomUUID } from "node:crypto";
import {
  calculateJwkThumbprint,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
} from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allowing, beginAt, CALLBACK, registerAt } from "../applications/applications.fixture.ts";
import { addUser, openService, SYSTEM_SECRET, type RunningService } from "../service.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

interface Answer {
  readonly status: number;
  readonly access_token?: string;
}

async function post(form: Record<string, string>, headers: object): Promise<Answer> {
  const answer = await fetch(`${service.issuer}/oauth/token`, {
    method: "POST",
    headers: { ...headers },
    body: new URLSearchParams(form),
  });
  return { ...((await answer.json()) as object), status: answer.status };
}

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString("base64")}`,
});

interface Key {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}
const newKey = async (): Promise<Key> => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  return { privateKey, jwk: await exportJWK(publicKey) };
};
const now = () => Math.floor(Date.now() / 1_000);
const proof = ({ privateKey, jwk }: Key, claims: object = {}, header: object = {}) =>
  new SignJWT({
    jti: randomUUID(),
    htm: "POST",
    htu: `${service.issuer}/oauth/token`,
    iat: now(),
    ...claims,
  })
    .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk, ...header })
    .sign(privateKey);
const request = (dpop: string) =>
  post(
    { grant_type: "client_credentials", scope: "audit:write" },
    { ...basic("gateway", SYSTEM_SECRET), dpop },
  );

describe("a DPoP proof at the token endpoint", () => {
  test("binds the token to its key, once", async () => {
    const key = await newKey();
    const sent = await proof(key);
    const first = await request(sent);
    expect(first).toMatchObject({ status: 200, token_type: "DPoP" });
    expect(decodeJwt(first.access_token ?? "")["cnf"]).toEqual({
      jkt: await calculateJwkThumbprint(key.jwk),
    });
    const again = await request(sent);
    expect(again.status).toBe(400);
    expect(again).not.toHaveProperty("access_token");
  });

  test.each<[string, object, object?]>([
    ["for another method", { htm: "GET" }],
    ["for another address", { htu: "https://evil.example/oauth/token" }],
    ["for another endpoint", { htu: "http://localhost/oauth/par" }],
    ["without an id", { jti: undefined }],
    ["that is old", { iat: now() - 600 }],
    ["of the future", { iat: now() + 600 }],
    ["of another type", {}, { typ: "JWT" }],
  ])("is refused: %s", async (_what, claims, header = {}) => {
    const refused = await request(await proof(await newKey(), claims, header));
    expect(refused).toMatchObject({ status: 400, error: "invalid_dpop_proof" });
    expect(refused).not.toHaveProperty("access_token");
  });

  test("is refused when it is signed by another key, by a secret, or not at all", async () => {
    const [key, other] = [await newKey(), await newKey()];
    const foreign = await proof({ privateKey: other.privateKey, jwk: key.jwk });
    const secret = await new SignJWT({ jti: "1", htm: "POST", htu: "x", iat: now() })
      .setProtectedHeader({ alg: "HS256", typ: "dpop+jwt", jwk: key.jwk })
      .sign(new Uint8Array(32));
    const unsigned = `${Buffer.from(JSON.stringify({ alg: "none", typ: "dpop+jwt", jwk: key.jwk })).toString("base64url")}.${foreign.split(".")[1]}.`;
    const leaked = await proof(key, {}, { jwk: await exportJWK(key.privateKey) });
    for (const sent of [foreign, secret, unsigned, leaked, "nonsense"]) {
      expect(await request(sent)).toMatchObject({ status: 400, error: "invalid_dpop_proof" });
    }
  });

  test("keeps a code that was begun with a key to that key", async () => {
    const [key, other] = [await newKey(), await newKey()];
    const admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
    const app = await registerAt(service, admin);
    const begun = await beginAt(service, {
      app,
      user: await addUser(service, "viewer"),
      scope: "openid ledger:read",
      more: { dpop_jkt: await calculateJwkThumbprint(key.jwk) },
    });
    const { browser, page, verifier } = begun;
    const { url } = await browser.submit(page, "/consent", allowing("ledger:read"), CALLBACK);
    const redeem = async (headers: Record<string, string>) =>
      post(
        {
          grant_type: "authorization_code",
          code: new URL(url).searchParams.get("code") ?? "",
          redirect_uri: CALLBACK,
          code_verifier: verifier,
        },
        { ...basic(app.id, app.secret ?? ""), ...headers },
      );
    // Without a proof it would be a token that anyone can use.
    expect(await redeem({})).toMatchObject({ status: 400, error: "invalid_grant" });
    expect(await redeem({ dpop: await proof(other) })).toMatchObject({ status: 400 });
  });
});
