import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Given<Name extends string> = Readonly<Record<Name, string | undefined>>;
type Complete<Name extends string> = Record<Name, string>;

/**
 * Fills in absent secrets from a file of this machine, made on the first start and readable by its
 * owner only. Without a directory nothing is filled in.
 */
export function readLocalSecrets<Name extends string>(
  dataDir: string | undefined,
  given: Given<Name>,
): Complete<Name> {
  const names = Object.keys(given) as Name[];
  const present = names.filter((name) => given[name] !== undefined);
  if (present.length === names.length || dataDir === undefined) return given as Complete<Name>;
  const kept = loadOrMake(join(dataDir, "identity-secrets.json"), dataDir, names);
  return Object.fromEntries(
    names.map((name) => [name, given[name] ?? kept[name]]),
  ) as Complete<Name>;
}

function loadOrMake(
  file: string,
  dataDir: string,
  names: readonly string[],
): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const made = Object.fromEntries(
    names.map((name) => [name, randomBytes(36).toString("base64url")]),
  );
  mkdirSync(dataDir, { recursive: true });
  try {
    // Exclusive: of two processes that start together, one writes and the other reads.
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  }
}
