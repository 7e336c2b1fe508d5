import { build } from "./build.mjs";
import { environment, nodeBinary, runNode } from "./pinned-node.mjs";
import { runQuietly } from "./terminal.mjs";

const vitest = (...args) => ["node_modules/vitest/vitest.mjs", "run", ...args];

/**
 * The tests named by `args`, or all. Then those of whole systems, which wait for processes and browsers
 * more than they compute, run beside the others, and tell how it went when both are done.
 */
export async function test(args) {
  await build();
  if (args.length > 0) return runNode(vitest(...args));
  const systems = runQuietly(nodeBinary(), vitest("--project", "e2e"), { env: environment() });
  await runNode(vitest("--project", "unit", "--project", "int", "--maxWorkers", "2"));
  const { ok, output } = await systems;
  process.stdout.write(output);
  if (!ok) process.exitCode = 1;
}
