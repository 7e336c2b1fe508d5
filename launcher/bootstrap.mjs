// The entry point of every npm script. Plain JavaScript without dependencies: it runs on whatever
// Node (20 or newer) the machine has, before anything is installed, and continues on the pinned Node.
import { fail } from "./bootstrap/terminal.mjs";

const OLDEST_NODE = 20;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  fail(`AllFunds needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}.`);
}

const { installPackages } = await import("./bootstrap/install.mjs");
const { pinnedNodeRuns, runNode } = await import("./bootstrap/pinned-node.mjs");

await installPackages();
if (pinnedNodeRuns()) {
  const { runCommand } = await import("./bootstrap/commands.mjs");
  await runCommand(process.argv[2] ?? "", process.argv.slice(3));
} else {
  await runNode(process.argv.slice(1));
}
