import { decodeProtectedHeader } from "jose";
import { expect, it } from "vitest";
import { askEveryService, newTokenOf } from "./ask-every-service.ts";
import { pause, type RunningSystem } from "./running-system.ts";
import { rotateKeyOf } from "./signing-key.ts";

const LEAD_SECONDS = 2;
const ROTATION_LIMIT_MS = 20_000;
const GOES_ON_MS = 1_500;
const BETWEEN_TOKENS_MS = 120;

/** The issuer changes its key while every service is asked with the oldest token and the newest. */
export function keysRotateUnderLoad(system: () => RunningSystem): void {
  it("a new signing key costs nobody who has a good token a refusal", async () => {
    const oldest = await newTokenOf(system());
    const statuses = new Map<number, number>();
    const keys = new Set<string | undefined>();
    const end = new AbortController();

    const load = async (): Promise<void> => {
      while (!end.signal.aborted) {
        const newest = await newTokenOf(system());
        for (const token of [oldest, newest]) {
          for (const status of await askEveryService(system(), token, [4100])) {
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
          }
        }
        keys.add(decodeProtectedHeader(newest).kid);
        // An API client that asks for a token without end is slowed down.
        await pause(BETWEEN_TOKENS_MS);
      }
    };
    const rotate = async (): Promise<void> => {
      try {
        await rotateKeyOf(system(), LEAD_SECONDS);
        await expect.poll(() => keys.size, { timeout: ROTATION_LIMIT_MS, interval: 50 }).toBe(2);
        await pause(GOES_ON_MS);
      } finally {
        end.abort();
      }
    };
    await Promise.all([load(), load(), rotate()]);
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(200);
  }, 60_000);
}
