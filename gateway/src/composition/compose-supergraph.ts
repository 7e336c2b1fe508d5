import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";
import type { ListedSubgraph } from "./read-subgraph-list.ts";

const run = promisify(execFile);
const LARGEST_SCHEMA_BYTES = 16 * 1024 * 1024;

/**
 * Asks every subgraph for its schema and composes them. Throws with all reasons when they do not fit.
 * The schema is printed by the subgraph's own process: rooms meet in the graph, not by import.
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
  // "node" is this very node, whatever else the machine has.
  const executable = program === "node" ? process.execPath : program;
  try {
    const { stdout } = await run(executable, args, {
      cwd: folder,
      maxBuffer: LARGEST_SCHEMA_BYTES,
    });
    return stdout;
  } catch (error) {
    throw new Error(
      `"${name}" did not print its schema. Is it built? ${error instanceof Error ? error.message : ""}`,
      { cause: error },
    );
  }
}
