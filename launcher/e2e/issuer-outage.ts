import { randomUUID } from "node:crypto";
import { decodeJwt, SignJWT } from "jose";
import { expect, it } from "vitest";
import { callEveryService, newTokenOf } from "./call-every-service.ts";
import { pause, type RunningSystem } from "./running-system.ts";
import { privateKeyOf, signingKeyOf } from "./signing-key.ts";

const BACK_LIMIT_MS = 120_000;

/** Tests that callers with a good token do not notice when the issuer is killed. */
export function testIssuerOutage(system: () => RunningSystem): void {
  it("accepts tokens that no service has verified yet while the issuer is down", async () => {
    const newToken = await tokensAlike(system());
    const deadline = Date.now() + BACK_LIMIT_MS;
    const statuses = new Set<number>();
    let roundsWithoutIssuer = 0;
    await system().kill("identity");
    while (!(await isReady(system())) && Date.now() < deadline) {
      for (const status of await callEveryService(system(), await newToken())) statuses.add(status);
      roundsWithoutIssuer += 1;
      await pause(50);
    }
    expect([...statuses]).toEqual([200]);
    expect(roundsWithoutIssuer).toBeGreaterThan(0);
    // It is started again, and signs as before.
    const [status] = await callEveryService(system(), await newTokenOf(system()));
    expect(status).toBe(200);
  });
}

/** Makes tokens as the issuer does, with its key: a new one for each call, without a request to it. */
async function tokensAlike(system: RunningSystem): Promise<() => Promise<string>> {
  const claims = decodeJwt(await newTokenOf(system));
  const key = await signingKeyOf(system);
  const privateKey = await privateKeyOf(key);
  return () =>
    new SignJWT({ ...claims, jti: randomUUID() })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: key.kid })
      .sign(privateKey);
}

async function isReady(system: RunningSystem): Promise<boolean> {
  try {
    return (await fetch(system.url(4100, "/health/ready"))).ok;
  } catch {
    return false;
  }
}
