import { readdir } from "node:fs/promises";
import { Kind, print, type DocumentNode } from "graphql";

/**
 * Prints every operation of the pages as JSON, for the gateway's list of trusted documents. It imports
 * all files of this folder, so that the list is complete.
 */
const folder = new URL("./", import.meta.url);
const files = (await readdir(folder)).filter(
  (file) =>
    file.endsWith(".ts") &&
    !file.endsWith(".test.ts") &&
    !file.endsWith(".generated.ts") &&
    file !== "print-operations.ts",
);
const documents: string[] = [];
for (const file of files.sort()) {
  const exported = (await import(new URL(file, folder).href)) as Record<string, unknown>;
  for (const value of Object.values(exported)) {
    if (isOperation(value)) documents.push(print(value));
  }
}
process.stdout.write(`${JSON.stringify(documents)}\n`);

function isOperation(value: unknown): value is DocumentNode {
  if (typeof value !== "object" || value === null || !("definitions" in value)) return false;
  const { definitions } = value as DocumentNode;
  return definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
}
