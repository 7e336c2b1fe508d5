import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownCommand } from "./federated-cases.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { serveSubgraphs } from "./served-subgraphs.ts";

const CONNECTIONS = 10;
const SCHEMA = `type Query { fund(id: ID): Fund } type Fund { id: ID! name: String }`;

export interface MemoryOptions {
  readonly requests: number;
  /** Operations of different text. */
  readonly shapes: number;
}

/** Measures the gateway's memory after a tenth of the requests and after all of them: caches are full by then, and must not grow. */
export async function memoryCases({ requests, shapes }: MemoryOptions): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bench-memory-"));
  const subgraphs = await serveSubgraphs({
    ledger: { schema: SCHEMA, rootValue: { fund: { id: "1", name: "One" } } },
  });
  let gateway: GatewayProcess | undefined;
  try {
    const file = join(directory, "supergraph.graphql");
    await writeFile(file, subgraphs.supergraph);
    gateway = await GatewayProcess.start(ownCommand(file), CONNECTIONS);
    const early = await rssAfter(gateway, 0, requests / 10, shapes);
    const late = await rssAfter(gateway, requests / 10, requests, shapes);
    const grown = 100 * (late / early - 1);
    return `${shapes} shapes: ${early.toFixed(0)} MB after ${requests / 10} requests, ${late.toFixed(0)} MB after ${requests} (${grown.toFixed(1)} %)`;
  } finally {
    await gateway?.stop();
    subgraphs.close();
    await rm(directory, { recursive: true });
  }
}

async function rssAfter(
  gateway: GatewayProcess,
  from: number,
  to: number,
  shapes: number,
): Promise<number> {
  let next = from;
  const client = async (): Promise<void> => {
    while (next < to) {
      const shape = next % shapes;
      next += 1;
      await gateway.send(JSON.stringify({ query: `{ f${shape}: fund { id n${shape}: name } }` }));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return gateway.rssMb();
}
