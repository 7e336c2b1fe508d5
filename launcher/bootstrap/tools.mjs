import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment, nodeBinary } from "./pinned-node.mjs";
import { ROOT, runQuietly } from "./terminal.mjs";

/** A program of this repository on the pinned Node. */
export const runProgram = (...args) => runQuietly(nodeBinary(), args, { env: environment() });

/** A development tool of the root. */
export const runTool = (name, ...args) =>
  runQuietly(join(ROOT, "node_modules/.bin", name), args, { env: environment() });

/** A tool of the web app, which has a TypeScript of its own, in its folder. */
export function runWebTool(name, ...args) {
  const binary = ["web/node_modules/.bin", "node_modules/.bin"]
    .map((folder) => join(ROOT, folder, name))
    .find(existsSync);
  if (binary === undefined)
    return Promise.resolve({ ok: false, output: `${name} is not installed.` });
  return runQuietly(binary, args, { cwd: join(ROOT, "web"), env: environment() });
}

/** Compiles the named packages and what they import, or all. */
export const compile = (packages = []) =>
  runProgram("node_modules/typescript/bin/tsc", "-b", ...packages);
