import { existsSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { environment, nodeBinary } from "./pinned-node.mjs";
import { ROOT, runQuietly } from "./terminal.mjs";

/** A program of this repository on the pinned Node. */
export const runProgram = (...args) => runQuietly(nodeBinary(), args, { env: environment() });

/** A development tool of the root. */
export const runTool = (name, ...args) =>
  runQuietly(join(ROOT, "node_modules/.bin", name), args, { env: environment() });

/** Without it a tenth of the linter's processor time collects garbage; with it the linter takes up to 3.5 GB. */
const FEWER_COLLECTIONS = { GOGC: "400" };
const PLENTY_BYTES = 8e9;

/** The linter with the types of all programs. */
export const lint = (...args) =>
  runQuietly(join(ROOT, "node_modules/.bin/oxlint"), ["--type-aware", ...args], {
    env: { ...(totalmem() > PLENTY_BYTES ? FEWER_COLLECTIONS : {}), ...environment() },
  });

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
