import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { randomFrom } from "@allfunds/platform/testing/seed";
import { eventually, type RunningSystem } from "../e2e/running-system.ts";
import { MESH_HOST } from "../src/own-mesh.ts";
import { prove, type Outcome, type OwnDrill } from "./drill.ts";
import { findViolations, REDIS_PORT, setUp, verifyBook } from "./ground.ts";
import { SERVICES } from "./process-faults.ts";
import type { RedisServer } from "./redis-server.ts";

const OBSERVABILITY = join(import.meta.dirname, "../../observability");
const POSTINGS = 50;
/** Two samples of a rate, and the first figures of every service. */
const SCRAPED_MS = 20_000;
const LIMIT_MS = 300_000;
/** In place of what Grafana chooses by the width of a graph. */
const INTERVAL = "1m";
const PROMETHEUS_PORT = 9_090;
/** Not scraped: the figures of the web app are at a port of its own. */
const SCRAPED = SERVICES.filter(({ name }) => name !== "web");

export const ALERTS_DRILL: OwnDrill = {
  name: "alerts",
  injects:
    "SIGSTOP of one service, then SIGTERM of the broker of events, with a Prometheus that reads the services in mutual TLS",
  proof:
    "ServiceDown fires with the address, EventStreamInterrupted with the broker, and each ends when its cause does",
  withMesh: true,
  withRedis: true,
  run: ({ seed }) => runAlertsDrill(seed),
};

/** Lets a real Prometheus evaluate every expression of alerts and dashboard, then makes alerts fire. */
async function runAlertsDrill(seed: number): Promise<Outcome> {
  if (spawnSync("prometheus", ["--version"]).status !== 0)
    throw new Error("this drill needs the program prometheus on the path");
  const chance = randomFrom(seed);
  const stage = await setUp(ALERTS_DRILL, chance, (offset) => ({
    EVENT_STREAMS_REDIS_URL: `redis://127.0.0.1:${REDIS_PORT + offset}`,
  }));
  const { system, book, clients, redis, certificates = "" } = stage;
  if (redis === undefined) throw new Error("there is no broker");
  const home = await mkdtemp(join(tmpdir(), "allfunds-prometheus-"));
  const prometheus = await Prometheus.start(system, certificates, home);
  try {
    await clients.haveMore(POSTINGS);
    await sleep(SCRAPED_MS);
    const operands = await operandsOfAll();
    const empty: string[] = [];
    for (const operand of operands)
      if ((await prometheus.countOf(operand)) === 0) empty.push(`no data for ${operand}`);
    const victim = SCRAPED[chance(SCRAPED.length)] ?? SCRAPED[0];
    prove(victim !== undefined, "there is no service");
    const fired = await freezeUntilFired(system, prometheus, victim.folder, victim.port);
    const interrupted = await endBrokerUntilFired(redis, prometheus);
    await clients.haveMore(POSTINGS);
    await clients.stop();
    const verified = await verifyBook(system, book);
    return {
      name: ALERTS_DRILL.name,
      seed,
      evidence: [
        `${operands.length - empty.length} of ${operands.length} expressions of alerts and dashboard have data; ${fired}; ${interrupted}`,
      ],
      acknowledged: clients.acknowledged.size,
      refused: Object.fromEntries(clients.refused),
      unanswered: clients.unanswered,
      longestGapMs: clients.longestGapMs,
      longestAnswerMs: clients.longestAnswerMs,
      violations: [...empty, ...(await findViolations(system, book, clients, verified))],
    };
  } finally {
    await clients.abandon();
    await prometheus.stop();
    await stage.end();
    await rm(home, { recursive: true, force: true });
  }
}

async function freezeUntilFired(
  system: RunningSystem,
  prometheus: Prometheus,
  folder: string,
  port: number,
): Promise<string> {
  const [pid] = await system.pids(folder);
  if (pid === undefined) throw new Error(`${folder} is not running`);
  const instance = `${MESH_HOST}:${port + system.offset}`;
  const down = `ALERTS{alertname="ServiceDown",alertstate="firing",instance="${instance}"}`;
  const startMs = performance.now();
  process.kill(pid, "SIGSTOP");
  try {
    await eventually(LIMIT_MS, async () =>
      prove((await prometheus.countOf(down)) === 1, `ServiceDown does not fire for ${folder}`),
    );
  } finally {
    process.kill(pid, "SIGCONT");
  }
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(0);
  await eventually(LIMIT_MS, async () =>
    prove((await prometheus.countOf(down)) === 0, `ServiceDown still fires for ${folder}`),
  );
  return `ServiceDown fired for ${folder} ${seconds} s after its SIGSTOP, and ended`;
}

