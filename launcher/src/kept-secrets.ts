import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";

const SECRET_BYTES = 36;

/**
 * The named secrets of this data directory. Those that its file does not have yet are made and
 * added; the file is readable by its owner only.
 */
export async function keepSecrets<Name extends string>(
  file: string,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const kept = await readSecrets(file);
  const missing = names.filter((name) => !kept[name]);
  if (missing.length > 0) {
    for (const name of missing) kept[name] = randomBytes(SECRET_BYTES).toString("base64url");
    await writeFile(`${file}.new`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  return Object.fromEntries(names.map((name) => [name, kept[name]])) as Record<Name, string>;
}

async function readSecrets(file: string): Promise<Record<string, string>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    // Made anew they would lock out everything that was sealed with the old ones.
    throw new Error(`${file} is damaged. Put back a copy of it, or begin anew with --fresh.`);
  }
}
