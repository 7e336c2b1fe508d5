import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const project = (name: string, include: string[], more: object = {}) => ({
  extends: true as const,
  test: { name, include, ...more },
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
    // Most of the time is spent waiting for databases and processes, not computing.
    maxWorkers: 3,
    // For threads that services start from their source.
    env: { TSX_TSCONFIG_PATH: fileURLToPath(new URL("tsconfig.base.json", import.meta.url)) },
    exclude: ["**/node_modules/**", "**/dist/**", "**/build/**"],
    projects: [
      // Loading what a file imports costs more than running it, so the files of a worker share it.
      project(
        "unit",
        ["**/src/**/*.test.ts", "demo/generate/*.test.ts", "launcher/bootstrap/**/*.test.mjs"],
        {
          isolate: false,
          // Properties take longer on a busy machine; none of them waits for anything.
          testTimeout: 30_000,
          exclude: ["**/*.int.test.ts", "**/*.e2e.test.ts", "**/node_modules/**", "**/dist/**"],
        },
      ),
      project("int", ["**/src/**/*.int.test.ts"], {
        isolate: false,
        globalSetup: ["embedded-postgres/src/global-setup.ts"],
        testTimeout: 30_000,
        hookTimeout: 60_000,
      }),
      project("e2e", ["**/*.e2e.test.ts"], {
        testTimeout: 120_000,
        hookTimeout: 240_000,
        fileParallelism: false,
      }),
    ],
  },
});
