import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const HERE = new URL("../", import.meta.url);

/** What every training uses. */
const SHARED = ["random.ts", "trainer.ts", "quantise.ts", "calibrate.ts"].map(
  (file) => `linear/${file}`,
);

/**
 * SHA-256 over what weights are made from: the text of the training's own files, and the features that the
 * service reads from its patterns (not the text of that code, which may change without changing them).
 */
export function hashSources(folder: string, features: Iterable<Uint32Array>): string {
  const hash = createHash("sha256");
  for (const file of [...SHARED, ...filesOf(folder)]) {
    hash.update(file).update(readFileSync(new URL(file, HERE)));
  }
  for (const ids of features) hash.update(ids);
  return hash.digest("hex");
}

const filesOf = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, HERE), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(new URL(HERE).pathname.length))
    .toSorted();
