import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { Clients, readStored } from "../e2e/clients.ts";
import type { ReachableSystem } from "../e2e/reachable-system.ts";
import { freeOffset, RunningSystem } from "../e2e/running-system.ts";
import { openSmallBook, type SmallBook } from "../e2e/small-book.ts";
import { issueCertificates } from "../src/certificates/issue.ts";
import { joinOwnMesh, readOwnMesh } from "../src/own-mesh.ts";
import { LINKED, type Drill, type DrillGround, type Linked } from "./drill.ts";
import { Link } from "./link.ts";
import { RedisServer } from "./redis-server.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const BOOTSTRAP = join(ROOT, "launcher/bootstrap.mjs");
export const MESH_POLICY = join(ROOT, "docker/mesh-policy.json");
/** Clients that post throughout a drill, unless it has another number. */
const USUAL_CLIENTS = 4;

const PORTS: Readonly<Record<Exclude<Linked, "redis">, number>> = {
  ledger: 4001,
  analytics: 4002,
  metrics: 4003,
  gateway: 4000,
  identity: 4100,
};
export const REDIS_PORT = 6379;
/** Space for a new cluster and its log, and little more. */
const SMALL_DISK = "700m";

/** A started system with everything that a drill asked for; `end` takes all of it down. */
export interface Stage extends DrillGround {
  readonly end: () => Promise<void>;
}

/** What clients were answered: ids by key, and answers without a code. */
export interface Answers {
  readonly acknowledged: ReadonlyMap<string, string>;
  readonly uncoded: readonly string[];
  /** Postings whose clients do not know whether they were stored; none by default. */
  readonly uncertain?: number;
}

