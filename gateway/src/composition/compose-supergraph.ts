import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";
import type { ListedSubgraph } from "./read-subgraph-list.ts";

const run = promisify(execFile);
const MAX_SCHEMA_BYTES = 16 * 1024 * 1024;

/**
 * Composes the schemas of the subgraphs. Throws with all reasons when they do not compose.
 * Each schema is printed by its subgraph's own process: packages do not import each other.
 */
export async function composeSupergraph(
  subgraphs: readonly ListedSubgraph[],
  folder: string,
): Promise<string> {
  const services = await Promise.all(
    subgraphs.map(async ({ name, url, schemaCommand }) => ({
      name,
      url,
      typeDefs: parse(await printSchema(name, schemaCommand, folder)),
    })),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl !== undefined) return `${supergraphSdl.trimEnd()}\n`;
  throw new Error(
    `The subgraphs do not compose:\n${(errors ?? []).map(({ message }) => `  - ${message}`).join("\n")}`,
  );
}

async function printSchema(
  name: string,
  [program, ...args]: readonly [string, ...string[]],
  folder: string,
): Promise<string> {
  // "node" is the Node.js of this process.
  const executable = program === "node" ? process.execPath : program;
  try {
    const { stdout } = await run(executable, args, {
      cwd: folder,
      maxBuffer: MAX_SCHEMA_BYTES,
    });
    return stdout;
  } catch (error) {
    throw new Error(
      `"${name}" did not print its schema. Is it built? ${error instanceof Error ? error.message : ""}`,
      { cause: error },
    );
  }
}

/** The first difference between two texts; undefined when they are equal. */
export function describeDrift(committed: string, composed: string): string | undefined {
  if (committed === composed) return undefined;
  const before = committed.split("\n");
  const after = composed.split("\n");
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line === -1 ? after.length : line;
  return `line ${at + 1}:\n  - ${before[at] ?? "(nothing)"}\n  + ${after[at] ?? "(nothing)"}`;
}
