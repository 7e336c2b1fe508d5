import { decodeProtectedHeader } from "jose";
import { expect, it } from "vitest";
import { callEveryService, newTokenOf } from "./call-every-service.ts";
import { pause, type RunningSystem } from "./running-system.ts";
import { rotateKeyOf } from "./signing-key.ts";

const LEAD_SECONDS = 2;
const ROTATION_LIMIT_MS = 120_000;
/** Answers with tokens of both keys that must come before the test ends. */
const ANSWERS_AFTERWARDS = 100;
const BETWEEN_TOKENS_MS = 120;

/** Tests a change of the issuer's key while every service is called with the oldest token and the newest. */
export function testKeyRotation(system: () => RunningSystem): void {
  it("refuses no good token when the signing key changes", async () => {
    const oldest = await newTokenOf(system());
    const statuses = new Map<number, number>();
    const keys = new Set<string | undefined>();
    const end = new AbortController();

    const answers = (): number => [...statuses.values()].reduce((sum, count) => sum + count, 0);
    const load = async (): Promise<void> => {
      while (!end.signal.aborted) {
        const newest = await newTokenOf(system());
        for (const token of [oldest, newest]) {
          for (const status of await callEveryService(system(), token, [4100])) {
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
          }
        }
        keys.add(decodeProtectedHeader(newest).kid);
        // An API client that requests tokens without end is slowed down.
        await pause(BETWEEN_TOKENS_MS);
      }
    };
    const rotate = async (): Promise<void> => {
      try {
        await rotateKeyOf(system(), LEAD_SECONDS);
        const limit = { timeout: ROTATION_LIMIT_MS, interval: 50 };
        await expect.poll(() => keys.size, limit).toBe(2);
        const before = answers();
        await expect.poll(answers, limit).toBeGreaterThan(before + ANSWERS_AFTERWARDS);
      } finally {
        end.abort();
      }
    };
    await Promise.all([load(), load(), rotate()]);
    expect([...statuses.keys()]).toEqual([200]);
  });
}
