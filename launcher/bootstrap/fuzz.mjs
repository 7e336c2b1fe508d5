import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { drawSeed, filesThatDraw, planFuzz } from "./fuzz-plan.mjs";
import { fuzzRest } from "./fuzz-rest.mjs";
import { environment, nodeBinary } from "./pinned-node.mjs";
import { fail, ROOT, runQuietly } from "./terminal.mjs";

const TESTS = "**/src/**/*.test.ts";
const NOT_SOURCES = ["**/node_modules/**", "**/dist/**", "**/build/**"];
const VITEST = ["node_modules/vitest/vitest.mjs", "run"];

const read = (file) => readFileSync(join(ROOT, file), "utf8");

/**
 * Runs the tests that draw random input again and again, each pass with a new seed, until the time is over. The
 * first pass that fails ends it: its output and its seed are shown.
 */
export async function fuzz(args) {
  const plan = planFuzz(args);
  if (!plan) fail("Usage: npm run fuzz -- [words of test paths] [--seconds N]");
  // Its cases are drawn by a program of its own, from the OpenAPI document.
  if (plan.paths.includes("schemathesis")) {
    return fuzzRest({ seconds: plan.seconds, seed: drawSeed() });
  }
  const tests = globSync(TESTS, { cwd: ROOT, exclude: NOT_SOURCES }).sort();
  const files = filesThatDraw(tests, plan.paths, read);
  if (files.length === 0) fail(`No test that draws random input matches ${plan.paths.join(" ")}.`);
  await build({ web: false });
  const end = performance.now() + plan.seconds * 1000;
  let passes = 0;
  do {
    const seed = drawSeed();
    console.log(`pass ${passes + 1}: ${files.length} files, TEST_SEED=${seed}`);
    const env = { ...environment(), TEST_SEED: String(seed), TEST_FUZZ: "1" };
    const { ok, output } = await runQuietly(nodeBinary(), [...VITEST, ...files], { env });
    if (!ok) {
      process.stdout.write(output);
      fail(`Failed. To repeat: TEST_SEED=${seed} npm test -- <the file that failed>`);
    }
    passes += 1;
  } while (performance.now() < end);
  console.log(`${passes} passes of ${files.length} files without a failure`);
}
