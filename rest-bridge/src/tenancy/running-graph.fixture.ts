import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { settleAll } from "@allfunds/platform/settle-all";
import {
  createTestDatabase,
  createTestIssuer,
  type TestDatabase,
  type TestIssuer,
} from "@allfunds/platform/testing";
import { endProcess, hasEnded } from "@allfunds/platform/testing/end-process";
import { freePort } from "@allfunds/platform/testing/free-port";
import { openBridge, type OpenBridge } from "../service.fixture.ts";
import type { GraphOperation } from "./graph-types.generated.ts";

/** The real graph: gateway and subgraphs as built, on databases of their own. */
export interface RunningGraph {
  readonly url: string;
  /** Runs an operation that must succeed. */
  readonly execute: <Result, Variables>(
    operation: GraphOperation<Result, Variables>,
    variables: Variables,
    headers: Readonly<Record<string, string>>,
  ) => Promise<Result>;
  readonly close: () => Promise<void>;
}

/** A bridge in front of a real graph, and the issuer that both trust. */
export interface RunningBridge {
  readonly issuer: TestIssuer;
  readonly graph: RunningGraph;
  readonly bridge: OpenBridge;
  readonly close: () => Promise<void>;
}

// On a busy machine, a slow answer must not become a timeout.
const PATIENT = { GATEWAY_QUERY_TIMEOUT_MS: 60_000, GATEWAY_MUTATION_TIMEOUT_MS: 60_000 };

export async function startRunningBridge(): Promise<RunningBridge> {
  const issuer = await createTestIssuer();
  const graph = await startRunningGraph(issuer);
  const bridge = await openBridge(graph.url, { issuer, config: PATIENT });
  const close = async (): Promise<void> => {
    await bridge.close();
    await graph.close();
    issuer.stop();
  };
  return { issuer, graph, bridge, close };
}

const SERVICES = {
  ledger: "subgraphs/ledger",
  analytics: "subgraphs/analytics",
  metrics: "subgraphs/metrics",
  gateway: "gateway",
} as const;
type Service = keyof typeof SERVICES;

interface RunningService {
  readonly name: Service;
  readonly service: ChildProcess;
  readonly port: number;
}

const WITH_DATABASE = ["ledger", "analytics", "metrics"] as const;
// Beside much other work each service has a fraction of a processor to load what it runs.
const READY_WITHIN_MS = 600_000;

/** Starts all of them at once. Resolves when the gateway and its subgraphs are ready. */
async function startRunningGraph(issuer: TestIssuer): Promise<RunningGraph> {
  const names = Object.keys(SERVICES) as Service[];
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
  ) as Record<Service, number>;
  const databases = await Promise.all(WITH_DATABASE.map(() => createTestDatabase()));
  const env = environment(issuer, ports, databases);
  const running = names.map((name): RunningService => ({
    name,
    service: start(SERVICES[name], env),
    port: ports[name],
  }));
  const close = async (): Promise<void> => {
    await settleAll(running.map(({ service }) => endProcess(service)));
    for (const database of databases) await database.drop();
  };
  try {
    await Promise.all(running.map(untilReady));
  } catch (error) {
    await close();
    throw error;
  }
  const url = base(ports.gateway);
  return { url, execute: executorOf(url), close };
}

const base = (port: number): string => `http://127.0.0.1:${port}`;

const environment = (
  issuer: TestIssuer,
  ports: Readonly<Record<Service, number>>,
  databases: readonly TestDatabase[],
): NodeJS.ProcessEnv => ({
  ...issuer.env,
  // oxlint-disable-next-line node/no-process-env -- compiled code is kept where the tests keep theirs
  NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
  LOG_LEVEL: "fatal",
  // On a busy machine, a slow answer must not become a timeout.
  GATEWAY_REQUEST_TIMEOUT_MS: "60000",
  SUBGRAPH_QUERY_TIMEOUT_MS: "60000",
  SUBGRAPH_MUTATION_TIMEOUT_MS: "60000",
  ...Object.fromEntries(
    Object.entries(ports).flatMap(([name, port]) => [
      [`${name.toUpperCase()}_PORT`, String(port)],
      [`${name.toUpperCase()}_URL`, base(port)],
    ]),
  ),
  ...Object.fromEntries(
    WITH_DATABASE.map((name, index) => [
      `DATABASE_URL_${name.toUpperCase()}`,
      databases[index]?.url,
    ]),
  ),
});

const start = (folder: string, env: NodeJS.ProcessEnv): ChildProcess =>
  fork("dist/main.js", {
    cwd: fileURLToPath(new URL(`../../../${folder}`, import.meta.url)),
    // Neither the switches nor the environment of the test itself.
    execArgv: [],
    env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });

async function untilReady({ name, service, port }: RunningService): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  let last: unknown = "it did not answer";
  while (performance.now() < deadline) {
    if (hasEnded(service)) throw new Error(`${name} ended with ${service.exitCode}`);
    try {
      const response = await fetch(`${base(port)}/health/ready`);
      last = await response.text();
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} did not become ready: ${String(last)}`);
}

const executorOf =
  (url: string): RunningGraph["execute"] =>
  async <Result, Variables>(
    { document }: GraphOperation<Result, Variables>,
    variables: Variables,
    headers: Readonly<Record<string, string>>,
  ) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query: document, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Result; errors?: unknown };
    if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
