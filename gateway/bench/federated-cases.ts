import { deepStrictEqual } from "node:assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { percentile, renderTable, text } from "@allfunds/platform/bench";
import { GatewayProcess, type GatewayCommand } from "./gateway-process.ts";
import { installPeers } from "./peers.ts";
import { HEAVY_QUERY, servePortfolioSubgraphs } from "./portfolio-subgraphs.ts";
import type { ServedSubgraphs } from "./served-subgraphs.ts";

const CONNECTIONS = 10;
const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const BODY = JSON.stringify({ query: HEAVY_QUERY });

/** This gateway, open: the peers check no tokens either. */
export const ownCommand = (supergraphFile: string): GatewayCommand => ({
  name: "AllFunds",
  argsOn: (port) => [MAIN, "--supergraph", supergraphFile, "--port", String(port), "--open"],
  env: { LOG_LEVEL: "fatal" },
});

export interface FederatedOptions {
  /** Where the peers are installed. */
  readonly peersDirectory: string;
  readonly rounds: number;
  /** Requests of a gateway in one round. */
  readonly requests: number;
}

interface Round {
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly subgraphRequests: number;
  readonly p99Ms: number;
}

type Credentials = "own" | "one";

/**
 * Measures the heavy query of four subgraphs in this gateway and in the peers, in turns: each request with its
 * own credentials, and all with one. Every gateway must give the same answer.
 */
export async function federatedCases(options: FederatedOptions): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bench-gateway-"));
  const subgraphs = await servePortfolioSubgraphs();
  const gateways: GatewayProcess[] = [];
  try {
    const file = join(directory, "supergraph.graphql");
    await writeFile(file, subgraphs.supergraph);
    const commands = [ownCommand(file), ...(await installPeers(options.peersDirectory, file))];
    for (const command of commands) gateways.push(await GatewayProcess.start(command, CONNECTIONS));
    const bytes = await compareAnswers(gateways);
    const tables: string[] = [];
    for (const credentials of ["own", "one"] as const)
      tables.push(await tableOf(gateways, subgraphs, credentials, options));
    return `The answer has ${bytes} bytes.\n\n${tables.join("\n")}`;
  } finally {
    for (const gateway of gateways) await gateway.stop();
    subgraphs.close();
    await rm(directory, { recursive: true });
  }
}

/** Throws when a gateway answers otherwise than the first; returns the size of the answer. */
async function compareAnswers(gateways: readonly GatewayProcess[]): Promise<number> {
  const texts = await Promise.all(gateways.map((gateway) => gateway.send(BODY, "Bearer compare")));
  const [first = "", ...others] = texts.map((answer) => JSON.parse(answer) as { data?: unknown });
  for (const other of others) deepStrictEqual(other.data, (first as { data?: unknown }).data);
  return JSON.stringify((first as { data?: unknown }).data).length;
}

const medianOf = (all: readonly Round[], key: keyof Round): number =>
  percentile(
    all.map((round) => round[key]),
    0.5,
  );

async function tableOf(
  gateways: readonly GatewayProcess[],
  subgraphs: ServedSubgraphs,
  credentials: Credentials,
  { rounds, requests }: FederatedOptions,
): Promise<string> {
  const measured = gateways.map((): Round[] => []);
  // The first round warms up.
  for (let count = 0; count <= rounds; count += 1) {
    for (const [index, gateway] of gateways.entries()) {
      const round = await measure(gateway, subgraphs, credentials, requests);
      if (count > 0) measured[index]?.push(round);
    }
  }
  const [own = []] = measured;
  const rows = await Promise.all(
    gateways.map(async (gateway, index) => {
      const all = measured[index] ?? [];
      return [
        gateway.name,
        text(medianOf(all, "cpuMs"), 2),
        text(medianOf(own, "cpuMs") / medianOf(all, "cpuMs"), 2),
        text(medianOf(all, "perSecond")),
        text(medianOf(all, "p99Ms"), 1),
        text(medianOf(all, "subgraphRequests"), 1),
        text(await gateway.rssMb()),
      ];
    }),
  );
  return renderTable({
    title:
      credentials === "own" ? "Each request with its own credentials" : "All with one caller's",
    columns: [
      "gateway",
      "CPU ms per request",
      "ratio",
      "requests per second",
      "p99 ms",
      "subgraph requests per request",
      "RSS MB",
    ],
    rows,
  });
}

let callers = 0;

async function measure(
  gateway: GatewayProcess,
  subgraphs: ServedSubgraphs,
  credentials: Credentials,
  requests: number,
): Promise<Round> {
  const latencies: number[] = [];
  const before = { cpuMs: await gateway.cpuMs(), sent: subgraphs.requests };
  const startedAt = performance.now();
  let left = requests;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const sentAt = performance.now();
      await gateway.send(BODY, credentials === "own" ? `Bearer ${(callers += 1)}` : "Bearer one");
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    cpuMs: ((await gateway.cpuMs()) - before.cpuMs) / requests,
    perSecond: requests / seconds,
    subgraphRequests: (subgraphs.requests - before.sent) / requests,
    p99Ms: percentile(latencies, 0.99),
  };
}
