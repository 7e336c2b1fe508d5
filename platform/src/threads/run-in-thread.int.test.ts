import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const FIXTURE = fileURLToPath(new URL("survivors.fixture.ts", import.meta.url));

/** How large the young generation of a thread became in a process that has one of twice 32 MB, in MB. */
async function youngGenerationMb(limitMb: number): Promise<number> {
  const flags = ["--max-semi-space-size=32", "--conditions=source", FIXTURE, String(limitMb)];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  return Number(stdout);
}

test("a thread has the young generation of its limits, not the one of its process", async () => {
  expect(await youngGenerationMb(0)).toBeGreaterThan(16);
  expect(await youngGenerationMb(6)).toBeLessThanOrEqual(4);
});
