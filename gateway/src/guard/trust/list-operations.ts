import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Kind, parse } from "graphql";
import { canonicalText, sha256 } from "./canonical-document.ts";
import type { Manifest } from "./trusted-documents.ts";

const run = promisify(execFile);
const MOST_BYTES = 16 * 1024 * 1024;

/** Who sends operations to this gateway, and the script of each, from the repository's root, that prints them. */
const CLIENTS: Readonly<Record<string, string>> = {
  "rest-bridge": "rest-bridge/dist/print-operations.js",
  web: "web/src/lib/graph/print-operations.ts",
};

/** Asks every client for its operations. They are printed by the client's own process: rooms meet in the graph, not by import. */
export async function listOperations(root: string): Promise<Manifest> {
  const listed = await Promise.all(
    Object.entries(CLIENTS).map(async ([client, script]) => {
      const options = { cwd: root, maxBuffer: MOST_BYTES };
      const { stdout } = await run(process.execPath, [script], options);
      return (JSON.parse(stdout) as string[]).map((text) => entry(client, text));
    }),
  );
  return { version: 1, documents: listed.flat() };
}

function entry(client: string, text: string): Manifest["documents"][number] {
  const document = parse(text);
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const name = operation?.kind === Kind.OPERATION_DEFINITION ? operation.name?.value : undefined;
  const body = canonicalText(document);
  return { id: sha256(body), client, name: name ?? "(unnamed)", body };
}
