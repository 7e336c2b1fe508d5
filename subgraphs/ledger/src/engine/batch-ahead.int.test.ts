import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import type { Books } from "../slices/model.ts";
import { expectSound } from "./sound-book.fixture.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

const OPENING_EVENTS = 3;
const TOGETHER = 40;

/** So many postings at once that they leave as two batches; how many were stored. */
async function postTogether(books: Books, fund: SmallFund): Promise<number> {
  const posted = await Promise.all(
    Array.from({ length: TOGETHER }, () => books.execute(fund.context, payIn(fund, "0.01"))),
  );
  return posted.flat().length;
}

/** Backends that wait for a lock, by what they wait with. */
async function waiting(): Promise<{ pid: number; query: string }[]> {
  const { rows } = await database.pool.query<{ pid: number; query: string }>(
    `SELECT pid, query FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' ORDER BY query ~ 'advisory'`,
  );
  return rows;
}

/** Keeps the first of two batches from its end, for as long as `work` takes. */
async function withFirstHeldUp(fund: SmallFund, work: () => Promise<void>): Promise<void> {
  const blocker = await database.pool.connect();
  try {
    await blocker.query("BEGIN");
    await blocker.query("SELECT FROM account WHERE id = $1 FOR UPDATE", [fund.bank]);
    await work();
  } finally {
    await blocker.query("COMMIT");
    blocker.release();
  }
}

const bothWait = () =>
  vi.waitFor(async () => {
    const waits = await waiting();
    expect(waits.map(({ query }) => query)).toEqual([
      expect.stringContaining("UPDATE account"),
      expect.stringContaining("pg_advisory_xact_lock"),
    ]);
    return waits;
  });

test("the next batch appends while the one before is brought to its end", async () => {
  const { books } = openBooks(database);
  const fund = await openSmallFund(books);
  await books.execute(fund.context, payIn(fund, "1.00"));
  let posting = Promise.resolve(0);
  await withFirstHeldUp(fund, async () => {
    posting = postTogether(books, fund);
    await bothWait();
  });
  expect(await posting).toBe(TOGETHER);
  await expectSound(database, fund);
});

test("a batch that is lost takes the one behind it with it, and both are tried again", async () => {
  const { books } = openBooks(database);
  const fund = await openSmallFund(books);
  await books.execute(fund.context, payIn(fund, "1.00"));
  let posting = Promise.resolve(0);
  await withFirstHeldUp(fund, async () => {
    posting = postTogether(books, fund);
    const [first] = await bothWait();
    await database.pool.query("SELECT pg_terminate_backend($1)", [first?.pid]);
  });
  expect(await posting).toBe(TOGETHER);
  const { rows } = await database.pool.query("SELECT FROM event WHERE book_id = $1", [fund.fundId]);
  expect(rows).toHaveLength(OPENING_EVENTS + 1 + TOGETHER);
  await expectSound(database, fund);
});

test("a bulk that is too large for its share of what waits is stored after the one before it", async () => {
  const { books } = openBooks(database);
  const fund = await openSmallFund(books);
  await books.execute(fund.context, payIn(fund, "1.00"));
  const bulk = () =>
    books.executeEach(
      fund.context,
      fund.fundId,
      Array.from({ length: 100 }, () => payIn(fund, "0.01")),
      false,
    );
  let bulks: ReturnType<typeof bulk>[] = [];
  await withFirstHeldUp(fund, async () => {
    bulks = [bulk()];
    await vi.waitFor(async () => expect(await waiting()).toHaveLength(1));
    // With one under way and two waiting, neither half of all holds two.
    bulks.push(bulk(), bulk());
  });
  const verdicts = (await Promise.all(bulks)).flat();
  expect(verdicts.filter(({ accepted }) => accepted)).toHaveLength(300);
  await expectSound(database, fund);
});

test("the first batch of a book lets the process go on while it is stored", async () => {
  const { books } = openBooks(database);
  const context = testContext();
  const fundId = newId();
  const fund = { context, fundId, bank: newId(), capital: newId() };
  // After a refusal the queue holds that there is no such book, and decides on that.
  await expect(books.execute(context, payIn(fund, "1.00"))).rejects.toMatchObject({
    code: "FUND_NOT_FOUND",
  });
  // The lock behind which a batch is brought to its end, by the number that follows from the id of the book.
  const lock = [20_212, Number.parseInt(fundId.slice(-8), 16) | 0];
  const blocker = await database.pool.connect();
  await blocker.query("SELECT pg_advisory_lock($1, $2)", lock);
  const command = { kind: "OpenFund", fundId, name: "Slow", currency: "EUR" } as const;
  const opening = books.execute(context, {
    bookId: fundId,
    command,
    key: undefined,
    content: null,
  });
  await vi.waitFor(async () => expect(await waiting()).toHaveLength(1));
  await blocker.query("SELECT pg_advisory_unlock($1, $2)", lock);
  blocker.release();
  expect(await opening).toHaveLength(1);
});

test("instances that write one book never wait for each other in a circle", async () => {
  const instances = [openBooks(database), openBooks(database), openBooks(database)];
  const fund = await openSmallFund(openBooks(database).books);
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(instances.map(({ books }) => postTogether(books, fund)));
  }
  await expectSound(database, fund);
  await Promise.all(instances.map(({ books }) => books.drain()));
  const { rows } = await database.pool.query<{ deadlocks: string }>(
    "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
  );
  expect(rows).toEqual([{ deadlocks: "0" }]);
});
