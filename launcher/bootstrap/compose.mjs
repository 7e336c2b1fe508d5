import { build } from "./build.mjs";
import { environment, nodeBinary, runNode } from "./pinned-node.mjs";
import { runQuietly, step } from "./terminal.mjs";

/** What composing needs; the clients of the graph compile against what it generates. */
const SOURCES = ["subgraphs/ledger", "subgraphs/analytics", "subgraphs/metrics", "identity"];

/**
 * Composes the subgraphs, and writes all that follows from them: the supergraph, its public schema,
 * the types of its clients and the list of the operations that they send.
 */
export async function compose(args) {
  await build({ web: false, services: [...SOURCES, "gateway", "graph-tools"] });
  const types = await step("Generating the types of the graph", () =>
    runQuietly(nodeBinary(), ["graph-tools/dist/generate-types.js", ...args], {
      env: environment(),
    }),
  );
  process.stdout.write(types.output);
  // The operations are listed by the clients themselves, as compiled with their new types.
  await build({ web: false });
  await runNode(["gateway/dist/compose.js", ...args]);
  if (!types.ok) process.exitCode = 1;
}
