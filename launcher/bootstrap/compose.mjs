import { build } from "./build.mjs";
import { environment, nodeBinary, runNode } from "./pinned-node.mjs";
import { runQuietly, step } from "./terminal.mjs";

/** What composing needs. The clients of the graph compile with the types that it generates. */
const SOURCES = [
  "subgraphs/ledger",
  "subgraphs/analytics",
  "subgraphs/metrics",
  "identity",
  "gateway",
  "graph-tools",
];

const node = (args) => runQuietly(nodeBinary(), args, { env: environment() });

/**
 * Composes the subgraphs, and writes all that follows from them: the supergraph, its public schema,
 * the types for its clients and the list of the operations that they send. A client that does not fit
 * the new schema is reported, and does not keep the supergraph from being written.
 */
export async function compose(args) {
  await build({ web: false, services: SOURCES });
  const types = await step("Generating the types of the graph", () =>
    node(["graph-tools/dist/generate-types.js", ...args.filter((arg) => arg === "--check")]),
  );
  // The clients list their operations themselves, as compiled with their new types.
  const clients = await step("Compiling the clients of the graph", () =>
    node(["node_modules/typescript/bin/tsc", "-b"]),
  );
  process.stdout.write(types.output + clients.output);
  await runNode(["gateway/dist/compose.js", ...args]);
  if (!types.ok || !clients.ok) process.exitCode = 1;
}
