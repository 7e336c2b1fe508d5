import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { REPORT_FILE, TestReport } from "./launcher/bootstrap/test-report.mjs";

// Limits end a test that hangs; none is a statement about speed. They hold on a machine that does ten
// other things: no test may need the defaults (five seconds, ten for a hook, one for a poll).
const MINUTE_MS = 60_000;

const CACHES = new URL("node_modules/.cache/", import.meta.url);

/**
 * Where transformed modules are kept. Vitest names them by their content and not by what else decides about them:
 * the flags of compilers, and the files that packages export.
 */
function transformCache(): string {
  const hash = createHash("sha256");
  const deciding = globSync("{,*/,subgraphs/*/}{tsconfig*,package*}.json", {
    cwd: import.meta.dirname,
  });
  for (const file of deciding.sort())
    hash.update(file).update(readFileSync(new URL(file, import.meta.url)));
  return fileURLToPath(new URL(`vitest/${hash.digest("hex").slice(0, 16)}`, CACHES));
}

// Inherited by the workers, and by the threads and services that they start: each of them loads hundreds of
// files, many from their TypeScript.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("node-compile", CACHES));
// Most of what a test makes is short-lived; with the default of 16 MB a tenth of the time goes to the collector.
const EXEC_ARGV = ["--max-semi-space-size=64"];
const POLL_LIMIT_MS = MINUTE_MS;
const PROPERTY_SEED = ["platform/src/testing/property-seed.ts"];
const PATIENT = [...PROPERTY_SEED, "platform/src/testing/patient-probes.ts"];
const WITH_SYSTEMS = ["embedded-postgres/src/global-setup.ts", "web/e2e/global-setup.ts"];

// One run of several whose failures are shown together.
const REPORTERS = process.env[REPORT_FILE] ? [new TestReport()] : [];

// Their size does not show how long they take; what begins last should be short. As measured on two quiet processors.
const LONGEST = [
  "web/e2e/pages",
  "web/e2e/appearance",
  "launcher/e2e/system",
  "web/e2e/sign-in",
  "ledger/e2e/kill",
  "ledger/src/evidence/every-column",
  "rest-bridge/src/tenancy/",
  "ledger/src/tenancy/tenancy",
  "ledger/src/slices/verifications/",
  "ledger/src/slices/bank-statements/statements",
  "platform/src/feed/restored-log",
  "analytics/src/questions/failures",
  "platform/src/jobs/job-failover",
  "ledger/src/slices/webhooks/webhooks",
  "ledger/src/feed/restored-log",
  "ledger/src/evidence/tamper",
  "analytics/src/corrections/corrections",
  "platform/src/jobs/jobs",
  "ledger/src/slices/reversals/bounded",
  "platform/src/feed/follower",
  "embedded-postgres/src/start",
];

function placeOf({ moduleId }: TestSpecification): number {
  const nth = LONGEST.findIndex((path) => moduleId.includes(path));
  return nth < 0 ? LONGEST.length : nth;
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => placeOf(one) - placeOf(other));
  }
}

const project = (name: string, include: string[], limitMs: number, more: object = {}) => ({
  extends: true as const,
  test: { name, include, testTimeout: limitMs, hookTimeout: limitMs, ...more },
});

export default defineConfig({
  // graphql ships two builds; type-graphql and our code must meet the same one.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  // Test files stand outside the tsconfigs that switch decorators on.
  oxc: { decorator: { legacy: true } },
  ssr: { resolve: { conditions: ["source", "node", "development|production"] } },
  test: {
    fsModuleCache: true,
    fsModuleCachePath: transformCache(),
    // Much of the time is spent waiting for databases and processes: four fill two cores.
    maxWorkers: Math.max(4, availableParallelism()),
    execArgv: EXEC_ARGV,
    teardownTimeout: MINUTE_MS,
    sequence: { sequencer: LongestFirst },
    reporters: [...configDefaults.reporters, ...REPORTERS],
    expect: { poll: { timeout: POLL_LIMIT_MS, interval: 50 } },
    // For threads that services start from their source.
    env: { TSX_TSCONFIG_PATH: fileURLToPath(new URL("tsconfig.base.json", import.meta.url)) },
    exclude: ["**/node_modules/**", "**/dist/**", "**/build/**"],
    // One of its packages has TypeScript under the condition "source", which Node does not run there.
    server: { deps: { inline: [/sdk\/dist\/esm\/client/, /eventsource-parser/] } },
    projects: [
      // Loading what a file imports costs more than running it, so the files of a worker share it.
      project(
        "unit",
        [
          "**/src/**/*.test.ts",
          "demo/generate/*.test.ts",
          "launcher/bootstrap/**/*.test.mjs",
          "launcher/drills/*.test.ts",
        ],
        2 * MINUTE_MS,
        {
          isolate: false,
          setupFiles: PROPERTY_SEED,
          exclude: [
            "**/*.int.test.ts",
            "**/*.e2e.test.ts",
            "**/*.long.test.ts",
            "**/node_modules/**",
            "**/dist/**",
          ],
        },
      ),
      project("int", ["**/src/**/*.int.test.ts"], 5 * MINUTE_MS, {
        isolate: false,
        setupFiles: PATIENT,
        globalSetup: ["embedded-postgres/src/global-setup.ts"],
      }),
      project("e2e", ["**/*.e2e.test.ts"], 10 * MINUTE_MS, {
        maxWorkers: 2,
        sequence: { groupOrder: 1 },
        globalSetup: WITH_SYSTEMS,
      }),
      project("long", ["**/*.long.test.ts"], 30 * MINUTE_MS, {
        fileParallelism: false,
        setupFiles: PATIENT,
        globalSetup: WITH_SYSTEMS,
      }),
    ],
  },
});
