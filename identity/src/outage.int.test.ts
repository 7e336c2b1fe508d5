import { decodeJwt, importJWK, SignJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runIdentity, type RunningIdentity } from "./identity.fixture.ts";
import { readKeyRing, rotateSigningKey } from "./keys/signing-keys.ts";
import { startService, type AskedService } from "./service.fixture.ts";
import { systemCredentials } from "./tokens.fixture.ts";

let identity: RunningIdentity;
let service: AskedService;
beforeAll(async () => {
  identity = await runIdentity();
  service = await startService({ OIDC_ISSUER: identity.config.issuer });
});
afterAll(() => service.stop());

const newToken = (): Promise<string> =>
  systemCredentials(identity, "follower", "feed:read").token();

test("while the issuer is away good tokens work, unknown keys get 503 and wrong tokens 401", async () => {
  const tokens = await Promise.all([1, 2, 3, 4, 5].map(newToken));
  const claims = decodeJwt(tokens[0] ?? "");
  expect(await service.ask(tokens[0] ?? "")).toMatchObject({ status: 200, actor: "follower" });

  // A key nobody has read: the issuer went away right after it began to sign with it.
  const { pool, vault } = identity.parts;
  const kid = await rotateSigningKey(pool, vault, 0);
  const jwk = (await readKeyRing(pool, vault)).keys.find((key) => key.kid === kid);
  const key = await importJWK(jwk ?? {}, "ES256");
  const sign = (payload: JWTPayload): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid }).sign(key);
  await identity.stop();
  let clockMs = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => (clockMs += 1));

  // Ten minutes: past the age at which keys are read again, and past the pause between two readings.
  clockMs += 600_000;
  // None of these has been seen before, so nothing but the known keys can vouch for them.
  for (const token of tokens.slice(1)) {
    expect(await service.ask(token)).toMatchObject({ status: 200 });
  }
  expect(await service.ask(await sign(claims))).toMatchObject({
    status: 503,
    code: "UPSTREAM_UNAVAILABLE",
  });
  const foreign = await sign({ ...claims, iss: "https://other.example" });
  for (const token of [foreign, "nonsense", `${tokens[1]}x`]) {
    expect(await service.ask(token)).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  }
  vi.restoreAllMocks();
});
