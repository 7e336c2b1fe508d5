import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fail, ROOT, runQuietly, step } from "./terminal.mjs";

const CACHE = join(ROOT, "node_modules/.cache/python");

/**
 * The interpreter of a virtual environment with these packages (`name==version`), which is made at the first use
 * and kept beside the other caches. Nothing else on the machine changes.
 */
export async function python(packages) {
  const name = createHash("sha256").update(packages.join(" ")).digest("hex").slice(0, 16);
  const folder = join(CACHE, name);
  const interpreter = join(folder, "bin/python");
  if (existsSync(interpreter)) return interpreter;
  mkdirSync(CACHE, { recursive: true });
  await step(`Installing ${packages.join(", ")}`, async () => {
    await succeed("python3", ["-m", "venv", folder], folder);
    await succeed(interpreter, ["-m", "pip", "install", "--quiet", ...packages], folder);
  });
  return interpreter;
}

/** Runs a program, or fails with its output and without a half-made environment. */
async function succeed(program, args, folder) {
  const { ok, output } = await runQuietly(program, args);
  if (ok) return;
  rmSync(folder, { recursive: true, force: true });
  fail(`${output}\nThis needs Python 3.10 or later with its module venv, and a package index.`);
}
