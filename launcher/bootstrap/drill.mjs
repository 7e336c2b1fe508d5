import { build } from "./build.mjs";
import { runNode } from "./pinned-node.mjs";

/** Injects faults into a running system of its own, and proves that it holds. */
export async function drill(args) {
  await build();
  // They share what the tests of the whole system have, which runs from its sources.
  process.env.TSX_TSCONFIG_PATH = "tsconfig.base.json";
  await runNode(["--import", "tsx", "launcher/drills/main.ts", ...args]);
}
