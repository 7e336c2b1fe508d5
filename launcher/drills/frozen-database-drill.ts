import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import { randomFrom } from "@allfunds/platform/testing/seed";
import { WebSocket } from "ws";
import { newTokenOf } from "../e2e/call-every-service.ts";
import type { Clients } from "../e2e/clients.ts";
import type { RunningSystem } from "../e2e/running-system.ts";
import type { SmallBook } from "../e2e/small-book.ts";
import { Visitor } from "../e2e/visitor.ts";
import { prove, type Outcome, type OwnDrill } from "./drill.ts";
import { findViolations, setUp, verifyBook } from "./ground.ts";
import { SERVICES } from "./process-faults.ts";

const FROZEN_MS = 30_000;
const LIMITS = { readMs: 2_000, writeMs: 5_000, readinessMs: 100, recoveryMs: 5_000, growth: 1.25 };
/** Small heaps grow by more than a quarter when they are first used. */
const FREE_GROWTH_MB = 64;
const PAUSE_MS = 500;
const PROBE_EVERY_MS = 250;
/** For so long readiness is timed before, to show what the machine makes of it. */
const CALM_MS = 10_000;
const PATIENCE_MS = 120_000;
const POSTINGS = 20;

export const FROZEN_DATABASE_DRILL: OwnDrill = {
  name: "frozen-database",
  injects: "SIGSTOP of the database server and its backends for 30 s",
  proof: "no posting is acknowledged for 20 s, and every service with a database reports not ready",
  run: ({ seed }) => runFrozenDatabaseDrill(seed),
};

/** Freezes the database under load, and times what every kind of client is answered meanwhile. */
async function runFrozenDatabaseDrill(seed: number): Promise<Outcome> {
  const chance = randomFrom(seed);
  const stage = await setUp(FROZEN_DATABASE_DRILL, chance);
  const { system, book, clients } = stage;
  const live = new Live(system, book, await system.authorization());
  try {
    const reads = await readsOf(system, book);
    await clients.haveMore(POSTINGS);
    await live.haveEvents(1);
    await sleep(chance(3_000));
    const before = await memoryOf(system);
    const calm = new Watch(system, []);
    calm.begin();
    await sleep(CALM_MS);
    await calm.end();
    const watch = new Watch(system, reads);
    const { acknowledged, recoveredMs } = await freeze(system, clients, watch);
    const eventsMs = await timed(() => live.haveEvents(POSTINGS));
    await clients.haveMore(POSTINGS);
    await clients.stop();
    const grown = grownMost(before, watch.memory);
    const violations = [
      ...watch.violations(),
      ...tooLong("a posting", clients.longestAnswerMs, LIMITS.writeMs),
      ...tooLong("recovery", Math.max(recoveredMs, watch.readyAgainMs), LIMITS.recoveryMs),
      ...(grown.isFlat ? [] : [`memory grew: ${grown.sentence}`]),
      ...(await findViolations(system, book, clients, await verifyBook(system, book))),
    ];
    const evidence = [
      `the database was stopped for ${FROZEN_MS / 1_000} s, in which ${acknowledged} postings were acknowledged; ${watch.evidence()}`,
      `readiness at p95 before: ${calm.readiness()}`,
      `longest answer to a posting ${seconds(clients.longestAnswerMs)}; postings again after ${seconds(recoveredMs)}, ` +
        `all ready after ${seconds(watch.readyAgainMs)}, ${POSTINGS} events of a subscription after ${seconds(eventsMs)}; ${grown.sentence}`,
    ];
    return {
      name: FROZEN_DATABASE_DRILL.name,
      seed,
      evidence,
      acknowledged: clients.acknowledged.size,
      refused: Object.fromEntries(clients.refused),
      unanswered: clients.unanswered,
      longestGapMs: clients.longestGapMs,
      longestAnswerMs: clients.longestAnswerMs,
      violations,
    };
  } finally {
    live.end();
    await clients.abandon();
    await stage.end();
  }
}

