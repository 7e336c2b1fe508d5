import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { BENCH_QUERY, BENCH_VARIABLES, startBenchSubgraphs } from "./bench-subgraphs.ts";

/**
 * What the guard costs: CPU time of a gateway per request with every rule on, and with `--open`, on
 * the same query in turns. CPU time and not requests per second, because neighbours do not move it.
 */
const ROUNDS = 8;
const REQUESTS_PER_ROUND = 400;
const CONNECTIONS = 10;
const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));
const BODY = JSON.stringify({ query: BENCH_QUERY, variables: BENCH_VARIABLES });

interface Measured {
  readonly name: string;
  readonly process: ChildProcess;
  readonly pool: Pool;
  readonly cpuMs: number[];
}

async function bench(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "bench-gateway-"));
  const subgraphs = await startBenchSubgraphs();
  const file = join(directory, "supergraph.graphql");
  await writeFile(file, subgraphs.supergraph);
  const gateways = await Promise.all([
    startGateway("guarded", file, []),
    startGateway("open", file, ["--open"]),
  ]);
  try {
    for (const gateway of gateways) await round(gateway);
    for (let count = 0; count < ROUNDS; count += 1) {
      // Each goes first as often as the other.
      for (const gateway of count % 2 === 0 ? gateways : gateways.toReversed())
        gateway.cpuMs.push(await round(gateway));
    }
    report(gateways);
  } finally {
    for (const { process: child, pool } of gateways) {
      await pool.close();
      child.kill("SIGTERM");
    }
    subgraphs.close();
    await rm(directory, { recursive: true });
  }
}

async function startGateway(name: string, file: string, flags: string[]): Promise<Measured> {
  const port = await freePort();
  const args = [MAIN, "--supergraph", file, "--port", String(port), ...flags];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
  while (!(await isReady(pool))) {
    if (child.exitCode !== null) throw new Error(`The ${name} gateway did not start.`);
    await sleep(100);
  }
  return { name, process: child, pool, cpuMs: [] };
}

const isReady = async (pool: Pool): Promise<boolean> => {
  try {
    const { statusCode, body } = await pool.request({ method: "GET", path: "/health/ready" });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
};

/** Asks the same many times; the CPU milliseconds of the gateway for each. */
async function round({ pool }: Measured): Promise<number> {
  const before = await cpuSeconds(pool);
  let left = REQUESTS_PER_ROUND;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { body } = await pool.request({
        method: "POST",
        path: "/graphql",
        headers: { "content-type": "application/json" },
        body: BODY,
      });
      const { errors } = (await body.json()) as { errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return ((await cpuSeconds(pool)) - before) * (1000 / REQUESTS_PER_ROUND);
}

async function cpuSeconds(pool: Pool): Promise<number> {
  const { body } = await pool.request({ method: "GET", path: "/metrics" });
  const found = /^process_cpu_seconds_total\S* (\S+)/m.exec(await body.text());
  return Number(found?.[1]);
}

function report(measured: readonly Measured[]): void {
  const medians = measured.map(({ cpuMs }) => median(cpuMs));
  for (const [index, { name, cpuMs }] of measured.entries()) {
    const all = cpuMs.map((ms) => ms.toFixed(2)).join(" ");
    say(`${name.padEnd(8)} ${medians[index]?.toFixed(3)} ms CPU per request (rounds: ${all})`);
  }
  const [guarded = 0, open = 1] = medians;
  say(`The guard adds ${((guarded / open - 1) * 100).toFixed(1)} %.`);
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, "127.0.0.1", resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => {
    probe.close(resolve);
  });
  return port;
}

await bench();
