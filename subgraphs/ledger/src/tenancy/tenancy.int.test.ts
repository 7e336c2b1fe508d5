import { createPool, DEMO_TENANT_ID, newId, type RequestContext } from "@allfunds/platform";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { execute, parse, subscribe, type ExecutionResult, type GraphQLSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandProcessor } from "../books/command-processor.ts";
import { Feed } from "../feed/feed.ts";
import { WakeSignal } from "../feed/wake-signal.ts";
import { createLedgerContext, type SharedStores } from "../graph/ledger-context.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  quiet,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import { openOrm, type GrantedOrm } from "../orm.ts";
import { TenantLimits } from "../proposals/tenant-limits.ts";
import { buildLedgerSchema } from "../schema.ts";
import { probesOf, type Probe } from "./operation-probe.fixture.ts";
import { TenantPool } from "./tenant-pool.ts";

let database: TestDatabase;
let reads: TenantPool;
let orm: GrantedOrm;
let stores: SharedStores;
let schema: GraphQLSchema;
let books: CommandProcessor;
let owned: SmallFund;
let transactionId: string;
/** Somebody of a tenant that has done nothing yet. */
const stranger = () => testContext({ tenantId: newId() });

beforeAll(async () => {
  database = await createLedgerDatabase();
  reads = new TenantPool(createPool({ url: database.url, logger: quiet, max: 2 }));
  orm = await openOrm(database.url);
  const never = new WakeSignal();
  stores = { pool: reads, orm, feed: new Feed(reads, never), projectionsMoved: never };
  ({ books } = openBooks(database));
  schema = buildLedgerSchema(books, new TenantLimits(books, reads));
  owned = await openSmallFund(books);
  transactionId = newId();
  await books.execute(owned.context, payIn(owned, "100.00", { transactionId }));
});
afterAll(async () => {
  await orm.close();
  await reads.end();
  await database.drop();
});

/** Ids by the names under which operations ask for them. */
const ownedIds = (kind: "fund" | "account" | "transaction"): ReadonlyMap<string, string> => {
  const id = { fund: owned.fundId, account: owned.bank, transaction: transactionId }[kind];
  return new Map([
    ["id", id],
    ["fundId", owned.fundId],
    ["accountId", owned.bank],
    ["transactionId", transactionId],
    ["other", id],
  ]);
};

const unknownIds = (): ReadonlyMap<string, string> =>
  new Map([...ownedIds("fund").keys()].map((name) => [name, newId()]));

async function run(probe: Probe, request: RequestContext, ids: ReadonlyMap<string, string>) {
  const options = {
    schema,
    document: parse(probe.document),
    variableValues: probe.variables(ids),
    contextValue: createLedgerContext(stores, request),
  };
  if (probe.kind !== "subscription") return answerOf(await execute(options));
  const result = await subscribe(options);
  if (!(Symbol.asyncIterator in result)) return answerOf(result);
  await result.return(undefined);
  return "subscribed";
}

/** An answer with every id in it made the same, so that only what it says is compared. */
const answerOf = ({ data, errors }: ExecutionResult): string => {
  const said = errors?.map(({ message, extensions, originalError }) => [
    message,
    extensions["code"] ?? (originalError as { code?: string } | undefined)?.code,
  ]);
  return JSON.stringify([data, said]).replaceAll(
    /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
    "ID",
  );
};

const rowsOf = async (tenantId: string): Promise<Record<string, string>> => {
  const tables = await tenantTables();
  const rows: Record<string, string> = {};
  for (const table of tables) {
    const found = await reads.query<{ text: string }>(
      `SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') AS text FROM ${table} t
       WHERE $1::uuid IS NOT NULL`,
      [tenantId],
    );
    rows[table] = found.rows[0]?.text ?? "";
  }
  return rows;
};

