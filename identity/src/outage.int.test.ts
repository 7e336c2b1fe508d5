import { decodeJwt, importJWK, SignJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readKeyRing, rotateSigningKey } from "./keys/signing-keys.ts";
import { openResourceServer, type ResourceServer } from "./resource-server.fixture.ts";
import { openService, type RunningService } from "./service.fixture.ts";
import { systemCredentials } from "./tokens.fixture.ts";

let service: RunningService;
let resourceServer: ResourceServer;
beforeAll(async () => {
  service = await openService();
  resourceServer = await openResourceServer({ OIDC_ISSUER: service.issuer });
});
afterAll(() => resourceServer.close());

const newToken = (): Promise<string> => systemCredentials(service, "follower", "feed:read").token();

test("while the issuer is down valid tokens work, unknown keys get 503 and wrong tokens 401", async () => {
  const tokens = await Promise.all([1, 2, 3, 4, 5].map(newToken));
  const claims = decodeJwt(tokens[0] ?? "");
  const accepted = { status: 200, actor: "follower" };
  expect(await resourceServer.callerOf(tokens[0] ?? "")).toMatchObject(accepted);

  // A key that no verifier has read: the issuer stops right after it began to sign with it.
  const { pool, secretBox } = service.parts;
  const kid = await rotateSigningKey(pool, secretBox, 0);
  const jwk = (await readKeyRing(pool, secretBox)).keys.find((key) => key.kid === kid);
  const key = await importJWK(jwk ?? {}, "ES256");
  const sign = (payload: JWTPayload): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid }).sign(key);
  await service.close();
  let clockMs = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => (clockMs += 1));

  // Ten minutes: past the age at which keys are read again, and past the pause between two readings.
  clockMs += 600_000;
  // None of these was sent before, so they are verified with the cached keys.
  for (const token of tokens.slice(1)) {
    expect(await resourceServer.callerOf(token)).toMatchObject({ status: 200 });
  }
  expect(await resourceServer.callerOf(await sign(claims))).toMatchObject({
    status: 503,
    code: "UPSTREAM_UNAVAILABLE",
  });
  const foreign = await sign({ ...claims, iss: "https://other.example" });
  for (const token of [foreign, "nonsense", `${tokens[1]}x`]) {
    expect(await resourceServer.callerOf(token)).toMatchObject({
      status: 401,
      code: "UNAUTHENTICATED",
    });
  }
  vi.restoreAllMocks();
});
