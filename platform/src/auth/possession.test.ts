import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "../config.ts";
import { createLogger } from "../logging.ts";
import { createTestIssuer, type TestIssuer } from "../testing/test-issuer.ts";
import { createTestKey } from "../testing/test-key.ts";
import { authenticationShape, createAuthentication } from "./authentication.ts";
import { FORWARDED_BY_HEADER, forwardingHeaders, type Coming } from "./possession.ts";
import { authenticateHeaders } from "./require.ts";

let issuer: TestIssuer;
let token: string;
let proofFor: (token: string) => Promise<string>;
beforeAll(async () => {
  issuer = await createTestIssuer();
  const key = await createTestKey();
  token = await issuer.tokenWith({ cnf: key.cnf });
  proofFor = (bound) => key.proofFor(bound, "POST", "http://127.0.0.1:4000/graphql");
});
afterAll(() => issuer.stop());

const ARRIVAL = { method: "POST", path: "/graphql" };
const config = () => loadConfig("test", authenticationShape, issuer.env);
const edge = () =>
  createAuthentication(config(), createLogger("test", "silent"), {
    edge: { origins: ["http://localhost:4000"] },
  });
const inner = () => createAuthentication(config(), createLogger("test", "silent"));

const challengeOf = async (
  headers: Record<string, string>,
  coming: Coming = ARRIVAL,
  { contextOf } = edge(),
): Promise<unknown> =>
  contextOf(headers, coming).then(
    () => "accepted",
    (error: Error) =>
      authenticateHeaders(error as never, headers["authorization"])["www-authenticate"],
  );

const bound = () => ({ authorization: `DPoP ${token}` });

test("accepts a token that is bound to a key with a proof of the key, once", async () => {
  const { contextOf } = edge();
  const headers = { ...bound(), dpop: await proofFor(token) };
  const { caller } = await contextOf(headers, ARRIVAL);
  expect(caller).toMatchObject({ subject: "user-1" });
  await expect(contextOf(headers, ARRIVAL)).rejects.toMatchObject({
    code: "UNAUTHENTICATED",
    error: "invalid_dpop_proof",
  });
});

test("refuses a bound token when it is sent as Bearer, without a proof, or with one for another token", async () => {
  const proof = await proofFor(token);
  expect(await challengeOf({ authorization: `Bearer ${token}`, dpop: proof })).toMatch(
    /^DPoP error="invalid_token", algs="ES256/,
  );
  expect(await challengeOf(bound())).toMatch(/^DPoP error="invalid_dpop_proof"/);
  const other = await proofFor("another.token");
  expect(await challengeOf({ ...bound(), dpop: other })).toMatch(/invalid_dpop_proof/);
});

test("refuses a token that is not bound when it is sent as DPoP", async () => {
  const plain = await issuer.token();
  const headers = { authorization: `DPoP ${plain}`, dpop: await proofFor(plain) };
  expect(await challengeOf(headers)).toMatch(/^DPoP error="invalid_token"/);
});

test("refuses a token that is bound in a way that it cannot verify", async () => {
  const bearer = await issuer.tokenWith({ cnf: { "x5t#S256": "certificate" } });
  expect(await challengeOf({ authorization: `Bearer ${bearer}` })).toBe(
    'Bearer error="invalid_token"',
  );
});

test("needs no proof again on a connection that was opened with one", async () => {
  expect(await challengeOf(bound(), "proven")).toBe("accepted");
});

test("forwards a bound token within the system with a token of the service, and no other way", async () => {
  const context = await edge().contextOf({ ...bound(), dpop: await proofFor(token) }, ARRIVAL);
  const forwarded = { ...bound(), ...forwardingHeaders(context) };
  expect(forwarded).toHaveProperty([FORWARDED_BY_HEADER]);
  const granted = issuer.grants;
  expect(await challengeOf(forwarded, undefined, inner())).toBe("accepted");
  // A service that forwards nothing requests no token to forward with.
  expect(issuer.grants).toBe(granted);
  expect(await challengeOf(bound(), undefined, inner())).toMatch(/^DPoP error="invalid_token"/);
  const withProof = { ...bound(), dpop: await proofFor(token) };
  expect(await challengeOf(withProof, undefined, inner())).toMatch(/invalid_token/);
  for (const foreign of [await issuer.token(), await issuer.token({ system: true }), "x"]) {
    const headers = { ...bound(), [FORWARDED_BY_HEADER]: foreign };
    expect(await challengeOf(headers, undefined, inner())).toMatch(/invalid_token/);
  }
});

test("forwards nothing of its own beside a token that is not bound", async () => {
  const context = await edge().contextOf(await issuer.headers(), ARRIVAL);
  expect(forwardingHeaders(context)).toEqual({});
});
