import { readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compareGraphs } from "./composition/compare-graphs.ts";
import { composeSupergraph, describeDrift } from "./composition/compose-supergraph.ts";
import { GraphVersion } from "./composition/graph-changes.ts";
import { listOperations } from "./composition/list-operations.ts";
import { printApiSchema } from "./composition/print-api-schema.ts";
import { readSubgraphList, readVariants } from "./composition/read-subgraph-list.ts";
import { variantSchema } from "./composition/variant-schema.ts";
import { readUsageFile } from "./usage/usage-stores.ts";

const LIST = fileURLToPath(new URL("../../supergraph.yaml", import.meta.url));
const COMPOSED = fileURLToPath(new URL("../supergraph.graphql", import.meta.url));
const API = fileURLToPath(new URL("../api.graphql", import.meta.url));

const TRUSTED = fileURLToPath(new URL("../trusted-documents.json", import.meta.url));

/**
 * Composes supergraph.yaml into gateway/supergraph.graphql, prints what clients see of it and of its variants
 * into gateway/api.graphql and gateway/api-<variant>.graphql, and lists the operations of the project's clients in gateway/trusted-documents.json.
 * With --check it writes nothing and fails when one is out of date, or when the graph breaks its clients:
 * compared with the committed supergraph or that of --published, and the uses in the file of --usage.
 * With --api FILE it also prints there what clients see, whatever is out of date: for who would compose it again.
 */
async function compose(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      check: { type: "boolean" },
      published: { type: "string" },
      usage: { type: "string" },
      api: { type: "string" },
    },
  });
  const list = await readFile(LIST, "utf8");
  const subgraphs = readSubgraphList(list);
  const root = dirname(LIST);
  const update = values.check === true ? refuseDrift : write;
  const supergraph = await composeSupergraph(subgraphs, root);
  const api = printApiSchema(supergraph);
  if (values.api !== undefined) await writeFile(values.api, api);
  if (values.check === true) await refuseBreaks(supergraph, values.published, values.usage);
  await update("gateway/supergraph.graphql", COMPOSED, supergraph);
  await update("gateway/api.graphql", API, api);
  for (const [name, filter] of Object.entries(readVariants(list)))
    await update(
      `gateway/api-${name}.graphql`,
      API.replace("api.graphql", `api-${name}.graphql`),
      variantSchema(supergraph, api, filter),
    );
  const operations = await listOperations(root);
  await update(
    "gateway/trusted-documents.json",
    TRUSTED,
    `${JSON.stringify(operations, null, 2)}\n`,
  );
}

async function refuseBreaks(composed: string, published = COMPOSED, usage?: string): Promise<void> {
  const before = await readFile(published, "utf8");
  const uses = usage === undefined ? undefined : await readUsageFile(usage);
  const { lines, isBroken } = compareGraphs(
    new GraphVersion(before),
    new GraphVersion(composed),
    uses,
  );
  for (const line of lines) print(line);
  if (isBroken) throw new Error("The graph breaks its clients.");
}

async function write(name: string, file: string, text: string): Promise<void> {
  const drift = describeDrift(await readFile(file, "utf8").catch(() => ""), text);
  if (drift === undefined) return print(`${name} is up to date.`);
  await writeFile(file, text);
  print(`Wrote ${name}.`);
}

async function refuseDrift(name: string, file: string, text: string): Promise<void> {
  const drift = describeDrift(await readFile(file, "utf8").catch(() => ""), text);
  if (drift === undefined) return print(`${name} is up to date.`);
  throw new Error(`${name} is out of date; run "npm run compose". First difference, ${drift}`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

await compose(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
