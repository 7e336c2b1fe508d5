import { createHash } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { ProofVerifier, type ProofOptions } from "./proof.ts";

const NOW = 1_790_000_000_000;
const TOKEN = "a.bound.token";
const ATH = createHash("sha256").update(TOKEN).digest("base64url");

let keys: { readonly privateKey: CryptoKey; readonly jwk: JWK; readonly thumbprint: string };
beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  keys = { privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk) };
});

interface Wrong {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

let made = 0;

const proofWith = ({ claims = {}, header = {} }: Wrong = {}): Promise<string> =>
  new SignJWT({
    jti: `proof-${(made += 1)}`,
    htm: "POST",
    htu: "https://api.example/graphql",
    iat: NOW / 1_000,
    ath: ATH,
    ...claims,
  })
    .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: keys.jwk, ...header })
    .sign(keys.privateKey);

const verifierWith = (more: Partial<ProofOptions> = {}): ProofVerifier =>
  new ProofVerifier({ origins: ["https://api.example/"], now: () => NOW, ...more });

const ARRIVAL = { method: "POST", path: "/graphql" };

const outcomeOf = async (
  proof: string | Promise<string>,
  verifier = verifierWith(),
  arrival = ARRIVAL,
): Promise<unknown> => {
  const bound = { token: TOKEN, keyThumbprint: keys.thumbprint };
  return verifier.verify(await proof, bound, arrival).then(
    () => "accepted",
    ({ code, error, detail }: Record<string, unknown>) => ({ code, error, detail }),
  );
};

const refused = (detail: string | RegExp) => ({
  code: "UNAUTHENTICATED",
  error: "invalid_dpop_proof",
  detail: expect.stringMatching(detail) as string,
});

test.each<[string, Wrong]>([
  ["as it should be", {}],
  ["almost a minute old", { claims: { iat: NOW / 1_000 - 59 } }],
  ["of a clock that is ahead", { claims: { iat: NOW / 1_000 + 9 } }],
  [
    "for the address with a query and a fragment",
    { claims: { htu: "https://api.example/graphql?a=b#c" } },
  ],
  ["for the address of a WebSocket", { claims: { htu: "wss://api.example/graphql" } }],
])("accepts a proof when it is %s", async (_what, wrong) => {
  expect(await outcomeOf(proofWith(wrong))).toBe("accepted");
});

test.each<[string, Wrong, RegExp]>([
  ["for another method", { claims: { htm: "GET" } }, /htm/],
  ["for another path", { claims: { htu: "https://api.example/ticket" } }, /htu/],
  ["for another server", { claims: { htu: "https://evil.example/graphql" } }, /htu/],
  ["for another scheme", { claims: { htu: "http://api.example/graphql" } }, /htu/],
  ["for no address", { claims: { htu: "nowhere" } }, /htu/],
  ["for another token", { claims: { ath: "other" } }, /ath/],
  ["without the token's hash", { claims: { ath: undefined } }, /ath/],
  ["without an id", { claims: { jti: undefined } }, /jti/],
  ["without a time", { claims: { iat: undefined } }, /iat/],
  ["too old", { claims: { iat: NOW / 1_000 - 61 } }, /iat/],
  ["from the future", { claims: { iat: NOW / 1_000 + 11 } }, /iat/],
  ["of another type", { header: { typ: "JWT" } }, /typ/],
  ["without a key", { header: { jwk: undefined } }, /jwk|JWK|JSON Web Key/],
])("refuses a proof when it is %s", async (_what, wrong, detail) => {
  expect(await outcomeOf(proofWith(wrong))).toEqual(refused(detail));
});

test("refuses a proof when it is of another key, unsigned, or signed with a secret", async () => {
  const other = await generateKeyPair("ES256", { extractable: true });
  const foreign = new SignJWT({
    jti: "1",
    htm: "POST",
    htu: "https://api.example/graphql",
    ath: ATH,
  })
    .setIssuedAt(NOW / 1_000)
    .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: await exportJWK(other.publicKey) })
    .sign(other.privateKey);
  expect(await outcomeOf(foreign)).toEqual(refused(/another key/));
  const [, payload] = (await proofWith()).split(".");
  const header = Buffer.from(
    JSON.stringify({ alg: "none", typ: "dpop+jwt", jwk: keys.jwk }),
  ).toString("base64url");
  expect(await outcomeOf(`${header}.${payload}.`)).toEqual(refused(/alg/));
  const secret = new SignJWT({}).setProtectedHeader({
    alg: "HS256",
    typ: "dpop+jwt",
    jwk: keys.jwk,
  });
  expect(await outcomeOf(secret.sign(Buffer.alloc(32)))).toEqual(refused(/alg/));
  expect(await outcomeOf("x".repeat(5_000))).toEqual(refused(/too long/));
});

describe("a proof that is used again", () => {
  test("is refused, and one with the same id of another key is not", async () => {
    const verifier = verifierWith();
    const proof = await proofWith();
    expect(await outcomeOf(proof, verifier)).toBe("accepted");
    expect(await outcomeOf(proof, verifier)).toEqual(refused(/used before/));
    expect(await outcomeOf(proofWith(), verifier)).toBe("accepted");
  });

  test("is not counted as used when it was refused for something else", async () => {
    const verifier = verifierWith();
    const proof = await proofWith();
    await outcomeOf(proof, verifier, { method: "GET", path: "/graphql" });
    expect(await outcomeOf(proof, verifier)).toBe("accepted");
  });
});

test("requires the present nonce or the one before when nonces are configured", async () => {
  let now = NOW;
  const verifier = verifierWith({ nonceSecret: "a secret of replicas", now: () => now });
  const nonce = async (): Promise<string | undefined> => {
    const proof = await proofWith({ claims: { iat: now / 1_000 } });
    const bound = { token: TOKEN, keyThumbprint: keys.thumbprint };
    return verifier
      .verify(proof, bound, ARRIVAL)
      .catch((refusal: { nonce: string }) => refusal.nonce) as Promise<string | undefined>;
  };
  const first = await nonce();
  const proofNow = () => proofWith({ claims: { nonce: first, iat: now / 1_000 } });
  expect(await outcomeOf(proofNow(), verifier)).toBe("accepted");
  now += 120_000;
  expect(await outcomeOf(proofNow(), verifier)).toBe("accepted");
  now += 120_000;
  expect(await outcomeOf(proofNow(), verifier)).toMatchObject({ error: "use_dpop_nonce" });
  expect(await nonce()).not.toBe(first);
});
