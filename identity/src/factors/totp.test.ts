import { generate } from "otplib";
import { expect, test } from "vitest";
import { newTotpSecret, stepOf } from "./totp.ts";

const STEP_MS = 30_000;
/** The first moment of a step. */
const BEGIN_MS = 1_780_000_020_000;
const secret = newTotpSecret();
const codeAt = (ms: number): Promise<string> => generate({ secret, epoch: ms / 1_000 });

test.each([
  ["in its first moment", 0, true],
  ["in its last one", STEP_MS - 1, true],
  ["thirty seconds later", STEP_MS, false],
  ["a moment before", -1, false],
])("a code counts for its thirty seconds: %s", async (_when, afterMs, counts) => {
  const code = await codeAt(BEGIN_MS);
  const step = await stepOf(secret, code, { toleranceSeconds: 0, nowMs: BEGIN_MS + afterMs });
  expect(step).toBe(counts ? BEGIN_MS / STEP_MS : undefined);
});

test("a tolerance that the operator sets accepts the step before and the one after", async () => {
  const at = async (ms: number) =>
    stepOf(secret, await codeAt(ms), { toleranceSeconds: 30, nowMs: BEGIN_MS });
  const near = [await at(BEGIN_MS - STEP_MS), await at(BEGIN_MS + STEP_MS)];
  expect(near).toEqual([BEGIN_MS / STEP_MS - 1, BEGIN_MS / STEP_MS + 1]);
  expect(await at(BEGIN_MS - 2 * STEP_MS)).toBeUndefined();
});