/** Starts the system that a drill needs, with a book under load. */
export async function setUp(
  drill: Drill,
  chance: (below: number) => number,
  settingsOf: (offset: number) => Readonly<Record<string, string>> = () => ({}),
): Promise<Stage> {
  const offset = await freeOffset();
  const dataDir = await mkdtemp(join(tmpdir(), "allfunds-drill-"));
  const undo: (() => Promise<void> | void)[] = [
    () => rm(dataDir, { recursive: true, force: true }),
  ];
  const end = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    if (drill.smallDisk === true) {
      mountSmallDisk(dataDir);
      undo.push(() => void execFileSync("umount", ["--lazy", dataDir]));
    }
    const redis =
      drill.withRedis === true ? await RedisServer.start(REDIS_PORT + offset) : undefined;
    if (redis !== undefined) undo.push(() => redis.stop());
    const links = drill.linked === true ? await openLinks(offset, redis, chance) : {};
    undo.push(...Object.values(links).map((link) => () => link.close()));
    const certificates = drill.withMesh === true ? join(dataDir, "certificates") : undefined;
    if (certificates !== undefined) undo.push(await joinNewMesh(certificates));
    const env = {
      ...addressesOf(links),
      ...settingsOf(offset),
      ...(certificates === undefined ? {} : { MESH_CERTIFICATES: certificates }),
    };
    const system = await RunningSystem.start(env, { dataDir, offset });
    undo.push(async () => void (await system.stop()));
    const book = await openSmallBook(system, `Drill ${drill.name}`);
    const clients = new Clients(system, book, drill.clients ?? USUAL_CLIENTS);
    return { system, book, clients, chance, links, redis, certificates, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Makes the certificates of all services, and has this process call them as the launcher does. */
async function joinNewMesh(certificates: string): Promise<() => void> {
  issueCertificates({ to: certificates, policy: readFileSync(MESH_POLICY, "utf8"), days: 90 });
  const mesh = readOwnMesh(ROOT, { MESH_CERTIFICATES: certificates });
  if (mesh === undefined) throw new Error("there is no mesh");
  return joinOwnMesh(mesh);
}

function mountSmallDisk(dataDir: string): void {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_DISK},mode=0755`, "tmpfs", dataDir], {
      stdio: "pipe",
    });
  } catch (error) {
    throw new Error(
      `this drill must mount a tmpfs, which needs root: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

async function openLinks(
  offset: number,
  redis: RedisServer | undefined,
  chance: (below: number) => number,
): Promise<Partial<Record<Linked, Link>>> {
  const links: Partial<Record<Linked, Link>> = {};
  for (const callee of LINKED) {
    if (callee !== "redis") links[callee] = await Link.open(PORTS[callee] + offset, chance);
    else if (redis !== undefined) links.redis = await Link.open(redis.port, chance);
  }
  return links;
}

/** The variables by which services reach each other through the links. */
function addressesOf(links: Partial<Record<Linked, Link>>): Record<string, string> {
  const addresses: Record<string, string> = {};
  for (const [callee, { port }] of Object.entries(links)) {
    if (callee === "redis") addresses["REDIS_URL"] = `redis://127.0.0.1:${port}`;
    // The issuer's address is part of its tokens, and cookies belong to a host name.
    else if (callee === "identity") addresses["IDENTITY_URL"] = `http://localhost:${port}`;
    else addresses[`${callee.toUpperCase()}_URL`] = `http://127.0.0.1:${port}`;
  }
  return addresses;
}

/** Runs one of the product's commands on a system. */
export async function runCommand(
  { dataDir, offset }: { readonly dataDir: string; readonly offset: number },
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = {
    ...process.env,
    ...settings,
    ALLFUNDS_DATA: dataDir,
    PORT_OFFSET: String(offset),
    NODE_OPTIONS: "",
  };
  const { stdout } = await run(process.execPath, [BOOTSTRAP, ...args], { env });
  return stdout;
}

/** Works on a database of the running system as the administrator of the server. */
export async function onDatabase<T>(
  { dataDir, offset }: RunningSystem,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const text = await readFile(join(dataDir, "postgres.passwords.json"), "utf8");
  const { administrator } = JSON.parse(text) as { administrator: string };
  const client = new Client({
    connectionString: `postgres://postgres:${encodeURIComponent(administrator)}@127.0.0.1:${5442 + offset}/${database}`,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const VERIFICATIONS = 5;

/** What `npm run ledger -- verify` prints of a book; one that a busy machine did not let begin is repeated. */
export async function verifyBook(
  system: { readonly dataDir: string; readonly offset: number },
  book: SmallBook,
  ofTenant: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const verify = ["ledger", "verify", book.fundId, ...ofTenant];
  let printed = "";
  for (let nth = 0; nth < VERIFICATIONS; nth += 1) {
    printed = await runCommand(system, verify, settings).catch((error: unknown) =>
      String((error as { stdout?: string }).stdout ?? error),
    );
    if (!printed.includes("database server does not answer")) break;
  }
  return printed;
}

/** What must hold after every drill; the sentences name what does not. */
export async function findViolations(
  system: ReachableSystem,
  book: SmallBook,
  { acknowledged, uncoded, uncertain = 0 }: Answers,
  verified: string,
): Promise<string[]> {
  const { transactions, last } = await readStored(system, book);
  const ids = transactions.map(({ id }) => id);
  const expected = new Set(acknowledged.values());
  const stored = new Set(ids);
  const sums = { DEBIT: 0n, CREDIT: 0n };
  for (const { side, amount } of transactions.flatMap(({ entries }) => entries)) {
    sums[side as keyof typeof sums] += BigInt(amount.amount.replace(".", ""));
  }
  const positions = transactions.map(({ position }) => position).sort((a, b) => a - b);
  const total = `${ids.length}.00`;
  const rules: [holds: boolean, sentence: string][] = [
    [stored.size === ids.length, "a transaction is listed twice"],
    [[...expected].every((id) => stored.has(id)), "an acknowledged transaction is lost"],
    [
      [...stored].filter((id) => !expected.has(id)).length <= uncertain,
      "a transaction that no client was answered is stored",
    ],
    [sums.DEBIT === sums.CREDIT, `debits ${sums.DEBIT} are not credits ${sums.CREDIT}`],
    [
      last.account.balance.amount === total,
      `the balance is ${last.account.balance.amount} of ${total}`,
    ],
    [
      last.fund.metrics.cash.amount === total,
      `metrics have ${last.fund.metrics.cash.amount} of ${total}`,
    ],
    [transactions.every(({ category }) => category !== null), "a transaction has no category"],
    [positions.every((position, index) => position === index + 4), "positions have a gap"],
    [uncoded.length === 0, `answers without a code: ${uncoded.slice(0, 3).join(" | ")}`],
  ];
  const broken = rules.filter(([holds]) => !holds).map(([, sentence]) => sentence);
  if (!verified.includes(" sound up to position ")) broken.push(`verify: ${verified.trim()}`);
  return broken;
}
