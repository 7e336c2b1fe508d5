import { fileURLToPath } from "node:url";
import { backup, restore } from "./backup.mjs";
import { certificates } from "./certificates.mjs";
import { benchStart } from "./bench-start.mjs";
import { build } from "./build.mjs";
import { check, fix } from "./check.mjs";
import { compose } from "./compose.mjs";
import { demoFile } from "./demo-file.mjs";
import { drill } from "./drill.mjs";
import { fuzz } from "./fuzz.mjs";
import { interop } from "./interop.mjs";
import { ledger } from "./ledger.mjs";
import { load } from "./load.mjs";
import { runNode } from "./pinned-node.mjs";
import { rebuild } from "./rebuild.mjs";
import { tenant } from "./tenant.mjs";
import { fail } from "./terminal.mjs";
import { test } from "./test.mjs";
import { token } from "./token.mjs";

/** Each npm script: what must be there first, then what runs. */
const COMMANDS = {
  start: async (args) => {
    await build();
    await launch(args);
  },
  dev: async (args) => {
    await build({ web: false });
    await launch(["--dev", ...args]);
  },
  build: () => build(),
  test,
  fuzz,
  check,
  fix: () => fix(),
  compose,
  gateway: async (args) => {
    await build({ web: false, services: ["gateway"] });
    await runNode(["gateway/dist/main.js", ...args]);
  },
  "bench:web": async (args) => {
    // Of the system that runs: it is built, and its demo is loaded.
    const url = `http://localhost:${3000 + Number(process.env.PORT_OFFSET || 0)}`;
    const system = ["--demo", demoFile(), "--url", url];
    // Not through tsx, which names inner functions by a helper that the pages they run in have not.
    await runNode(["web/bench/main.ts", ...system, ...args]);
  },
  "bench:gateway": async (args) => {
    await build({ web: false, services: ["gateway"] });
    await runNode(["--import", "tsx", "gateway/bench/main.ts", ...args]);
  },
  totp: async (args) => {
    await build({ web: false, services: ["identity"] });
    await runNode(["identity/dist/totp.js", ...args]);
  },
  tenant,
  backup,
  certificates,
  restore,
  drill,
  interop,
  rebuild,
  token,
  ledger,
  load,
  "bench:start": benchStart,
  "bench:ledger": async (args) => {
    await build({ web: false });
    // Run from its sources, which have decorators: the ledger's own tsconfig switches them on.
    process.env.TSX_TSCONFIG_PATH = "subgraphs/ledger/tsconfig.json";
    // With the young generation that the launcher gives the ledger.
    const flags = ["--max-semi-space-size=64"];
    await runNode([...flags, "--import", "tsx", "subgraphs/ledger/bench/main.ts", ...args]);
  },
  "bench:funds": async (args) => {
    await build({ web: false });
    process.env.TSX_TSCONFIG_PATH = "subgraphs/ledger/tsconfig.json";
    const flags = ["--max-semi-space-size=64"];
    await runNode([...flags, "--import", "tsx", "subgraphs/ledger/bench/funds.ts", ...args]);
  },
  "bench:metrics": async (args) => {
    await build({ web: false });
    // Run from its sources, which have decorators: the service's own tsconfig switches them on.
    process.env.TSX_TSCONFIG_PATH = "subgraphs/metrics/tsconfig.json";
    await runNode(["--import", "tsx", "subgraphs/metrics/bench/main.ts", ...args]);
  },
  "eval:analytics": (args) => runAnalytics("eval", args),
  "train:analytics": (args) => runAnalytics("training", args),
  "bench:analytics": async (args) => {
    await build({ web: false });
    // Run from its sources, which have decorators: the service's own tsconfig switches them on.
    process.env.TSX_TSCONFIG_PATH = "subgraphs/analytics/tsconfig.json";
    await runNode(["--import", "tsx", "subgraphs/analytics/bench/main.ts", ...args]);
  },
  "eval:metrics": async (args) => {
    await build({ web: false, services: ["subgraphs/metrics"] });
    process.env.TSX_TSCONFIG_PATH = "subgraphs/metrics/tsconfig.json";
    await runNode(["--import", "tsx", "subgraphs/metrics/eval/main.ts", ...args]);
  },
};

/** A program of analytics beside its service, which runs from its sources. */
async function runAnalytics(folder, args) {
  await build({ web: false, services: ["subgraphs/analytics"] });
  process.env.TSX_TSCONFIG_PATH = "subgraphs/analytics/tsconfig.json";
  await runNode(["--import", "tsx", `subgraphs/analytics/${folder}/main.ts`, ...args]);
}

export async function runCommand(name, args) {
  if (!Object.hasOwn(COMMANDS, name)) {
    fail(`Unknown command "${name}". There are: ${Object.keys(COMMANDS).join(", ")}.`);
  }
  await COMMANDS[name](args);
}

/** In this very process: a parent that only waits would cost another 40 MB. */
async function launch(args) {
  const main = new URL("../dist/main.js", import.meta.url);
  process.argv = [process.argv[0], fileURLToPath(main), ...args];
  await import(main.href);
}
