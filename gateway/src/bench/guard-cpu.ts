import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { loadConfig, secret } from "@allfunds/platform/config";
import { createTestIssuer, type TestIssuer } from "@allfunds/platform/testing";
import { Pool } from "undici";
import { BENCH_QUERY, BENCH_VARIABLES, startBenchSubgraphs } from "./bench-subgraphs.ts";

/**
 * Measures the cost of the guard: a gateway's CPU time per request with every rule and with `--open`. Both
 * receive the same query in turns, so that other work of the machine affects both. With `REDIS_URL` set,
 * budgets are kept there.
 */
const ROUNDS = 10;
const REQUESTS_PER_ROUND = 400;
const CONNECTIONS = 10;
const { REDIS_URL } = loadConfig("bench", { REDIS_URL: secret().optional() });
const TOKEN_SECONDS = 3_600;
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
  const issuer = await createTestIssuer();
  const { authorization } = await issuer.headers({ expiresIn: TOKEN_SECONDS });
  const file = join(directory, "supergraph.graphql");
  await writeFile(file, subgraphs.supergraph);
  const gateways = await Promise.all([
    startGateway("guarded", file, [], issuer),
    startGateway("open", file, ["--open"], issuer),
  ]);
  try {
    // The first round warms up.
    for (let count = 0; count <= ROUNDS; count += 1) {
      const cpuMs = await round(gateways, authorization);
      if (count > 0) for (const [index, ms] of cpuMs.entries()) gateways[index]?.cpuMs.push(ms);
    }
    report(gateways);
  } finally {
    for (const { process: child, pool } of gateways) {
      await pool.close();
      child.kill("SIGTERM");
    }
    subgraphs.close();
    issuer.stop();
    await rm(directory, { recursive: true });
  }
}

async function startGateway(
  name: string,
  file: string,
  flags: string[],
  issuer: TestIssuer,
): Promise<Measured> {
  const port = await freePort();
  const args = [MAIN, "--supergraph", file, "--port", String(port), ...flags];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      LOG_LEVEL: "error",
      OIDC_ISSUER: issuer.url,
      ...(REDIS_URL === undefined ? {} : { REDIS_URL }),
    },
  });
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

/** Sends every gateway the same requests; returns the CPU milliseconds of each per request. */
async function round(gateways: readonly Measured[], authorization: string): Promise<number[]> {
  const before = await Promise.all(gateways.map(({ pool }) => cpuSeconds(pool)));
  let left = REQUESTS_PER_ROUND;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      for (const { pool } of gateways) await send(pool, authorization);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const after = await Promise.all(gateways.map(({ pool }) => cpuSeconds(pool)));
  return after.map(
    (seconds, index) => (seconds - (before[index] ?? 0)) * (1000 / REQUESTS_PER_ROUND),
  );
}

async function send(pool: Pool, authorization: string): Promise<void> {
  const { body } = await pool.request({
    method: "POST",
    path: "/graphql",
    headers: { "content-type": "application/json", authorization },
    body: BODY,
  });
  const { errors } = (await body.json()) as { errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
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
    print(`${name.padEnd(8)} ${medians[index]?.toFixed(3)} ms CPU per request (rounds: ${all})`);
  }
  const [guarded, open] = measured;
  const added = (guarded?.cpuMs ?? []).map((ms, index) => ms / (open?.cpuMs[index] ?? ms) - 1);
  print(`The guard adds ${(median(added) * 100).toFixed(1)} % (median of the rounds).`);
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

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
