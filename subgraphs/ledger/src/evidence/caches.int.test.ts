import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerDatabase, openBooks, payIn } from "../ledger-database.fixture.ts";
import { openGraph, signedIn, type LedgerGraph } from "../ledger-graph.fixture.ts";
import { PROJECTIONS } from "../slices/model.ts";
import { advance } from "../projections/advance.ts";
import { rebuild } from "../projections/rebuild.ts";
import { balanceRuns } from "../slices/balances/balance-runs.ts";
import {
  CHANGES,
  POSTS_NOTHING,
  REVIEW_OF,
  watchPostings,
} from "../slices/proposals/posting-commands.fixture.ts";
import { CACHES } from "./caches.fixture.ts";
import { verifyAndNote, verifyBook } from "./verify-book.ts";
import { writeWholeBook, type WholeBook } from "./whole-book.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let whole: WholeBook;
const watch = watchPostings();

const request = () => signedIn("ann", { overrides: { tenantId: whole.tenantId } });
const book = () => ({ tenantId: whole.tenantId, bookId: whole.fundId });

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  const { books } = openBooks(database);
  whole = await writeWholeBook(books);
  watch.stop();
  // Long enough that sums of runs are stored.
  for (let n = 0; n < 6; n += 1) {
    const requests = Array.from({ length: 100 }, () => payIn(whole, "0.01"));
    await books.executeEach(request(), whole.fundId, requests, false);
  }
  // A later day, or the sums of all days would not be needed for the reports below.
  await books.execute(request(), payIn(whole, "0.01", { effectiveDate: "2026-07-15" }));
  for (const projection of PROJECTIONS) {
    while (!(await advance(database.pool, book(), projection)).done);
  }
  await verifyAndNote(database.pool, book(), { fromCheckpoint: false });
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const silent = (kind: string): boolean =>
  [POSTS_NOTHING, CHANGES].includes(REVIEW_OF[kind as keyof typeof REVIEW_OF]);

test("no command posts that limits do not review, and that no reason is named for", () => {
  expect([...watch.posted].filter(silent)).toEqual([]);
  // What is named as posting does post, as far as this book has it.
  const posting = [...watch.decided].filter((kind) => !silent(kind));
  expect(posting.length).toBeGreaterThan(20);
  // Of orders that are placed only transfers post at once; the book has none.
  expect(posting.filter((kind) => !watch.posted.has(kind))).toEqual(["PlaceOrder"]);
  // These it does not decide: of them only the first four and the publication post, and are named so.
  expect(Object.keys(REVIEW_OF).filter((kind) => !watch.decided.has(kind))).toEqual([
    "MoveStatementLine",
    "RevalueCurrencies",
    "SplitStatementLine",
    "ApproveOrder",
    "PublishRestatement",
    "OpenChart",
    "RejectOrder",
    "RestateNav",
  ]);
});

const ASK = `query ($id: ID!, $bank: ID!) {
  ledgerTrail(fundId: $id, actor: "ann", first: 5) { nodes { position } }
  fund(id: $id) {
    trialBalance(asOf: "2026-06-30") { totals { currency debit { amount } credit { amount } } }
    balanceSheet { totals { currency assets { amount } equity { amount } } }
    search(text: "paid", first: 5) { nodes { id } }
  }
  account(id: $bank) {
    balance(asOf: "2026-06-30") { amount }
    statement(from: "2026-06-01", to: "2026-06-30") {
      openingBalance { amount } closingBalance { amount }
      lines(first: 5) { nodes { balance { amount } } }
    }
  }
}`;

const ask = () => graph.run(request(), ASK, { id: whole.fundId, bank: whole.bank });

async function answers(): Promise<unknown> {
  const { data, errors } = await ask();
  expect(errors).toBeUndefined();
  return data;
}

test.each(CACHES)(
  "%s can be dropped: made anew from the log, every answer is the same",
  async (table) => {
    const before = await answers();
    const proven = await verifyBook(database.pool, book());
    await database.asSuperuser(`TRUNCATE ${table}`);
    for (const projection of PROJECTIONS) await rebuild(database.pool, book(), projection);
    expect(await answers()).toEqual(before);
    expect(await verifyBook(database.pool, book())).toEqual(proven);
  },
);

test("sums that were changed by hand give an error and an alarm, never figures", async () => {
  await database.asSuperuser(
    `UPDATE balance_run SET amount = amount + 99900
     WHERE account_id = '${whole.bank}' AND book_id = '${whole.fundId}'`,
  );
  const { data, errors } = await ask();
  expect(data?.["fund"]).toBeNull();
  expect(errors?.map(({ originalError }) => originalError)).toContainEqual(
    expect.objectContaining({ code: "BOOK_CORRUPT" }),
  );
  expect(graph.alarms).toContain("debits and credits of its accounts differ by 999.00 EUR");
  await rebuild(database.pool, book(), balanceRuns());
  await answers();
});

test("a proof goes on from its last checkpoint, and the whole proof does not rely on it", async () => {
  await verifyAndNote(database.pool, book(), { fromCheckpoint: false });
  const { books } = openBooks(database);
  await books.execute(request(), payIn(whole, "0.01"));
  const seen: number[] = [];
  const onProgress = (position: number): void => void seen.push(position);
  const rest = await verifyAndNote(database.pool, book(), { fromCheckpoint: true, onProgress });
  expect(rest).toEqual(await verifyBook(database.pool, book()));
  expect(seen).toHaveLength(1);
  // What lies before the checkpoint is not looked at again; what decisions read is, always.
  const amount = "UPDATE entry SET amount = amount + 1 WHERE position = 5";
  await database.asSuperuser(`${amount} AND book_id = '${whole.fundId}'`);
  const from = { fromCheckpoint: true };
  expect(await verifyAndNote(database.pool, book(), from)).toMatchObject({ sound: true });
  expect(await verifyBook(database.pool, book())).toMatchObject({
    sound: false,
    fault: { position: 5, kind: "ROW" },
  });
  await database.asSuperuser(`UPDATE hold SET remaining = 1 WHERE status = 'ACTIVE'`);
  expect(await verifyAndNote(database.pool, book(), from)).toMatchObject({ sound: false });
});
