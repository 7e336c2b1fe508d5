import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { REPORT_FILE, TestReport } from "./launcher/bootstrap/test-report.mjs";

// Limits end a test that hangs; none is a statement about speed. They hold on a machine that does ten
// other things: no test may need the defaults (five seconds, ten for a hook, one for a poll).
const MINUTE_MS = 60_000;
const POLL_LIMIT_MS = MINUTE_MS;
const PROPERTY_SEED = ["platform/src/testing/property-seed.ts"];
const PATIENT = [...PROPERTY_SEED, "platform/src/testing/patient-probes.ts"];

// One run of several whose failures are shown together.
const REPORTERS = process.env[REPORT_FILE] ? [new TestReport()] : [];

// Their size does not show how long they take; what begins last should be short.
const LONGEST = ["launcher/e2e/system", "web/e2e/pages", "web/e2e/sign-in"];

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
    // The transform cache ignores tsconfig, so a changed decorator flag would go unnoticed.
    fsModuleCache: false,
    // Much of the time is spent waiting for databases and processes: three fill two cores.
    maxWorkers: Math.max(3, availableParallelism()),
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
        ["**/src/**/*.test.ts", "demo/generate/*.test.ts", "launcher/bootstrap/**/*.test.mjs"],
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
        globalSetup: ["embedded-postgres/src/global-setup.ts"],
      }),
      project("long", ["**/*.long.test.ts"], 30 * MINUTE_MS, {
        fileParallelism: false,
        setupFiles: PATIENT,
        globalSetup: ["embedded-postgres/src/global-setup.ts"],
      }),
    ],
  },
});
