import { readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { composeSupergraph } from "./composition/compose-supergraph.ts";
import { describeDrift } from "./composition/describe-drift.ts";
import { readSubgraphList } from "./composition/read-subgraph-list.ts";

const LIST = fileURLToPath(new URL("../../supergraph.yaml", import.meta.url));
const COMPOSED = fileURLToPath(new URL("../supergraph.graphql", import.meta.url));

/** Composes supergraph.yaml into gateway/supergraph.graphql; with --check only tells whether they agree. */
async function compose(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { check: { type: "boolean" } } });
  const subgraphs = readSubgraphList(await readFile(LIST, "utf8"));
  const composed = await composeSupergraph(subgraphs, dirname(LIST));
  const drift = describeDrift(await readFile(COMPOSED, "utf8").catch(() => ""), composed);
  if (drift === undefined) return say("gateway/supergraph.graphql is up to date.");
  if (values.check === true) {
    throw new Error(
      `gateway/supergraph.graphql is not what the subgraphs compose to; run "npm run compose". First difference, ${drift}`,
    );
  }
  await writeFile(COMPOSED, composed);
  say(`Composed ${subgraphs.map(({ name }) => name).join(", ")} into gateway/supergraph.graphql.`);
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

await compose(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