/** Returns how many postings were acknowledged while it was frozen, and how long the first one took after that. */
async function freeze(
  system: RunningSystem,
  clients: Clients,
  watch: Watch,
): Promise<{ readonly acknowledged: number; readonly recoveredMs: number }> {
  const pids = await system.pids("postgres");
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  let acknowledged = 0;
  try {
    watch.begin();
    // What is on its way is answered first.
    await sleep(FROZEN_MS / 3);
    const since = clients.acknowledged.size;
    await sleep((2 * FROZEN_MS) / 3);
    acknowledged = clients.acknowledged.size - since;
    prove(acknowledged === 0, `${acknowledged} postings were acknowledged meanwhile`);
    prove(watch.sawAllNotReady, "a service with a database was ready meanwhile");
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
  const before = clients.acknowledged.size;
  const recoveredMs = await timed(() =>
    soon(() => prove(clients.acknowledged.size > before, "no posting is acknowledged")),
  );
  await watch.end();
  return { acknowledged, recoveredMs };
}

/** A read by one kind of client. */
interface Read {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

async function readsOf(system: RunningSystem, book: SmallBook): Promise<Read[]> {
  const { users, fundIds, endpoints } = await system.demo();
  const person = users.find(({ totpSecret }) => totpSecret === undefined);
  if (person === undefined) throw new Error("every user of the demo has a second factor");
  const visitor = new Visitor(person);
  const page = `${endpoints.web}/funds/${Object.values(fundIds)[0]}`;
  const opened = await visitor.open(page);
  prove(opened.status === 200, `the web app answered ${opened.status}`);
  const headers = await system.authorization();
  const graph = (name: string, query: string): Read => ({
    name,
    run: () => system.graphql(query, { id: book.cashId, fund: book.fundId }),
  });
  const rest = (name: string, path: string): Read => ({
    name,
    run: async () => (await fetch(system.url(8000, `/api/v1/${path}`), { headers })).text(),
  });
  return [
    graph("graph, ledger", "query ($id: ID!) { account(id: $id) { balance { amount } } }"),
    graph(
      "graph, metrics",
      "query ($fund: ID!) { fund(id: $fund) { metrics { cash { amount } } } }",
    ),
    graph(
      "graph, analytics",
      "query ($fund: ID!) { fund(id: $fund) { transactions(first: 5) { nodes { category { code } } } } }",
    ),
    rest("bridge, ledger", `ledger?accountId=${book.cashId}`),
    rest("bridge, metrics", `metrics?fundId=${book.fundId}`),
    rest("bridge, predictions", `predictions?fundId=${book.fundId}`),
    { name: "web", run: () => visitor.open(page) },
    { name: "issuer, token", run: () => newTokenOf(system) },
  ];
}

/** Sends without pause what clients and balancers send, and notes how long each answer takes. */
class Watch {
  /** The most memory of each service, in megabytes. */
  readonly memory = new Map<string, number>();
  readyAgainMs = 0;
  readonly #system: RunningSystem;
  readonly #reads: readonly Read[];
  readonly #longestMs = new Map<string, number>();
  /** What the answers of each service took. */
  readonly #probesMs = new Map<string, number[]>(SERVICES.map(({ name }) => [name, []]));
  readonly #notReady = new Set<string>();
  readonly #loops: Promise<void>[] = [];
  #isEnded = false;

  constructor(system: RunningSystem, reads: readonly Read[]) {
    this.#system = system;
    this.#reads = reads;
  }

  begin(): void {
    for (const read of this.#reads)
      this.#loops.push(this.#repeat(() => this.#read(read), PAUSE_MS));
    for (const service of SERVICES)
      this.#loops.push(this.#repeat(() => this.#probe(service), PROBE_EVERY_MS));
    this.#loops.push(this.#repeat(() => this.#measure(), PAUSE_MS));
  }

  /** Waits until every service is ready. */
  async end(): Promise<void> {
    this.readyAgainMs = await timed(() =>
      soon(async () => {
        for (const { name, port } of SERVICES) {
          const { ok } = await fetch(this.#system.url(port, "/health/ready"));
          prove(ok, `${name} is not ready`);
        }
      }),
    );
    this.#isEnded = true;
    await Promise.all(this.#loops);
  }

  get sawAllNotReady(): boolean {
    return ["ledger", "analytics", "metrics", "identity"].every((name) => this.#notReady.has(name));
  }

  violations(): string[] {
    const slow = [...this.#longestMs].flatMap(([name, ms]) => tooLong(name, ms, LIMITS.readMs));
    const late = this.#probe95().flatMap(([name, ms]) =>
      tooLong(`readiness of ${name}`, ms, LIMITS.readinessMs),
    );
    return [...slow, ...late];
  }

  evidence(): string {
    const reads = [...this.#longestMs].map(([name, ms]) => `${name} ${seconds(ms)}`);
    return `longest answers to reads: ${reads.join(", ")}; readiness at p95: ${this.readiness()}, not ready: ${[...this.#notReady].join(", ")}`;
  }

  readiness(): string {
    return this.#probe95()
      .map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`)
      .join(", ");
  }

  #probe95(): [name: string, ms: number][] {
    return [...this.#probesMs].map(([name, probesMs]) => {
      const sorted = [...probesMs].sort((a, b) => a - b);
      return [name, sorted[Math.floor(sorted.length * 0.95)] ?? 0];
    });
  }

  async #repeat(work: () => Promise<void>, everyMs: number): Promise<void> {
    while (!this.#isEnded) {
      await work().catch(() => undefined);
      await sleep(everyMs);
    }
  }

  async #read({ name, run }: Read): Promise<void> {
    // A refusal is an answer.
    const tookMs = await timed(async () => void (await run().catch(() => undefined)));
    this.#longestMs.set(name, Math.max(tookMs, this.#longestMs.get(name) ?? 0));
  }

  async #probe({ name, port }: (typeof SERVICES)[number]): Promise<void> {
    const sentMs = performance.now();
    const { ok } = await fetch(this.#system.url(port, "/health/ready"));
    this.#probesMs.get(name)?.push(performance.now() - sentMs);
    if (!ok) this.#notReady.add(name);
  }

  async #measure(): Promise<void> {
    for (const [name, megabytes] of await memoryOf(this.#system))
      this.memory.set(name, Math.max(megabytes, this.memory.get(name) ?? 0));
  }
}

/** Resident memory of each service in megabytes. */
async function memoryOf(system: RunningSystem): Promise<Map<string, number>> {
  const memory = new Map<string, number>();
  for (const { name, folder } of SERVICES) {
    const [pid] = await system.pids(folder);
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    memory.set(name, Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024);
  }
  return memory;
}

function grownMost(
  before: ReadonlyMap<string, number>,
  during: ReadonlyMap<string, number>,
): { readonly isFlat: boolean; readonly sentence: string } {
  const grown = [...during].map(([name, most]) => {
    const base = before.get(name) ?? 0;
    const isFlat = most <= base * LIMITS.growth + FREE_GROWTH_MB;
    return { isFlat, text: `${name} ${base.toFixed(0)} to ${most.toFixed(0)} MB` };
  });
  const sentence = grown.map(({ text }) => text).join(", ");
  return { isFlat: grown.every((one) => one.isFlat), sentence };
}

/** A client that follows the book's postings over a socket of the gateway. */
class Live {
  readonly #client: ReturnType<typeof createClient>;
  #events = 0;

  constructor(system: RunningSystem, book: SmallBook, connectionParams: Record<string, string>) {
    this.#client = createClient({
      url: system.url(4000, "/graphql").replace("http", "ws"),
      webSocketImpl: WebSocket,
      connectionParams,
      retryAttempts: Infinity,
    });
    this.#client.subscribe(
      { query: `subscription { transactionPosted(fundId: "${book.fundId}") { id } }` },
      { next: () => void (this.#events += 1), error: () => undefined, complete: () => undefined },
    );
  }

  /** Resolves when so many more events have arrived. */
  async haveEvents(count: number): Promise<void> {
    const before = this.#events;
    await soon(() => prove(this.#events >= before + count, `${this.#events - before} events`));
  }

  end(): void {
    void this.#client.dispose();
  }
}

const LOOK_MS = 20;

/** Looks again and again until it holds. */
async function soon(holds: () => void | Promise<void>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await holds();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await sleep(LOOK_MS);
    }
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
const tooLong = (what: string, ms: number, limitMs: number): string[] =>
  ms <= limitMs ? [] : [`${what} took ${seconds(ms)} instead of ${seconds(limitMs)}`];
