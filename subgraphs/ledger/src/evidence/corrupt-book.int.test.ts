import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import type { BookCommand, Books } from "../slices/model.ts";
import { verifyBook } from "./verify-book.ts";

let database: TestDatabase;
let books: Books;
let fund: SmallFund;

beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

const send = (to: Books, command: BookCommand) =>
  to.execute(fund.context, { bookId: fund.fundId, command, key: undefined, content: null });

// An account that may not go below zero, one that is frozen, and a closed year.
beforeEach(async () => {
  ({ books } = openBooks(database));
  fund = await openSmallFund(books);
  const { fundId, bank: accountId, capital } = fund;
  await books.execute(fund.context, payIn(fund, "10.00"));
  await send(books, { kind: "SetAccountFloor", fundId, accountId, minimumBalance: "0" });
  await send(books, { kind: "FreezeAccount", fundId, accountId: capital, reason: "Review" });
  const periodId = fundId;
  await send(books, { kind: "ClosePeriod", fundId, periodId, from: undefined, to: "2025-12-31" });
});

const ATTACK = [
  () => `UPDATE account SET minimum_balance = NULL WHERE id = '${fund.bank}'`,
  () => `UPDATE account SET status = 'OPEN' WHERE id = '${fund.capital}'`,
  () => `DELETE FROM period WHERE book_id = '${fund.fundId}'`,
];

/** Takes more than there is, on a frozen account, in a closed year: what the three changes would allow. */
const forbidden = () => {
  const { command, ...request } = payIn(fund, "99.00", { effectiveDate: "2025-06-30" });
  if (command.kind !== "PostTransaction") throw new Error("a posting was expected");
  const entries = command.entries.map((entry) => ({
    ...entry,
    side: entry.side === "DEBIT" ? ("CREDIT" as const) : ("DEBIT" as const),
  }));
  return { ...request, command: { ...command, entries } };
};

const positionOf = async (): Promise<unknown> =>
  (await database.pool.query("SELECT position FROM book WHERE id = $1", [fund.fundId])).rows;

test("rows changed by a superuser let nothing be posted after a restart, and nothing is written", async () => {
  await database.asSuperuser(...ATTACK.map((statement) => statement()));
  const before = await positionOf();
  const restarted = openBooks(database);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(restarted.books.execute(fund.context, forbidden())).rejects.toMatchObject({
      code: "BOOK_CORRUPT",
    });
  }
  expect(await positionOf()).toEqual(before);
  expect(restarted.corrupt).toEqual([{ tenantId: fund.context.tenantId, bookId: fund.fundId }]);
  const found = await verifyBook(database.pool, {
    tenantId: fund.context.tenantId,
    bookId: fund.fundId,
  });
  expect(found).toMatchObject({ sound: false, fault: { kind: "ROW" } });
  const { rows } = await database.pool.query("SELECT balance FROM account WHERE id = $1", [
    fund.bank,
  ]);
  expect(rows).toEqual([{ balance: "1000" }]);
});

test.each([0, 1, 2])("change %i alone is enough to be refused", async (index) => {
  await database.asSuperuser(ATTACK[index]?.() ?? "");
  const { books: restarted } = openBooks(database);
  await expect(restarted.execute(fund.context, payIn(fund, "1.00"))).rejects.toMatchObject({
    code: "BOOK_CORRUPT",
  });
});

test("a running service goes on by what it holds, and refuses once it has to read the book again", async () => {
  await database.asSuperuser(...ATTACK.map((statement) => statement()));
  await expect(books.execute(fund.context, forbidden())).rejects.toMatchObject({
    code: "POSTING_PERIOD_CLOSED",
  });
  // Another instance writes: the first has to read what it wrote, and finds the rows.
  const other = openBooks(database);
  await expect(other.books.execute(fund.context, payIn(fund, "1.00"))).rejects.toMatchObject({
    code: "BOOK_CORRUPT",
  });
});

test("a digest that was emptied is no way around: the book is then proven by its log", async () => {
  const emptied = `UPDATE book SET state_digest = NULL WHERE id = '${fund.fundId}'`;
  await database.asSuperuser(emptied);
  const { books: sound } = openBooks(database);
  const { fundId, capital: accountId } = fund;
  await send(sound, { kind: "UnfreezeAccount", fundId, accountId, reason: "Reviewed" });
  await sound.execute(fund.context, payIn(fund, "1.00"));
  await database.asSuperuser(emptied, ...ATTACK.slice(0, 1).map((statement) => statement()));
  const { books: restarted } = openBooks(database);
  await expect(restarted.execute(fund.context, payIn(fund, "1.00"))).rejects.toMatchObject({
    code: "BOOK_CORRUPT",
  });
});

test("a book is written again once its rows are mended", async () => {
  const [change = () => ""] = ATTACK;
  await database.asSuperuser(change());
  const { books: restarted } = openBooks(database);
  await expect(restarted.execute(fund.context, payIn(fund, "1.00"))).rejects.toMatchObject({
    code: "BOOK_CORRUPT",
  });
  await database.asSuperuser(`UPDATE account SET minimum_balance = 0 WHERE id = '${fund.bank}'`);
  const { books: mended } = openBooks(database);
  await expect(mended.execute(fund.context, payIn(fund, "1.00"))).rejects.toMatchObject({
    code: "ACCOUNT_FROZEN",
  });
});
