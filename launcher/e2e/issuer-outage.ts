import { expect, it } from "vitest";
import { askEveryService, newTokenOf } from "./ask-every-service.ts";
import { pause, type RunningSystem } from "./running-system.ts";

const TOKENS = 40;
const BACK_LIMIT_MS = 60_000;

/** The issuer is killed; whoever has a good token does not notice. */
export function theIssuerMayBeAway(system: () => RunningSystem): void {
  it("while the issuer is down every service goes on with tokens it has never seen", async () => {
    const tokens: string[] = [];
    for (let made = 0; made < TOKENS; made += 1) tokens.push(await newTokenOf(system()));
    const deadline = Date.now() + BACK_LIMIT_MS;
    const statuses = new Set<number>();
    let roundsWithoutIssuer = 0;
    await system().kill("identity");
    while (!(await isReady(system())) && Date.now() < deadline) {
      const token = tokens[roundsWithoutIssuer % TOKENS] ?? "";
      for (const status of await askEveryService(system(), token)) statuses.add(status);
      roundsWithoutIssuer += 1;
      await pause(50);
    }
    expect([...statuses]).toEqual([200]);
    expect(roundsWithoutIssuer).toBeGreaterThan(3);
    // It is started again, and signs as before.
    const [status] = await askEveryService(system(), await newTokenOf(system()));
    expect(status).toBe(200);
  }, 90_000);
}

async function isReady(system: RunningSystem): Promise<boolean> {
  try {
    return (await fetch(system.url(4100, "/health/ready"))).ok;
  } catch {
    return false;
  }
}
