import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Above this a file is data, which no check here reads. */
const LARGEST_BYTES = 2 * 1024 * 1024;

/** The files of the repository, relative to its root: those git tracks and new ones it does not ignore. */
export async function listFiles(root) {
  const { stdout } = await run("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: root,
    maxBuffer: LARGEST_BYTES * 10,
  });
  const files = new Set(stdout.split("\0").filter((file) => file !== ""));
  return [...files].toSorted((one, other) => one.localeCompare(other));
}

/** The text of a file, or undefined when it is binary, too large, or deleted but still tracked. */
export async function readText(root, file) {
  const bytes = await readFile(join(root, file)).catch(() => undefined);
  if (bytes === undefined || bytes.length > LARGEST_BYTES || bytes.includes(0)) return undefined;
  return bytes.toString("utf8");
}
