import { expect, it } from "vitest";
import { callEveryService, newTokenOf } from "./call-every-service.ts";
import { pause, type RunningSystem } from "./running-system.ts";

const TOKENS = 40;
const BACK_LIMIT_MS = 120_000;

/** Tests that callers with a good token do not notice when the issuer is killed. */
export function testIssuerOutage(system: () => RunningSystem): void {
  it("accepts tokens that no service has verified yet while the issuer is down", async () => {
    const tokens: string[] = [];
    for (let made = 0; made < TOKENS; made += 1) tokens.push(await newTokenOf(system()));
    const deadline = Date.now() + BACK_LIMIT_MS;
    const statuses = new Set<number>();
    let roundsWithoutIssuer = 0;
    await system().kill("identity");
    while (!(await isReady(system())) && Date.now() < deadline) {
      const token = tokens[roundsWithoutIssuer % TOKENS] ?? "";
      for (const status of await callEveryService(system(), token)) statuses.add(status);
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

async function isReady(system: RunningSystem): Promise<boolean> {
  try {
    return (await fetch(system.url(4100, "/health/ready"))).ok;
  } catch {
    return false;
  }
}
