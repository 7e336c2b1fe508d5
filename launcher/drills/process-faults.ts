import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, type RunningSystem } from "../e2e/running-system.ts";
import { prove, type FaultDrill, type DrillGround } from "./drill.ts";

/** Services by name, with the folder by which their process is found and the port of their health. */
export const SERVICES = [
  { name: "ledger", folder: "subgraphs/ledger", port: 4001 },
  { name: "analytics", folder: "subgraphs/analytics", port: 4002 },
  { name: "metrics", folder: "subgraphs/metrics", port: 4003 },
  { name: "identity", folder: "identity", port: 4100 },
  { name: "gateway", folder: "gateway", port: 4000 },
  { name: "rest-bridge", folder: "rest-bridge", port: 8000 },
  { name: "web", folder: "web", port: 3000 },
] as const;
type Service = (typeof SERVICES)[number];

const RESTART_LIMIT_MS = 90_000;
const PROBE_MS = 1_000;
/** The shortest and the longest freeze. */
const FREEZE_MS = { least: 2_000, most: 8_000 };

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const isReady = async (system: RunningSystem, port: number): Promise<boolean> => {
  try {
    const signal = AbortSignal.timeout(PROBE_MS);
    return (await fetch(system.url(port, "/health/ready"), { signal })).ok;
  } catch {
    return false;
  }
};

/** The first process of a service that is another than the given one. */
const successor = (system: RunningSystem, folder: string, former: number): Promise<number> =>
  eventually(RESTART_LIMIT_MS, async () => {
    const [pid] = await system.pids(folder);
    if (pid === undefined || pid === former) throw new Error(`${folder} was not started again`);
    return pid;
  });

async function endAndAwait(
  { system }: DrillGround,
  folder: string,
  signal: "SIGKILL" | "SIGTERM",
): Promise<string> {
  const [pid] = await system.pids(folder);
  if (pid === undefined) throw new Error(`${folder} is not running`);
  process.kill(pid, signal);
  await eventually(RESTART_LIMIT_MS, async () => prove(!lives(pid), `${folder} still runs`));
  const startedAt = performance.now();
  await successor(system, folder, pid);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  return `${folder} got ${signal} and ended; another process ${seconds} s later`;
}

const killOf = (name: string, folder: string): FaultDrill => ({
  name: `kill-${name}`,
  injects: `SIGKILL of ${name} under load`,
  proof: "the process is gone, and another one runs",
  inject: (ground) => endAndAwait(ground, folder, "SIGKILL"),
});

/** The code of a process's state: T when it is stopped. */
async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).charAt(0);
}

async function freeze(
  { chance, system }: DrillGround,
  folder: string,
  probe: () => Promise<boolean>,
): Promise<string> {
  const pids = await system.pids(folder);
  const ms = FREEZE_MS.least + chance(FREEZE_MS.most - FREEZE_MS.least);
  // The server first, so that it begins no further process.
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  try {
    // Delivered when a process is scheduled next.
    await eventually(PROBE_MS, async () =>
      prove((await stateOf(pids[0] ?? 0)) === "T", `${folder} is not stopped`),
    );
    const answered = await probe();
    await sleep(ms);
    prove(!answered, `${folder} answered while it was stopped`);
  } finally {
    for (const pid of pids.filter(lives)) process.kill(pid, "SIGCONT");
  }
  return `${pids.length} processes of ${folder} stopped for ${(ms / 1_000).toFixed(1)} s; its probe had no answer`;
}

const freezeOf = ({ name, folder, port }: Service): FaultDrill => ({
  name: `freeze-${name}`,
  injects: `SIGSTOP of ${name} for 2 to 8 seconds`,
  proof: "the process is stopped, and its readiness gives no answer",
  inject: (ground) => freeze(ground, folder, () => isReady(ground.system, port)),
});

const BALANCE = "query ($id: ID!) { account(id: $id) { balance { amount } } }";

/** How long a read takes that begins now, and how it is answered. */
async function timeRead({ system, book }: DrillGround): Promise<string> {
  const sentMs = performance.now();
  const { errors } = await system.graphql(BALANCE, { id: book.cashId });
  const seconds = ((performance.now() - sentMs) / 1_000).toFixed(1);
  const answer = errors?.[0]?.extensions.code ?? "its data";
  return `a read that began then was answered ${answer} after ${seconds} s`;
}

const freezePostgres: FaultDrill = {
  name: "freeze-postgres",
  injects: "SIGSTOP of the database server and its backends for 2 to 8 seconds",
  proof: "the server is stopped, and no posting is acknowledged meanwhile",
  inject: async (ground) => {
    const { clients } = ground;
    let read: Promise<string> = Promise.resolve("");
    const frozen = await freeze(ground, "postgres", async () => {
      read = timeRead(ground);
      await sleep(PROBE_MS);
      const before = clients.acknowledged.size;
      await sleep(PROBE_MS);
      return clients.acknowledged.size > before;
    });
    return `${frozen}; ${await read}`;
  },
};

const rollingRestart: FaultDrill = {
  name: "rolling-restart",
  injects:
    "SIGTERM of every service, one after the other in a random order, each when the last is ready again",
  proof: "each process has ended, and another one is ready",
  inject: async (ground) => {
    const waiting = [...SERVICES];
    const evidence: string[] = [];
    while (waiting.length > 0) {
      const [service] = waiting.splice(ground.chance(waiting.length), 1);
      if (service === undefined) break;
      evidence.push(await endAndAwait(ground, service.folder, "SIGTERM"));
      await eventually(RESTART_LIMIT_MS, async () =>
        prove(await isReady(ground.system, service.port), `${service.name} is not ready again`),
      );
    }
    return evidence.join("; ");
  },
};

/** Drills on the processes of the system. */
export const PROCESS_DRILLS: readonly FaultDrill[] = [
  ...SERVICES.map(({ name, folder }) => killOf(name, folder)),
  killOf("postgres", "postgres"),
  ...SERVICES.map(freezeOf),
  freezePostgres,
  rollingRestart,
];