async function endBrokerUntilFired(redis: RedisServer, prometheus: Prometheus): Promise<string> {
  const fires =
    'ALERTS{alertname="EventStreamInterrupted",alertstate="firing",sink="redis-streams"}';
  const startMs = performance.now();
  await redis.stop();
  try {
    await eventually(LIMIT_MS, async () =>
      prove((await prometheus.countOf(fires)) === 1, "EventStreamInterrupted does not fire"),
    );
  } finally {
    await redis.startAgain();
  }
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(0);
  await eventually(LIMIT_MS, async () =>
    prove((await prometheus.countOf(fires)) === 0, "EventStreamInterrupted still fires"),
  );
  return `EventStreamInterrupted fired ${seconds} s after the end of the broker, and ended`;
}

/** What the expressions compare or combine: an alert itself has no data while all is well. */
async function operandsOfAll(): Promise<string[]> {
  const alerts = await readFile(join(OBSERVABILITY, "alerts.yml"), "utf8");
  const dashboard = await readFile(join(OBSERVABILITY, "dashboard.json"), "utf8");
  const ofAlerts = [...alerts.matchAll(/^ +expr: (?:>\n((?: {10,}.*\n)+)|(.*)\n)/gm)].map(
    ([, folded, line]) => (folded ?? line ?? "").replaceAll(/\s+/g, " ").trim(),
  );
  const ofDashboard = [...dashboard.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(
    ([, text]) => JSON.parse(text ?? '""') as string,
  );
  prove(ofAlerts.length > 10 && ofDashboard.length > 10, "the files have no expressions");
  return [...new Set([...ofAlerts, ...ofDashboard].flatMap(operandsOf))];
}

/** The parts of an expression between its comparisons and its `unless`. */
const operandsOf = (expression: string): string[] =>
  expression
    .replaceAll("$__rate_interval", INTERVAL)
    .split(/ (?:unless|==|>|<) /)
    .map((part) => part.trim())
    .filter((part) => !/^[\d. *]+$/.test(part));

class Prometheus {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.#url = url;
  }

  static async start(
    system: RunningSystem,
    certificates: string,
    home: string,
  ): Promise<Prometheus> {
    const own = join(certificates, "monitor");
    const targets = SCRAPED.map(({ port }) => `${MESH_HOST}:${port + system.offset}`);
    const config = {
      global: { scrape_interval: "2s", evaluation_interval: "2s", scrape_timeout: "2s" },
      rule_files: [join(OBSERVABILITY, "alerts.yml")],
      scrape_configs: [
        {
          job_name: "allfunds",
          scheme: "https",
          tls_config: {
            ca_file: join(own, "ca.pem"),
            cert_file: join(own, "cert.pem"),
            key_file: join(own, "key.pem"),
          },
          static_configs: [{ targets }],
        },
      ],
    };
    // JSON is YAML, too.
    await writeFile(join(home, "prometheus.yml"), JSON.stringify(config));
    const address = `127.0.0.1:${PROMETHEUS_PORT + system.offset}`;
    const child = spawn(
      "prometheus",
      [
        `--config.file=${join(home, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(home, "data")}`,
        `--web.listen-address=${address}`,
        "--log.level=error",
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    const prometheus = new Prometheus(child, `http://${address}`);
    await eventually(LIMIT_MS, async () => {
      prove(child.exitCode === null, "Prometheus ended");
      prove((await fetch(`http://${address}/-/ready`)).ok, "Prometheus is not ready");
    });
    return prometheus;
  }

  /** How many series an expression has now. Throws when it is none. */
  async countOf(expression: string): Promise<number> {
    const query = new URLSearchParams({ query: expression });
    const answer = await fetch(`${this.#url}/api/v1/query?${query}`);
    const { status, error, data } = (await answer.json()) as {
      readonly status: string;
      readonly error?: string;
      readonly data?: { readonly result: readonly unknown[] };
    };
    prove(status === "success", `${expression}: ${error}`);
    return data?.result.length ?? 0;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
  }
}
