import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { randomFrom } from "@allfunds/platform/testing/seed";
import { Clients, readStored } from "../e2e/clients.ts";
import { RunningSystem } from "../e2e/running-system.ts";
import { prove, type Outcome, type OwnDrill } from "./drill.ts";
import { findViolations, runCommand, setUp, verifyBook, type Stage } from "./ground.ts";
import { SECOND, SecondLedger } from "./second-ledger.ts";

const POSTINGS = 30;
const CLIENTS = 4;

export const MOVED_TENANT_DRILL: OwnDrill = {
  name: "moved-tenant",
  injects:
    "the tenant that is written to moves to another PostgreSQL server and back; between, a backup under load, loss of everything, and a restore of both servers",
  proof: "the directory names the other server, and postings after the backup are gone",
  run: ({ seed }) => runMovedTenantDrill(seed),
};

/** Moves a tenant under load, restores both of its servers from a backup, and moves it back. */
async function runMovedTenantDrill(seed: number): Promise<Outcome> {
  const chance = randomFrom(seed);
  const scratch = await mkdtemp(join(tmpdir(), "allfunds-moved-"));
  const first = await SecondLedger.start();
  const second = await SecondLedger.start();
  try {
    const stage = await setUp(MOVED_TENANT_DRILL, chance, () => first.settings);
    try {
      await stage.clients.haveMore(POSTINGS);
      await sleep(chance(3_000));
      const there = await move(stage.system, SECOND, first);
      await stage.clients.haveMore(POSTINGS);
      return await lose(stage, { seed, scratch, first, second, there });
    } finally {
      await stage.clients.abandon();
      await stage.end();
    }
  } finally {
    await first.remove();
    await second.remove();
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Moved {
  readonly seed: number;
  readonly scratch: string;
  readonly first: SecondLedger;
  /** Takes the place of the first one that is lost. */
  readonly second: SecondLedger;
  readonly there: string;
}

async function lose(
  stage: Stage,
  { seed, scratch, first, second, there }: Moved,
): Promise<Outcome> {
  const { system, book, clients } = stage;
  const backup = join(scratch, "backup");
  const before = new Map(clients.acknowledged);
  await runCommand(system, ["backup", "--to", backup, "--with-secrets"], first.settings);
  await clients.haveMore(POSTINGS);
  await clients.stop();
  const verified = await verifyBook(system, book, [], first.settings);
  const violations = await findViolations(system, book, clients, verified);
  await system.stop();

  const place = { dataDir: join(scratch, "data"), offset: system.offset };
  await runCommand(place, ["restore", "--from", backup], second.settings);
  const restored = await RunningSystem.start(second.settings, place);
  const again = new Clients(restored, book, 0);
  try {
    const { transactions } = await readStored(restored, book);
    const stored = new Set(transactions.map(({ id }) => id));
    const all = [...clients.acknowledged];
    prove(stored.size < all.length, "the backup has every posting that came after it");
    if (![...before.values()].every((id) => stored.has(id)))
      violations.push("a posting acknowledged before the backup is lost");
    for (const [key, id] of all) if (stored.has(id)) again.acknowledged.set(key, id);
    again.add(CLIENTS);
    await again.haveMore(POSTINGS);
    const back = await move(restored, "main", second);
    await again.haveMore(POSTINGS);
    await again.stop();
    const replayed = await verifyBook(restored, book, [], second.settings);
    violations.push(...(await findViolations(restored, book, again, replayed)));
    const evidence = `${there}; ${before.size} postings before a backup of both servers, ${all.length} in all, ${stored.size} restored; ${back}`;
    const refused = new Map(clients.refused);
    for (const [code, count] of again.refused) refused.set(code, (refused.get(code) ?? 0) + count);
    return {
      name: MOVED_TENANT_DRILL.name,
      seed,
      evidence: [evidence],
      acknowledged: all.length + again.acknowledged.size - stored.size,
      refused: Object.fromEntries(refused),
      unanswered: clients.unanswered + again.unanswered,
      longestGapMs: Math.max(clients.longestGapMs, again.longestGapMs),
      longestAnswerMs: Math.max(clients.longestAnswerMs, again.longestAnswerMs),
      violations,
    };
  } finally {
    await again.abandon();
    await restored.stop();
  }
}

/** Moves the tenant with the command for it, and proves where it lives then. */
async function move(
  system: RunningSystem,
  to: string,
  { settings }: SecondLedger,
): Promise<string> {
  const tenant = (...args: readonly string[]): Promise<string> =>
    runCommand(system, ["tenant", ...args], settings);
  const printed = await tenant("move", DEMO_TENANT_ID, "--to", to);
  const place = await tenant("where", DEMO_TENANT_ID);
  prove(place.includes(`lives in ${to}`), `the tenant is elsewhere: ${place}`);
  const closedMs = /nothing was written for (\d+) ms/.exec(printed)?.[1];
  return `moved to ${to} under load, written nowhere for ${closedMs} ms`;
}
