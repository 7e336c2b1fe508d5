import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fail, ROOT } from "./terminal.mjs";

const PINNED = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).dependencies.node;
const BINARY = join(
  ROOT,
  "node_modules/node/bin",
  process.platform === "win32" ? "node.exe" : "node",
);

export function pinnedNodeRuns() {
  return process.versions.node === PINNED;
}

/** The Node that runs everything: the pinned one, or this one when it is the same. */
export function nodeBinary() {
  if (pinnedNodeRuns()) return process.execPath;
  if (existsSync(BINARY)) return BINARY;
  return fail(
    `The pinned Node ${PINNED} is missing from node_modules (were install scripts skipped?). ` +
      `Run "npm rebuild node", or start with Node ${PINNED} itself.`,
  );
}

/** Tools started by tools must find the pinned Node, too. */
export function environment() {
  const bins = [join(ROOT, "node_modules/node/bin"), join(ROOT, "node_modules/.bin")];
  return { ...process.env, PATH: [...bins, process.env.PATH].join(delimiter) };
}

/**
 * Runs a program on the pinned Node, in the foreground, and ends as it ended. Signals are passed
 * on; should this process be killed, the program notices the closed channel.
 */
export function runNode(args, variables = {}) {
  const child = spawn(nodeBinary(), args, {
    cwd: ROOT,
    env: { ...environment(), ...variables },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  process.once("disconnect", () => child.connected && child.disconnect());
  return new Promise((done) => {
    child.on("error", (error) => fail(`Node could not be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      process.exitCode = code ?? 128 + (signal === "SIGINT" ? 2 : 15);
      if (process.connected) process.disconnect();
      done();
    });
  });
}
