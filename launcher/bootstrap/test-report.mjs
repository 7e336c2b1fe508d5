import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Names the file that a run of Vitest writes its report to. */
export const REPORT_FILE = "ALLFUNDS_TEST_REPORT";

/** The end of a log must show every failure, so the whole summary has at most this many lines. */
const LINES = 36;
const DETAIL_LINES = 2;
const LINE_LENGTH = 160;
// oxlint-disable-next-line no-control-regex -- colours of the terminal begin with this character
const COLOURS = /\u001B\[[\d;]*m/g;

/** A reporter of Vitest that writes how many tests ran and what failed. */
export class TestReport {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state) => tests.filter((test) => test.result().state === state).length;
    const report = {
      passed: count("passed"),
      skipped: count("skipped"),
      failures: [
        ...modules.flatMap(failuresOf),
        ...unhandledErrors.map((error) => failure("unhandled error", error)),
      ],
    };
    writeFileSync(process.env[REPORT_FILE], JSON.stringify(report));
  }
}

/** What failed in a file: loading it, a hook of a group, or a test. */
function failuresOf(module) {
  const file = `${module.project.name}  ${module.relativeModuleId}`;
  const groups = [module, ...module.children.allSuites()];
  return [
    ...groups.flatMap((group) =>
      group.errors().map((error) => failure(join(file, group.fullName), error)),
    ),
    ...[...module.children.allTests("failed")].map((test) =>
      failure(join(file, test.fullName), test.result().errors[0]),
    ),
  ];
}

const join = (...names) => names.filter(Boolean).join(" > ");

const failure = (name, error) => ({
  name,
  message: error?.stack?.split("\n    at ")[0] ?? error?.message ?? "",
});

/** The report in a file; without one the run ended before its end. */
export function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/**
 * The last lines of `npm test`: what failed in all of its runs, or that nothing did. A run has the names of its
 * projects, its exit code, and its report unless it ended too early.
 */
export function summarizeRuns(runs) {
  const reports = runs.flatMap(({ report }) => report ?? []);
  const total = (part) => reports.reduce((sum, report) => sum + report[part], 0);
  const failures = [
    ...reports.flatMap((report) => report.failures),
    ...runs.filter(endedWithoutReason).map(unexplained),
  ];
  const counts = `${total("passed")} passed, ${total("skipped")} skipped`;
  if (failures.length === 0) return `All tests passed: ${counts}.`;
  return [`Failed: ${failures.length} (${counts})`, ...describe(failures)].join("\n");
}

const endedWithoutReason = ({ code, report }) =>
  report === undefined || (code !== 0 && report.failures.length === 0);

const unexplained = ({ name, code, report }) => ({
  name: `${name}  exit code ${code ?? "unknown"}`,
  message: `The run ended ${report ? "so although no test failed" : "before its report"}; its output is above.`,
});

/** Each failure with the begin of its message, while all of them fit. */
function describe(failures) {
  const fitting = Math.max(0, Math.floor(LINES / failures.length) - 1);
  const detailed = failures
    .slice(0, LINES)
    .flatMap(({ name, message }) => [
      shorten(`  ${name}`),
      ...detailsOf(message, Math.min(DETAIL_LINES, fitting)),
    ]);
  const hidden = failures.length - LINES;
  return hidden > 0 ? [...detailed, `  and ${hidden} more`] : detailed;
}

const detailsOf = (message, lines) =>
  message
    .replaceAll(COLOURS, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, lines)
    .map((line) => shorten(`      ${line.trim()}`));

const shorten = (line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH - 1)}…` : line);
