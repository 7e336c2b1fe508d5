import { defineEntity, p } from "@mikro-orm/core";
import type { PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../database/migrate.ts";
import { Migration } from "../database/migration.ts";
import { sendTogether } from "../database/one-transaction.ts";
import { createPool, withTransaction, type Pool } from "../database/pool.ts";
import { runInContext } from "../context.ts";
import { newId } from "../ids.ts";
import { createLogger } from "../logging.ts";
import { testContext } from "../testing/test-context.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { carryTenant, setTenant } from "./carry-tenant.ts";
import type { Grants } from "@allfunds/contract/caller";
import { openOrm, type GrantedOrm } from "./orm.ts";
import { forRequests } from "./request-pool.ts";
import { acrossTenants, enforceGrants, enforceTenancy } from "./row-level-security.ts";
import { TenantPool } from "./tenant-pool.ts";

const logger = createLogger("test", "silent");
const [TENANT, OTHER] = [newId(), newId()];
const [FUND, HIDDEN] = [newId(), newId()];

const row = (tenant: string, fund: string | null, text: string): string =>
  `('${tenant}', ${fund === null ? "NULL" : `'${fund}'`}, '${text}')`;

class CreateNotes extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE note (
      tenant_id uuid NOT NULL, fund_id uuid, text text NOT NULL, PRIMARY KEY (tenant_id, text))`);
    this.addSql(
      `INSERT INTO note VALUES ${[
        row(TENANT, FUND, "granted"),
        row(TENANT, HIDDEN, "hidden"),
        row(TENANT, null, "of no fund"),
        row(OTHER, FUND, "of another tenant"),
      ].join(", ")}`,
    );
    this.addSql(...enforceTenancy("note"), ...enforceGrants("note"));
  }
}

class ShoutNotes extends Migration {
  override up(): void {
    this.addSql("UPDATE note SET text = upper(text)");
    this.addSql(...acrossTenants(["note"], "UPDATE note SET text = text || '.'"));
  }
}

const NoteEntity = defineEntity({
  name: "Note",
  tableName: "note",
  properties: {
    tenantId: p.uuid().primary(),
    fundId: p.uuid().nullable(),
    text: p.text().primary(),
  },
});

let database: TestDatabase;
let pool: Pool;
let requests: Pool;
let reads: TenantPool;
let orm: GrantedOrm<{ NoteEntity: typeof NoteEntity }>;

beforeAll(async () => {
  database = await createTestDatabase();
  const { url } = database;
  const migrations = [
    { name: "0001", class: CreateNotes },
    { name: "0002", class: ShoutNotes },
  ];
  await migrate({ url, migrations, logger });
  pool = createPool({ url, logger, max: 1 });
  requests = forRequests(createPool({ url, logger, max: 1 }));
  reads = new TenantPool(pool);
  orm = openOrm(url, async () => ({ NoteEntity }));
});
afterAll(async () => {
  await orm.close();
  await requests.end();
  await reads.end();
  await database.drop();
});

const SELECT = "SELECT text FROM note WHERE $1::uuid IS NOT NULL ORDER BY text";

/** What a query without a condition shows a caller of the tenant, through each of the two ways to read. */
const readings: readonly (readonly [
  string,
  (tenantId: string, funds: Grants) => Promise<string[]>,
])[] = [
  [
    "a tenant pool",
    async (tenantId, funds) => {
      const { rows } = await reads.seeing(funds).query<{ text: string }>(SELECT, [tenantId]);
      return rows.map(({ text }) => text);
    },
  ],
  [
    "the object mapper",
    async (tenantId, funds) => {
      const notes = await orm
        .seeing(funds)
        .as(tenantId, (em, entities) =>
          em.find(entities.NoteEntity, {}, { orderBy: { text: "asc" } }),
        );
      return notes.map(({ text }) => text);
    },
  ],
];

describe.each(readings)("%s", (_, read) => {
  it("shows the rows of its tenant, whatever the query selects", async () => {
    expect(await read(TENANT, "*")).toEqual(["granted.", "hidden.", "of no fund."]);
    expect(await read(OTHER, "*")).toEqual(["of another tenant."]);
    expect(await read(newId(), "*")).toEqual([]);
  });

  it("shows the rows of granted funds only", async () => {
    expect(await read(TENANT, [FUND])).toEqual(["granted."]);
    expect(await read(TENANT, [])).toEqual([]);
    expect(await read(TENANT, ["*", "no id"])).toEqual([]);
  });

  it("sets a used connection to each caller anew", async () => {
    for (let round = 0; round < 5; round += 1) {
      expect(await read(TENANT, [FUND])).toHaveLength(1);
      expect(await read(OTHER, "*")).toHaveLength(1);
      expect(await read(TENANT, "*")).toHaveLength(3);
    }
  });
});

it("refuses a query that names no tenant", async () => {
  await expect(reads.query(SELECT, ["*"])).rejects.toThrow("must name the tenant");
});

describe("a prepared statement that is planned once", () => {
  const options = { prepared: true, plannedOnce: true } as const;

  it("has one plan for all parameters, which shows each caller its own rows", async () => {
    const statement = "SELECT text FROM note WHERE tenant_id = $1 AND text = ANY ($2)";
    for (let round = 0; round < 3; round += 1) {
      for (const tenantId of [TENANT, OTHER, newId()]) {
        const parameters = [tenantId, ["granted.", "of another tenant."]] as const;
        const { rows } = await reads.query<{ text: string }>(statement, parameters, options);
        const own = { [TENANT]: ["granted."], [OTHER]: ["of another tenant."] }[tenantId] ?? [];
        expect(rows.map(({ text }) => text)).toEqual(own);
      }
    }
    const plans = `SELECT generic_plans::int, custom_plans::int FROM pg_prepared_statements
      WHERE statement = $2 AND $1::uuid IS NOT NULL`;
    const { rows } = await reads.query(plans, [TENANT, statement]);
    expect(rows).toEqual([{ generic_plans: 9, custom_plans: 0 }]);
  });

  it("leaves the planning of other statements as it was", async () => {
    const setting = `SELECT current_setting('plan_cache_mode') AS mode,
      current_setting('enable_seqscan') AS scans WHERE $1::uuid IS NOT NULL`;
    const once = await reads.query(setting, [TENANT], options);
    const other = await reads.query(setting, [TENANT]);
    expect([...once.rows, ...other.rows]).toEqual([
      { mode: "force_generic_plan", scans: "off" },
      { mode: "auto", scans: "on" },
    ]);
  });
});

const texts = async (work: Pool | PoolClient): Promise<string[]> =>
  (await work.query<{ text: string }>("SELECT text FROM note ORDER BY text")).rows.map(
    ({ text }) => text,
  );

const insert = (tenantId: string, text: string) => ({
  text: "INSERT INTO note VALUES ($1, NULL, $2)",
  values: [tenantId, text],
});

describe("a connection of a worker that serves every tenant", () => {
  it("shows nothing until it carries a tenant, and writes for the tenant of its transaction", async () => {
    const own = createPool({ url: database.url, logger, max: 1 });
    expect(await texts(own)).toEqual([]);
    const client = await own.connect();
    carryTenant(client, OTHER);
    const third = newId();
    await sendTogether(client, [
      setTenant(OTHER),
      insert(OTHER, "written"),
      setTenant(third),
      insert(third, "written, too"),
    ]);
    await expect(
      sendTogether(client, [setTenant(TENANT), insert(OTHER, "refused")]),
    ).rejects.toMatchObject({ code: "42501" });
    // Behind the transaction it carries what it carried before.
    expect(await texts(client)).toEqual(["of another tenant.", "written"]);
    client.release();
    expect(await texts(own)).toEqual([]);
    await own.end();
  });
});

it("changes rows of every tenant in a migration, and no row without saying so", async () => {
  const { rows } = await database.pool.query<{ forced: boolean }>(
    "SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname = 'note'",
  );
  expect(rows).toEqual([{ forced: true }]);
  // The update before it saw no row: none is in capitals.
  expect(await readings[0]?.[1](TENANT, "*")).toContain("granted.");
});

const requestOf = (deadlineMs: number) => ({
  ...testContext(),
  tenantId: TENANT,
  deadlineMs,
});

describe("the time that a request has left", () => {
  const SLEEP = "SELECT pg_sleep(60) WHERE $1::uuid IS NOT NULL";

  it.each<[string, () => Promise<unknown>]>([
    ["a read", () => reads.query(SLEEP, [TENANT])],
    [
      "a write",
      () => withTransaction(pool, { tenantId: TENANT }, (client) => client.query(SLEEP, [TENANT])),
    ],
    [
      "a transaction of a pool for requests",
      () => withTransaction(requests, undefined, (client) => client.query(SLEEP, [TENANT])),
    ],
  ])("ends %s in the database", async (_what, work) => {
    const late = runInContext(requestOf(performance.now() + 1_000), work);
    await expect(late).rejects.toMatchObject({ code: "57014" });
    // It was of that request alone.
    const { rows } = await reads.query<{ limit: string }>(
      "SELECT current_setting('statement_timeout') AS limit WHERE $1::uuid IS NOT NULL",
      [TENANT],
    );
    expect(rows).toEqual([{ limit: "0" }]);
  });

  it("ends the wait for a connection", async () => {
    const held = await pool.connect();
    const late = runInContext(requestOf(performance.now() + 1_000), () => pool.query("SELECT 1"));
    await expect(late).rejects.toMatchObject({ code: "53300" });
    held.release();
  });
});

it("begins, undoes and commits transactions on a connection that reads for a tenant", async () => {
  const own = createPool({ url: database.url, logger, max: 1 });
  const scoped = forRequests(own);
  const context = { ...testContext({ tenantId: TENANT }), deadlineMs: performance.now() + 60_000 };
  try {
    await runInContext(context, async () => {
      expect(await texts(scoped)).toHaveLength(3);
      const failing = withTransaction(scoped, { tenantId: TENANT }, (client) =>
        client.query("SELECT * FROM nothing"),
      );
      await expect(failing).rejects.toThrow("does not exist");
      const read = withTransaction(scoped, undefined, async (client) => {
        await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        return texts(client as PoolClient);
      });
      expect(await read).toHaveLength(3);
    });
  } finally {
    await own.end();
  }
});
