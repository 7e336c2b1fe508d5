import { DEMO_TENANT_ID, type RequestContext } from "@allfunds/platform/context";
import { createPool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLedgerDatabase, quiet } from "../ledger-database.fixture.ts";
import { openGraph, type LedgerGraph } from "../ledger-graph.fixture.ts";
import { probesOf } from "./operation-probe.fixture.ts";
import {
  answerTo,
  idsOf,
  openAdministeredToo,
  rowsOf,
  takesIds,
  tenantTables,
  unknownIds,
  waysToTake,
  type OwnedFund,
} from "./run-probe.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let owned: OwnedFund;
/** A caller of a tenant that has done nothing yet. */
const newTenant = () => testContext({ tenantId: newId() });

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  owned = await openAdministeredToo(graph, testContext());
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

describe("another tenant's ids are answered like ids that do not exist", () => {
  test("on every query, mutation and subscription", async () => {
    const tables = await tenantTables(database.pool);
    const before = await rowsOf(graph, tables, DEMO_TENANT_ID);
    const probes = probesOf(graph.schema);
    expect(probes.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["query", "mutation", "subscription"]),
    );
    for (const probe of probes) {
      const unknown = await answerTo(graph, probe, newTenant(), unknownIds());
      for (const ids of waysToTake(probe, owned)) {
        const foreign = await answerTo(graph, probe, newTenant(), ids);
        expect(`${probe.field} ${foreign}`).toBe(`${probe.field} ${unknown}`);
      }
    }
    expect(await rowsOf(graph, tables, DEMO_TENANT_ID)).toEqual(before);
  });

  test("as references from the graph", async () => {
    const of = [
      { __typename: "Fund", id: owned.fundId },
      { __typename: "Account", id: owned.bank },
      { __typename: "Transaction", id: owned.ids.transaction },
    ];
    const asked = async (request: RequestContext) =>
      (
        await graph.run(
          request,
          "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }",
          { of },
        )
      ).data?.["_entities"];
    expect(await asked(newTenant())).toEqual([null, null, null]);
    expect(await asked(owned.context)).toEqual(of.map(({ __typename }) => ({ __typename })));
  });

  // Last, because the owner changes what is his. An operation that answers its owner nothing else is not
  // reached by the probes, and whatever it does with ids was not tested.
  test("while every operation that takes ids answers their owner something else", async () => {
    const reaching = probesOf(graph.schema).filter(
      (each) => takesIds(each) && !CHOOSES_IDS.has(each.field),
    );
    const silent: string[] = [];
    for (const probe of reaching) {
      const unknown = await answerTo(graph, probe, owned.context, unknownIds());
      const own: string[] = [];
      for (const ids of idsOf(owned)) own.push(await answerTo(graph, probe, owned.context, ids));
      if (own.every((answer) => answer === unknown)) silent.push(`${probe.field} ${unknown}`);
    }
    expect(silent).toEqual([]);
  });
});

/** Takes ids for new things only, and the probe gives two of them one id. */
const CHOOSES_IDS: ReadonlySet<string> = new Set(["registerInvestors"]);

async function withoutTenant(count: string): Promise<number | undefined> {
  const untenanted = createPool({ url: database.url, logger: quiet, max: 1 });
  const { rows } = await untenanted.query<{ n: number }>(count);
  await untenanted.end();
  return rows[0]?.n;
}

describe("beneath the code", () => {
  test("every table with a tenant forces its rule on the owner, too", async () => {
    const { rows } = await database.pool.query<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relforcerowsecurity AND relrowsecurity
       AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    expect(rows.map(({ relname }) => relname)).toEqual(await tenantTables(database.pool));
  });

  test("every unique key begins with the tenant, but for the feed's one order", async () => {
    const { rows } = await database.pool.query<{ key: string }>(
      `SELECT i.indexrelid::regclass::text AS key FROM pg_index i
       JOIN pg_class c ON c.oid = i.indrelid AND c.relname = ANY ($1)
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
       WHERE i.indisunique AND a.attname <> 'tenant_id'`,
      [await tenantTables(database.pool)],
    );
    expect(rows).toEqual([{ key: "feed_pkey" }]);
  });

  test("a query without a condition on the tenant sees its own rows, and none without a tenant", async () => {
    for (const table of ["book", "event", "entry", "fund", "account", "transaction"]) {
      const count = `SELECT count(*)::int AS n FROM ${table}`;
      const asTenant = async (tenantId: string) =>
        (await graph.reads.query<{ n: number }>(`${count} WHERE $1::uuid IS NOT NULL`, [tenantId]))
          .rows[0]?.n;
      expect(await asTenant(DEMO_TENANT_ID)).toBeGreaterThan(0);
      expect(await asTenant(newId())).toBe(0);
      expect(await withoutTenant(count)).toBe(0);
    }
  });

  test("no row can be written for another tenant", async () => {
    await expect(
      graph.reads.query("INSERT INTO fund SELECT $2, $3, 'Theirs', 'EUR', now() WHERE $1 <> ''", [
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
