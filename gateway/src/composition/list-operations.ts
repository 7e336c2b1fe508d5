import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Kind, parse } from "graphql";
import {
  ANSWERING_SERVICE,
  canonicalText,
  type Manifest,
} from "../guard/trust/trusted-documents.ts";
import { digestOf } from "../operation/operation-request.ts";

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** The clients of this gateway, and the script of each that prints its operations, from the repository's root. */
const CLIENTS: Readonly<Record<string, string>> = {
  [ANSWERING_SERVICE]: "subgraphs/analytics/dist/advice/graph/print-operations.js",
  "rest-bridge": "rest-bridge/dist/print-operations.js",
  web: "web/src/lib/graph/print-operations.ts",
};

/** Lists the operations of every client. Each is printed by its client's own process: packages do not import each other. */
export async function listOperations(root: string): Promise<Manifest> {
  const listed = await Promise.all(
    Object.entries(CLIENTS).map(async ([client, script]) => {
      const options = { cwd: root, maxBuffer: MAX_OUTPUT_BYTES };
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
  return { id: digestOf(body), client, name: name ?? "(unnamed)", body };
}