async function tenantTables(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

describe("another tenant's ids are answered like ids that do not exist", () => {
  test("on every query, mutation and subscription", async () => {
    const before = await rowsOf(DEMO_TENANT_ID);
    const probes = probesOf(schema);
    expect(probes.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["query", "mutation", "subscription"]),
    );
    for (const probe of probes) {
      for (const kind of ["fund", "account", "transaction"] as const) {
        const foreign = await run(probe, stranger(), ownedIds(kind));
        const unknown = await run(probe, stranger(), unknownIds());
        expect(`${probe.field} ${foreign}`).toBe(`${probe.field} ${unknown}`);
      }
    }
    expect(await rowsOf(DEMO_TENANT_ID)).toEqual(before);
  });

  test("while the owner's own ids are found", async () => {
    const found = probesOf(schema).find(({ field }) => field === "fund");
    if (found === undefined) throw new Error("there should be a query for a fund");
    expect(await run(found, owned.context, ownedIds("fund"))).toContain('"__typename":"Fund"');
  });

  test("as references from the graph", async () => {
    const document = parse(
      "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }",
    );
    const of = [
      { __typename: "Fund", id: owned.fundId },
      { __typename: "Account", id: owned.bank },
      { __typename: "Transaction", id: transactionId },
    ];
    const asked = async (request: RequestContext) =>
      (
        await execute({
          schema,
          document,
          variableValues: { of },
          contextValue: createLedgerContext(stores, request),
        })
      ).data?.["_entities"];
    expect(await asked(stranger())).toEqual([null, null, null]);
    expect(await asked(owned.context)).toHaveLength(3);
  });
});

async function withoutTenant(count: string): Promise<number | undefined> {
  const nobody = createPool({ url: database.url, logger: quiet, max: 1 });
  const { rows } = await nobody.query<{ n: number }>(count);
  await nobody.end();
  return rows[0]?.n;
}

describe("beneath the code", () => {
  test("every table with a tenant forces its rule on the owner, too", async () => {
    const { rows } = await database.pool.query<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relforcerowsecurity AND relrowsecurity
       AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    expect(rows.map(({ relname }) => relname)).toEqual(await tenantTables());
  });

  test("every unique key begins with the tenant, but for the feed's one order", async () => {
    const { rows } = await database.pool.query<{ key: string }>(
      `SELECT i.indexrelid::regclass::text AS key FROM pg_index i
       JOIN pg_class c ON c.oid = i.indrelid AND c.relname = ANY ($1)
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
       WHERE i.indisunique AND a.attname <> 'tenant_id'`,
      [await tenantTables()],
    );
    expect(rows).toEqual([{ key: "feed_pkey" }]);
  });

  test("a query that forgets the tenant sees its own rows, and none without a tenant", async () => {
    for (const table of ["book", "event", "entry", "fund", "account", "transaction"]) {
      const count = `SELECT count(*)::int AS n FROM ${table}`;
      const asTenant = async (tenantId: string) =>
        (await reads.query<{ n: number }>(`${count} WHERE $1::uuid IS NOT NULL`, [tenantId]))
          .rows[0]?.n;
      expect(await asTenant(DEMO_TENANT_ID)).toBeGreaterThan(0);
      expect(await asTenant(newId())).toBe(0);
      expect(await withoutTenant(count)).toBe(0);
    }
  });

  test("no row can be written for another tenant", async () => {
    await expect(
      reads.query("INSERT INTO fund SELECT $2, $3, 'Theirs', 'EUR', now() WHERE $1 <> ''", [
        DEMO_TENANT_ID,
        newId(),
        newId(),
      ]),
    ).rejects.toMatchObject({ code: "42501" });
  });

  test("the sequencer's way across tenants shows the ends of books and no event", async () => {
    const sequencer = createPool({ url: database.url, logger: quiet, max: 1 });
    await sequencer.query("SET app.sequencer = 'on'");
    const count = async (table: string) =>
      (await sequencer.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]?.n;
    expect(await count("book")).toBeGreaterThan(0);
    for (const table of ["event", "entry", "fund", "account", "transaction"]) {
      expect(await count(table)).toBe(0);
    }
    await sequencer.end();
  });
});
