import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Sample } from "./trainer.ts";

const HERE = new URL("../", import.meta.url);

/** What every training uses. */
const SHARED = ["random.ts", "trainer.ts", "quantise.ts", "calibrate.ts"].map(
  (file) => `linear/${file}`,
);

/**
 * SHA-256 over what a file of weights is made from: its name, the text of the training's own files, and what the
 * service reads from examples (not the text of that code, which may change without changing what it reads).
 */
export function hashSources(
  folder: string,
  name: string,
  read: Iterable<Pick<Sample, "ids" | "fixed">>,
): string {
  const hash = createHash("sha256").update(name);
  for (const file of [...SHARED, ...filesOf(folder)]) {
    hash.update(file).update(readFileSync(new URL(file, HERE)));
  }
  for (const { ids, fixed } of read) hash.update(ids).update(fixed.join());
  return hash.digest("hex");
}

const filesOf = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, HERE), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(new URL(HERE).pathname.length))
    .toSorted();
