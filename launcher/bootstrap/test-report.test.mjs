import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environment, nodeBinary } from "./pinned-node.mjs";
import { ROOT, runQuietly } from "./terminal.mjs";
import { readReport, REPORT_FILE, summarizeRuns } from "./test-report.mjs";

const FAILING = `
  test("passes", () => undefined);
  test.skip("is skipped", () => undefined);
  describe("a group", () => {
    test("fails", () => expect({ amount: "1.00" }).toEqual({ amount: "2.00" }));
  });
  describe("a group with a hook", () => {
    beforeAll(() => { throw new Error("no server"); });
    test("is not reached", () => undefined);
  });
  test("leaves a rejection", () => void Promise.reject(new Error("a late failure")));
`;

const CONFIG = `
  import { TestReport } from ${JSON.stringify(join(import.meta.dirname, "test-report.mjs"))};
  export default { test: { globals: true, reporters: [new TestReport()] } };
`;

describe("the report of a run", () => {
  let folder;
  let report;
  let code;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "allfunds-report-test-"));
    writeFileSync(join(folder, "failing.test.js"), FAILING);
    writeFileSync(join(folder, "broken.test.js"), `throw new Error("does not load");`);
    writeFileSync(join(folder, "vitest.config.mjs"), CONFIG);
    const file = join(folder, "report.json");
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    ({ code } = await runQuietly(nodeBinary(), [vitest, "run"], {
      cwd: folder,
      env: { ...environment(), [REPORT_FILE]: file },
    }));
    report = readReport(file);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has each test, hook and file that failed, and what nothing caught", () => {
    expect(report.passed).toBe(2);
    const failures = report.failures.map(({ name, message }) => `${name.trim()}: ${message}`);
    expect(failures.toSorted()).toEqual([
      "broken.test.js: Error: does not load",
      "failing.test.js > a group > fails: AssertionError: expected { amount: '1.00' } to deeply equal { amount: '2.00' }",
      "failing.test.js > a group with a hook: Error: no server",
      "unhandled error: Error: a late failure",
    ]);
  });

  it("is shown with its failures", () => {
    const summary = summarizeRuns([{ name: "unit", code, report }]);
    expect(summary).toContain("Failed: 4 (2 passed, 2 skipped)");
    expect(summary).toContain("failing.test.js > a group > fails\n      AssertionError: expected");
  });
});

const GREEN = { passed: 2, skipped: 1, failures: [] };
const failing = (count) => ({
  ...GREEN,
  failures: Array.from({ length: count }, (_, nth) => ({
    name: `int  some.test.ts > test ${nth}`,
    message: "\u001B[31mError: 1\n\n+ 2\n+ 3\n+ 4",
  })),
});

describe("the summary of all runs", () => {
  it("counts the tests of all runs when none failed", () => {
    const runs = ["unit, int", "e2e"].map((name) => ({ name, code: 0, report: GREEN }));
    expect(summarizeRuns(runs)).toBe("All tests passed: 4 passed, 2 skipped.");
  });

  it("shows the begin of a message", () => {
    const runs = [{ name: "unit, int", code: 1, report: failing(1) }];
    expect(summarizeRuns(runs).split("\n")).toEqual([
      "Failed: 1 (2 passed, 1 skipped)",
      "  int  some.test.ts > test 0",
      "      Error: 1",
      "      + 2",
    ]);
  });

  it.each([10, 20, 36, 500])("fits the end of a log with %s failures", (count) => {
    const lines = summarizeRuns([{ name: "e2e", code: 1, report: failing(count) }]).split("\n");
    expect(lines.length).toBeLessThan(40);
    expect(lines.filter((line) => line.includes("some.test.ts"))).toHaveLength(Math.min(count, 36));
    expect(lines.at(-1)).toMatch(count > 36 ? `and ${count - 36} more` : /test|Error|2/);
  });

  it.each([
    ["a run that ended before its report", { code: 137 }, "before its report"],
    ["a run that was killed", { code: null }, "unknown"],
    ["an exit code without a failed test", { code: 1, report: GREEN }, "no test failed"],
  ])("names %s", (_case, run, words) => {
    const green = { name: "unit, int", code: 0, report: GREEN };
    const summary = summarizeRuns([green, { name: "e2e", ...run }]);
    expect(summary).toContain("Failed: 1");
    expect(summary).toContain(words);
  });
});
