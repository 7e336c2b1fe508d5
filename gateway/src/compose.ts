import { readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { composeSupergraph } from "./composition/compose-supergraph.ts";
import { describeDrift } from "./composition/describe-drift.ts";
import { printApiSchema } from "./composition/print-api-schema.ts";
import { readSubgraphList } from "./composition/read-subgraph-list.ts";
import { listOperations } from "./guard/trust/list-operations.ts";

const LIST = fileURLToPath(new URL("../../supergraph.yaml", import.meta.url));
const COMPOSED = fileURLToPath(new URL("../supergraph.graphql", import.meta.url));
const API = fileURLToPath(new URL("../api.graphql", import.meta.url));

const TRUSTED = fileURLToPath(new URL("../trusted-documents.json", import.meta.url));

/**
 * Composes supergraph.yaml into gateway/supergraph.graphql, prints what clients see of it into
 * gateway/api.graphql, and lists the operations of our own clients
 * in gateway/trusted-documents.json; with --check only tells whether both are up to date.
 */
async function compose(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { check: { type: "boolean" } } });
  const subgraphs = readSubgraphList(await readFile(LIST, "utf8"));
  const root = dirname(LIST);
  const put = values.check === true ? refuseDrift : write;
  const supergraph = await composeSupergraph(subgraphs, root);
  await put("gateway/supergraph.graphql", COMPOSED, supergraph);
  await put("gateway/api.graphql", API, printApiSchema(supergraph));
  const operations = await listOperations(root);
  await put("gateway/trusted-documents.json", TRUSTED, `${JSON.stringify(operations, null, 2)}\n`);
}

async function write(name: string, file: string, text: string): Promise<void> {
  const drift = describeDrift(await readFile(file, "utf8").catch(() => ""), text);
  if (drift === undefined) return say(`${name} is up to date.`);
  await writeFile(file, text);
  say(`Wrote ${name}.`);
}

async function refuseDrift(name: string, file: string, text: string): Promise<void> {
  const drift = describeDrift(await readFile(file, "utf8").catch(() => ""), text);
  if (drift === undefined) return say(`${name} is up to date.`);
  throw new Error(
    `${name} is not what the sources make of it; run "npm run compose". First difference, ${drift}`,
  );
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

await compose(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
