import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { environment, nodeBinary, runNode } from "./pinned-node.mjs";
import { ROOT, runQuietly } from "./terminal.mjs";
import { planTests } from "./test-plan.mjs";
import { readReport, REPORT_FILE, summarizeRuns } from "./test-report.mjs";

const END_TO_END = "**/*.{e2e,long}.test.ts";
const NOT_SOURCES = ["**/node_modules/**", "**/dist/**", "**/build/**"];

const vitest = (args) => ["node_modules/vitest/vitest.mjs", ...args];

/**
 * The tests that `args` select, or all. The whole-system tests wait for processes and browsers more than
 * they compute, so they run beside the others; their output follows when both are done, and then one
 * summary of both.
 */
export async function test(args) {
  const { web, foreground, beside } = planTests(
    args,
    globSync(END_TO_END, { cwd: ROOT, exclude: NOT_SOURCES }),
  );
  await build({ web });
  if (!beside) return runNode(vitest(foreground));
  const reports = mkdtempSync(join(tmpdir(), "allfunds-reports-"));
  const files = { foreground: join(reports, "foreground"), beside: join(reports, "beside") };
  const besides = runQuietly(nodeBinary(), vitest(beside), {
    env: { ...environment(), [REPORT_FILE]: files.beside },
  });
  await runNode(vitest(foreground), { [REPORT_FILE]: files.foreground });
  const { code, output } = await besides;
  process.stdout.write(output);
  const summary = summarizeRuns([
    { name: "unit, int", code: process.exitCode, report: readReport(files.foreground) },
    { name: "e2e", code, report: readReport(files.beside) },
  ]);
  rmSync(reports, { recursive: true });
  console.log(`\n${summary}`);
  process.exitCode ||= code ?? 1;
}
