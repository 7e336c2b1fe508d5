import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { composeSupergraph } from "./composition/compose-supergraph.ts";
import { printApiSchema } from "./composition/print-api-schema.ts";
import { readSubgraphList } from "./composition/read-subgraph-list.ts";

/** Prints the schema that clients see, composed now from the subgraphs of supergraph.yaml. */
const list = fileURLToPath(new URL("../../supergraph.yaml", import.meta.url));
const subgraphs = readSubgraphList(await readFile(list, "utf8"));
process.stdout.write(printApiSchema(await composeSupergraph(subgraphs, dirname(list))));
