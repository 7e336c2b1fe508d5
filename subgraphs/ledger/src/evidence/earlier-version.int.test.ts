import { createPool } from "@allfunds/platform/database";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEarlierRows } from "./earlier-rows.fixture.ts";
import { verifyFeed } from "./verify-feed.ts";
import { openBooks, payIn, quiet } from "../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  waitingIn,
  type LedgerGraph,
} from "../ledger-graph.fixture.ts";
import { recordEarlierImports } from "../slices/bank-statements/record-earlier-imports.ts";
import { verifyBook } from "./verify-book.ts";
import { OrderPool } from "../tenancy/order-pool.ts";

// Written by the version whose books had no digest, whose imports had no events, and which copied a tenant's
// limits into every book: a fund with holds, reversals, closed periods, proposals that wait and both limits.
const ROWS = new URL("./earlier-version.ndjson", import.meta.url);
const TENANT = "018f0000-0000-7000-8000-00000000aaaa";
/** The newest step of the schema that it had. */
const NEWEST_STEP = "0060-bound-reversals";

let database: TestDatabase;
let graph: LedgerGraph;
const ids: { fundId: string; bank: string; capital: string; frozen: string } = {
  fundId: "",
  bank: "",
  capital: "",
  frozen: "",
};

const as = (name: string) => signedIn(name, { overrides: { tenantId: TENANT } });

beforeAll(async () => {
  const headOfFeed = "UPDATE feed_head SET seq = (SELECT max(seq) FROM feed)";
  database = await openEarlierRows(ROWS, NEWEST_STEP, headOfFeed);
  graph = await openGraph(database);
  const client = await database.pool.connect();
  await client.query("SELECT set_config('app.tenant', $1, false)", [TENANT]);
  const { rows } = await client.query<{ id: string; code: string; fund_id: string }>(
    "SELECT id, code, fund_id FROM account",
  );
  client.release(true);
  const account = (code: string) => rows.find((row) => row.code === code)?.id ?? "";
  Object.assign(ids, {
    fundId: rows[0]?.fund_id,
    bank: account("BANK"),
    capital: account("CAP"),
    frozen: account("1010"),
  });
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

test("its books are sound, and so is the feed", async () => {
  const { rows } = await graph.reads.query<{ id: string }>(
    "SELECT id FROM book WHERE tenant_id = $1",
    [TENANT],
  );
  expect(rows).toHaveLength(2);
  for (const { id: bookId } of rows) {
    const found = await verifyBook(database.pool, { tenantId: TENANT, bookId });
    expect(found).toMatchObject({ sound: true });
  }
  expect(await verifyFeed(database.pool, TENANT)).toBeUndefined();
});

test("its imports get their events, and every rule it had goes on", async () => {
  const pool = new OrderPool(createPool({ url: database.url, logger: quiet, max: 2 }));
  await recordEarlierImports(openBooks(database).books, pool);
  await pool.end();
  const { fundId, bank, capital, frozen } = ids;
  const fund = { fundId, bank, capital, context: as("ann") };
  const tries = async (amount: string, more: Parameters<typeof payIn>[2] = {}) =>
    graph.books.execute(as("ann"), payIn(fund, amount, more)).then(
      () => "ok",
      ({ code }: { code: string }) => code,
    );
  expect(await tries("1.00")).toBe("ok");
  expect(await tries("1000.01")).toBe("APPROVAL_REQUIRED");
  expect(await tries("1.00", { effectiveDate: "2024-06-30" })).toBe("POSTING_PERIOD_CLOSED");
  expect(await tries("1.00", { effectiveDate: "2025-06-30" })).toBe("ok");
  expect(await tries("1.00", { reference: "last" })).toBe("ALREADY_EXISTS");
  expect(await tries("1.00", { entries: entries(frozen, capital) })).toBe("ACCOUNT_FROZEN");
  expect(await tries("9999.00", { entries: entries(capital, bank, "9999.00") })).toBe(
    "INSUFFICIENT_FUNDS",
  );
  const [again] = await graph.books.execute(as("ann"), {
    ...payIn(fund, "100.10", { key: "key 1", reference: "ref 1" }),
  });
  expect(again?.position).toBe(4);
});

test("what waited is approved by another person, and holds and reversals go on from what was left", async () => {
  const waiting = await graph.run(
    as("bob"),
    "{ proposals(status: WAITING) { nodes { id kind } } }",
  );
  const { nodes } = dataOf<{ nodes: { id: string; kind: string }[] }>(waiting, "proposals");
  expect(nodes.map(({ kind }) => kind).sort()).toEqual(["ADJUSTMENT", "POSTING", "POSTING"]);
  const oldest = nodes.filter(({ kind }) => kind === "POSTING").at(-1)?.id;
  const approve = "mutation ($id: ID!) { approveProposal(id: $id) { status transaction { id } } }";
  expect(codeOf(await graph.run(as("ann"), approve, { id: oldest }))).toBe("FORBIDDEN");
  expect(await graph.run(as("bob"), approve, { id: oldest })).toMatchObject({
    data: { approveProposal: { status: "APPROVED" } },
  });
  expect(waitingIn(waiting)).toBe("none");
  const holds = await graph.run(as("ann"), `{ account(id: "${ids.bank}") { held { amount } } }`);
  expect(dataOf<{ held: { amount: string } }>(holds, "account").held.amount).toBe("20.00");
  const { rows } = await graph.reads.query<{ reverses: string }>(
    "SELECT DISTINCT reverses FROM transaction WHERE tenant_id = $1 AND reverses IS NOT NULL",
    [TENANT],
  );
  const reverse = `mutation { reverseTransaction(input: { transactionId: "${rows[0]?.reverses}" }) { id } }`;
  expect(codeOf(await graph.run(as("ann"), reverse))).toBe("ALREADY_REVERSED");
});

test("after all of it the books are sound", async () => {
  const { rows } = await graph.reads.query<{ id: string; state_digest: Buffer | null }>(
    "SELECT id, state_digest FROM book WHERE tenant_id = $1",
    [TENANT],
  );
  for (const { id: bookId } of rows) {
    const found = await verifyBook(database.pool, { tenantId: TENANT, bookId });
    expect(found).toMatchObject({ sound: true });
  }
  expect(rows.find(({ id }) => id === ids.fundId)?.state_digest).not.toBeNull();
});

const entries = (debited: string, credited: string, amount = "1.00") => [
  { accountId: debited, side: "DEBIT" as const, amount },
  { accountId: credited, side: "CREDIT" as const, amount },
];
