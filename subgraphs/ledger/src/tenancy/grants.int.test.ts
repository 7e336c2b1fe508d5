import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLedgerDatabase } from "../ledger-database.fixture.ts";
import { codeOf, openGraph, signedIn, type LedgerGraph } from "../ledger-graph.fixture.ts";
import { probesOf } from "./operation-probe.fixture.ts";
import {
  answerTo,
  idsOf,
  openOwnedFund,
  rowsOf,
  takesIds,
  tenantTables,
  unknownIds,
  waysToTake,
  type OwnedFund,
} from "./run-probe.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let granted: OwnedFund;
let hidden: OwnedFund;
const tenantId = newId();

/** A caller who may do everything, in the funds of a list. */
const limited = (...funds: string[]): RequestContext =>
  signedIn("limited", { funds, overrides: { tenantId } });

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  granted = await openOwnedFund(graph, testContext({ tenantId }));
  hidden = await openOwnedFund(graph, testContext({ tenantId }));
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

describe("a fund that is not on the caller's list is answered like one that does not exist", () => {
  test("on every query, mutation and subscription", async () => {
    const tables = await tenantTables(database.pool);
    const before = await rowsOf(graph, tables, tenantId);
    for (const probe of probesOf(graph.schema)) {
      const unknown = await answerTo(graph, probe, limited(granted.fundId), unknownIds());
      for (const ids of waysToTake(probe, hidden)) {
        const foreign = await answerTo(graph, probe, limited(granted.fundId), ids);
        expect(`${probe.field} ${foreign}`).toBe(`${probe.field} ${unknown}`);
      }
    }
    expect(await rowsOf(graph, tables, tenantId)).toEqual(before);
  });

  test("in orders to a fund that is on it", async () => {
    const { fundId } = granted;
    // What a client calls its own things is unique in the tenant, whatever callers may see.
    const probes = probesOf(graph.schema).filter((probe) =>
      takesIds(probe, "id", "transactionId", "fundId"),
    );
    for (const probe of probes) {
      const own = (): [string, string][] => [
        ["id", newId()],
        ["transactionId", newId()],
        ["fundId", fundId],
      ];
      const foreign = new Map([...(idsOf(hidden)[1] ?? []), ...own()]);
      const unknown = new Map([...unknownIds(), ...own()]);
      const by = limited(fundId);
      expect(`${probe.field} ${await answerTo(graph, probe, by, foreign)}`).toBe(
        `${probe.field} ${await answerTo(graph, probe, by, unknown)}`,
      );
    }
  });

  test("as references from the graph, in lists and in the feed", async () => {
    const of = [granted, hidden].flatMap(({ fundId, bank, ids }) => [
      { __typename: "Fund", id: fundId },
      { __typename: "Account", id: bank },
      { __typename: "Transaction", id: ids.transaction },
    ]);
    const by = limited(granted.fundId);
    const asked = await graph.run(
      by,
      "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }",
      { of },
    );
    expect(asked.data?.["_entities"]).toEqual([
      { __typename: "Fund" },
      { __typename: "Account" },
      { __typename: "Transaction" },
      null,
      null,
      null,
    ]);
    const lists = `{ funds { nodes { id } } entries { nodes { account { fund { id } } } }
      proposals { nodes { fund { id } } } approvalLimits { nodes { fund { id } } } }`;
    const text = JSON.stringify(await graph.run(by, lists));
    expect(text).toContain(granted.fundId);
    expect(text).not.toContain(hidden.fundId);
  });

  test("with an empty list there is nothing at all", async () => {
    const { data } = await graph.run(
      limited(),
      "{ funds { nodes { id } } entries { nodes { id } } }",
    );
    expect(data).toEqual({ funds: { nodes: [] }, entries: { nodes: [] } });
  });
});

const openFund = (id: string, ...funds: string[]) =>
  graph.run(
    limited(...funds),
    'mutation ($id: ID) { openFund(input: { id: $id, name: "New", currency: "EUR" }) { id } }',
    { id },
  );

test("a fund cannot be opened with a list, whatever its id", async () => {
  const id = newId();
  expect(codeOf(await openFund(id, granted.fundId))).toBe("FORBIDDEN");
  expect(codeOf(await openFund(id, id))).toBe("FORBIDDEN");
});

const setLimit = (by: RequestContext, fundId?: string) =>
  graph.run(
    by,
    'mutation ($fundId: ID) { setApprovalLimit(input: { currency: "USD", amount: "1.00", fundId: $fundId }) { amount } }',
    { fundId },
  );

test("a limit for every fund cannot be set with a list; the first of one fund waits", async () => {
  expect(codeOf(await setLimit(limited(granted.fundId)))).toBe("FORBIDDEN");
  const ofOne = await setLimit(limited(granted.fundId), granted.fundId);
  expect(codeOf(ofOne)).toBe("APPROVAL_REQUIRED");
});

const countFunds = async (reads: Pick<typeof graph.reads, "query">) =>
  (
    await reads.query<{ n: number }>("SELECT count(*)::int AS n FROM fund WHERE tenant_id = $1", [
      tenantId,
    ])
  ).rows[0]?.n;

/** What a tenant records for all of its funds: every caller of the tenant reads it. */
const OF_EVERY_FUND = ["dimension", "dimension_value", "exchange_rate", "security"];

describe("beneath the code", () => {
  test("every table of tenants has a rule for grants", async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT polrelid::regclass::text AS name FROM pg_policy
       WHERE polname = 'granted_funds' AND NOT polpermissive ORDER BY 1`,
    );
    const ruled = [...rows.map(({ name }) => name), ...OF_EVERY_FUND];
    expect(new Set(ruled)).toEqual(new Set(await tenantTables(database.pool)));
  });

  test("a query without the grants shows the rows of granted funds only", async () => {
    for (const table of await tenantTables(database.pool)) {
      const rows = async (...funds: string[]) =>
        (
          await graph.reads
            .seeing(funds)
            .query<{ text: string }>(
              `SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM ${table} t WHERE $1::uuid IS NOT NULL`,
              [tenantId],
            )
        ).rows[0]?.text ?? "";
      expect([table, await rows()]).toEqual([table, ""]);
      expect(await rows(granted.fundId)).not.toContain(hidden.fundId);
      const both = await rows(granted.fundId, hidden.fundId);
      const all = await rowsOf(graph, [table], tenantId);
      expect(both.split(" ").sort()).toEqual((all[table] ?? "").split(/[ \n]/).sort());
    }
  });

  test("what a connection may see does not stay with it", async () => {
    for (let round = 0; round < 10; round += 1) {
      expect(await countFunds(graph.reads.seeing([granted.fundId]))).toBe(1);
      expect(await countFunds(graph.reads)).toBe(2);
      expect(await countFunds(graph.reads.seeing(["*", "no id"]))).toBe(0);
    }
  });
});
