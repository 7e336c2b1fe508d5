import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { EVERY_TENANT } from "@allfunds/platform/auth";
import { newId } from "@allfunds/platform/ids";
import { startTemporaryPostgres, type TemporaryPostgres } from "@allfunds/embedded-postgres";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATIENTLY } from "../ledger-database.fixture.ts";
import type { TestService } from "../service.fixture.ts";
import { Follower, openFundOf, openOver, Writer } from "./moving-tenant.fixture.ts";
import { upTo } from "./two-databases.fixture.ts";

const PROGRAM = join(import.meta.dirname, "../move-tenant.ts");
const servers: TemporaryPostgres[] = [];
let service: TestService;

beforeAll(async () => {
  for (let count = 0; count < 2; count += 1) {
    const server = await startTemporaryPostgres();
    servers.push(server);
    await server.ensureDatabase("ledger");
  }
  const [main, two] = servers.map((server) => server.url("ledger"));
  service = await openOver(main ?? "", { two: two ?? "" });
});
afterAll(async () => {
  await service?.close();
  for (const server of servers) await server.stop();
});

/** Runs the command; it is killed when it prints a line that matches. Resolves to its code, null when killed. */
async function run(args: readonly string[], killAt?: RegExp): Promise<number | null> {
  const [main, two] = servers;
  const child = spawn(
    process.execPath,
    ["--conditions=source", "--import", "tsx", PROGRAM, ...args],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        DATABASE_URL_LEDGER: main?.url("ledger"),
        DATABASE_URLS_LEDGER: `two=${two?.url("ledger")}`,
        ADMIN_DATABASE_URL_LEDGER: main?.administratorUrl("ledger"),
        ADMIN_DATABASE_URLS_LEDGER: `two=${two?.administratorUrl("ledger")}`,
      },
    },
  );
  child.stdout.on("data", (chunk: Buffer) => {
    if (killAt?.test(chunk.toString()) === true) child.kill("SIGKILL");
  });
  await once(child, "exit");
  return child.exitCode;
}

async function postedIn(server: TemporaryPostgres | undefined, tenantId: string): Promise<number> {
  const client = new pg.Client({ connectionString: server?.administratorUrl("ledger") });
  await client.connect();
  const { rows } = await client.query<{ n: number }>(
    "SELECT count(*)::integer AS n FROM event WHERE tenant_id = $1 AND type = 'TransactionPosted'",
    [tenantId],
  );
  await client.end();
  return rows[0]?.n ?? 0;
}

test("a tenant that is written to arrives whole on another server, though its move is killed again and again", async () => {
  const tenantId = newId();
  const funds = [await openFundOf(service, tenantId), await openFundOf(service, tenantId)];
  const writers = funds.map((fund) => new Writer(() => service, tenantId, fund));
  const follower = new Follower(EVERY_TENANT);
  follower.start(service);
  for (const writer of writers) writer.start();
  const acknowledged = () => writers.flatMap((writer) => writer.acknowledged);
  await expect.poll(() => acknowledged().length, PATIENTLY).toBeGreaterThan(50);

  // A fence that its move left closed opens by itself.
  const move = ["move", tenantId, "--to", "two"];
  for (const line of [/rows copied from/, /caught up/, /behind the closed fence/]) {
    expect(await run(move, line)).toBeNull();
    const before = acknowledged().length;
    await expect.poll(() => acknowledged().length, PATIENTLY).toBeGreaterThan(before);
  }
  await run(move, /switched from/);
  expect(await run(move)).toBe(0);
  const moved = acknowledged().length;
  await expect.poll(() => acknowledged().length, PATIENTLY).toBeGreaterThan(moved + 20);
  for (const writer of writers) await writer.stop();

  const keys = acknowledged().map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(await postedIn(servers[1], tenantId)).toBe(keys.length);
  expect(writers.flatMap(({ refused }) => refused).filter((code) => !CODED.has(code))).toEqual([]);
  for (const [index, { fundId }] of funds.entries()) {
    const last = (writers[index]?.acknowledged.length ?? 0) + 3;
    await expect.poll(() => follower.positionsOf(fundId), PATIENTLY).toEqual(upTo(last));
  }
  expect(follower.failure).toBeUndefined();
  follower.stop();
  expect(await run(["drop", tenantId, "--from", "main"])).toBe(0);
  expect(await postedIn(servers[0], tenantId)).toBe(0);
  // A replay of every book, in the place where the tenant lives.
  expect(await run(move)).toBe(0);
});

/** What a client may be answered while its books are nowhere written to. */
const CODED = new Set(["UPSTREAM_UNAVAILABLE"]);
