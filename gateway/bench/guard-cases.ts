import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { percentile } from "@allfunds/platform/bench";
import { createTestIssuer } from "@allfunds/platform/testing";
import { ownCommand } from "./federated-cases.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { GUARD_QUERY, GUARD_VARIABLES, serveGuardSubgraphs } from "./guard-subgraphs.ts";

const REQUESTS_PER_ROUND = 400;
const CONNECTIONS = 10;
const TOKEN_SECONDS = 3_600;
const BODY = JSON.stringify({ query: GUARD_QUERY, variables: GUARD_VARIABLES });

export interface GuardOptions {
  readonly rounds: number;
  /** Where budgets are kept; in the gateway's memory when absent. */
  readonly redisUrl: string | undefined;
}

/**
 * Measures the cost of the guard: a gateway's CPU time per request with every rule and with `--open`. Both
 * receive the same query in turns, so that other work of the machine affects both.
 */
export async function guardCases({ rounds, redisUrl }: GuardOptions): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bench-gateway-"));
  const subgraphs = await serveGuardSubgraphs();
  const issuer = await createTestIssuer();
  const { authorization } = await issuer.headers({ expiresIn: TOKEN_SECONDS });
  const file = join(directory, "supergraph.graphql");
  await writeFile(file, subgraphs.supergraph);
  const open = ownCommand(file);
  const guarded = {
    name: "guarded",
    argsOn: (port: number) => open.argsOn(port).filter((argument) => argument !== "--open"),
    env: {
      ...open.env,
      OIDC_ISSUER: issuer.url,
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    },
  };
  const gateways: GatewayProcess[] = [];
  try {
    for (const command of [guarded, { ...open, name: "open" }])
      gateways.push(await GatewayProcess.start(command, CONNECTIONS));
    const measured: number[][] = [];
    // The first round warms up.
    for (let count = 0; count <= rounds; count += 1) {
      const cpuMs = await round(gateways, authorization);
      if (count > 0) measured.push(cpuMs);
    }
    return report(measured);
  } finally {
    for (const gateway of gateways) await gateway.stop();
    subgraphs.close();
    issuer.stop();
    await rm(directory, { recursive: true });
  }
}

/** Sends every gateway the same requests; returns the CPU milliseconds of each per request. */
async function round(
  gateways: readonly GatewayProcess[],
  authorization: string,
): Promise<number[]> {
  const cpuOfEach = async () => Promise.all(gateways.map((gateway) => gateway.cpuMs()));
  const before = await cpuOfEach();
  let left = REQUESTS_PER_ROUND;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      // In turns: the first of a pair finds what the other has not left in the processor's caches.
      const inTurn = left % 2 === 0 ? gateways : gateways.toReversed();
      for (const gateway of inTurn) refuseErrors(await gateway.send(BODY, authorization));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const after = await cpuOfEach();
  return after.map((cpuMs, index) => (cpuMs - (before[index] ?? 0)) / REQUESTS_PER_ROUND);
}

function refuseErrors(answer: string): void {
  const { errors } = JSON.parse(answer) as { errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
}

const medianOf = (values: readonly number[]): number => percentile(values, 0.5);

function report(measured: readonly (readonly number[])[]): string {
  const lines = ["guarded", "open"].map((name, index) => {
    const cpuMs = measured.map((each) => each[index] ?? Number.NaN);
    const all = cpuMs.map((ms) => ms.toFixed(2)).join(" ");
    return `${name.padEnd(8)} ${medianOf(cpuMs).toFixed(3)} ms CPU per request (rounds: ${all})`;
  });
  const added = measured.map(([guarded = 0, open = guarded]) => guarded / open - 1);
  lines.push(`The guard adds ${(100 * medianOf(added)).toFixed(1)} % (median of the rounds).`);
  return lines.join("\n");
}
