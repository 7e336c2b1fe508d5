import { globSync } from "node:fs";
import { build } from "./build.mjs";
import { environment, nodeBinary, runNode } from "./pinned-node.mjs";
import { ROOT, runQuietly } from "./terminal.mjs";
import { planTests } from "./test-plan.mjs";

const END_TO_END = "**/*.{e2e,long}.test.ts";
const NOT_SOURCES = ["**/node_modules/**", "**/dist/**", "**/build/**"];

const vitest = (args) => ["node_modules/vitest/vitest.mjs", ...args];

/**
 * The tests that `args` select, or all. The whole-system tests wait for processes and browsers more than
 * they compute, so they run beside the others; their output follows when both are done.
 */
export async function test(args) {
  const { web, foreground, beside } = planTests(
    args,
    globSync(END_TO_END, { cwd: ROOT, exclude: NOT_SOURCES }),
  );
  await build({ web });
  const besides = beside && runQuietly(nodeBinary(), vitest(beside), { env: environment() });
  await runNode(vitest(foreground));
  if (!besides) return;
  const { ok, output } = await besides;
  process.stdout.write(output);
  if (!ok) process.exitCode = 1;
}
