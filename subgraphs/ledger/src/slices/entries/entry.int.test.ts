import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { openGraph, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import { entryPage } from "./entry-sql.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let fund: SmallFund;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books);
  const orders = Array.from({ length: 7 }, (_, n) => payIn(fund, `${n + 1}.00`));
  await graph.books.executeEach(fund.context, fund.fundId, orders, true);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const ENTRIES = `query ($account: ID!, $after: Cursor) {
  account(id: $account) {
    entries(first: 3, after: $after) { nodes { amount { amount } } pageInfo { endCursor hasNextPage } } } }`;

interface Answer {
  readonly account: {
    readonly entries: {
      readonly nodes: readonly { readonly amount: { readonly amount: string } }[];
      readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
    };
  };
}

test("the pages of an account's entries lead through all of them in their order", async () => {
  const amounts: string[] = [];
  let after: string | null = null;
  for (let hasNextPage = true; hasNextPage;) {
    const variables = { account: fund.bank, after };
    const { data, errors } = await graph.run(fund.context, ENTRIES, variables);
    expect(errors).toBeUndefined();
    const { nodes, pageInfo } = (data as unknown as Answer).account.entries;
    amounts.push(...nodes.map(({ amount }) => amount.amount));
    ({ endCursor: after, hasNextPage } = pageInfo);
  }
  expect(amounts).toEqual(["1.00", "2.00", "3.00", "4.00", "5.00", "6.00", "7.00"]);
});

test("a page of an account's entries is read from the account's index, not from those of others", async () => {
  const place = Buffer.from(JSON.stringify([fund.fundId, 5, 0])).toString("base64url");
  const { tenantId } = fund.context;
  for (const after of [undefined, place]) {
    const { sql, parameters } = entryPage(tenantId, { accountId: fund.bank }, { first: 3, after });
    const plan = await planOf(sql, parameters);
    expect(plan).toContain("entry_by_account");
    expect(plan).not.toContain("entry_pkey");
  }
});

/** How a statement is carried out where nothing is sorted and no whole table is read. */
async function planOf(sql: string, parameters: readonly unknown[]): Promise<string> {
  const client = await database.pool.connect();
  try {
    await client.query("BEGIN; SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off");
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN ${sql}`, [
      ...parameters,
    ]);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
}
