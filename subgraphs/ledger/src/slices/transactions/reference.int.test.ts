import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
} from "../../ledger-database.fixture.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

const TAKEN = { code: "ALREADY_EXISTS", violations: [{ path: "reference" }] };

describe("a client's reference", () => {
  test("names one transaction of a book, in whichever batch or instance the second comes", async () => {
    const { books } = openBooks(database);
    const fund = await openSmallFund(books);
    await books.execute(fund.context, payIn(fund, "1.00", { reference: "INV-1" }));
    await expect(
      books.execute(fund.context, payIn(fund, "2.00", { reference: "INV-1" })),
    ).rejects.toMatchObject(TAKEN);
    await expect(
      openBooks(database).books.execute(fund.context, payIn(fund, "2.00", { reference: "INV-1" })),
    ).rejects.toMatchObject(TAKEN);
    const twins = Array.from({ length: 5 }, () => payIn(fund, "1.00", { reference: "INV-2" }));
    const verdicts = await books.executeEach(fund.context, fund.fundId, twins, false);
    expect(verdicts.map(({ accepted }) => accepted)).toEqual([true, false, false, false, false]);
  });

  test("is free again when the bulk that brought it was refused, and is no other book's business", async () => {
    const { books } = openBooks(database);
    const fund = await openSmallFund(books);
    const orders = [payIn(fund, "1.00", { reference: "A" }), payIn(fund, "0")];
    await books.executeEach(fund.context, fund.fundId, orders, true);
    await books.execute(fund.context, payIn(fund, "1.00", { reference: "A" }));
    const other = await openSmallFund(books);
    const [posted] = await books.execute(other.context, payIn(other, "1.00", { reference: "A" }));
    expect(posted?.payload).toMatchObject({ reference: "A" });
  });

  test("leaves banks free to use theirs again", async () => {
    const { books } = openBooks(database);
    const fund = await openSmallFund(books);
    const source = { kind: "STATEMENT", importId: newId() } as const;
    await books.execute(fund.context, payIn(fund, "1.00", { reference: "B", source }));
    await books.execute(fund.context, payIn(fund, "2.00", { reference: "B", source }));
    const [posted] = await books.execute(fund.context, payIn(fund, "3.00", { reference: "B" }));
    expect(posted?.position).toBe(6);
  });
});
