import { createPool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Books } from "../model.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  quiet,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { HoldExpiry } from "./hold-expiry.ts";
import { OrderPool } from "../../tenancy/order-pool.ts";

let database: TestDatabase;
let reads: OrderPool;
let books: Books;
beforeAll(async () => {
  database = await createLedgerDatabase();
  reads = new OrderPool(createPool({ url: database.url, logger: quiet, max: 1 }));
  ({ books } = openBooks(database));
});
afterAll(async () => {
  await reads.end();
  await database.drop();
});

async function fundWithHold(expiresAt: Date): Promise<SmallFund> {
  const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
  await books.execute(fund.context, payIn(fund, "100.00"));
  await books.execute(fund.context, {
    bookId: fund.fundId,
    command: {
      kind: "PlaceHold",
      fundId: fund.fundId,
      holdId: newId(),
      accountId: fund.bank,
      amount: "40.00",
      contraAccountId: null,
      description: "Reserved",
      reference: null,
      metadata: {},
      expiresAt,
    },
    key: undefined,
    content: null,
  });
  return fund;
}

const typesOf = async ({ context: { tenantId }, fundId }: SmallFund): Promise<string[]> => {
  const { rows } = await reads.query<{ type: string }>(
    "SELECT type FROM event WHERE tenant_id = $1 AND book_id = $2 ORDER BY position DESC LIMIT 1",
    [tenantId, fundId],
  );
  return rows.map(({ type }) => type);
};

test("a due hold is recorded as expired for every tenant that has a book", async () => {
  const soon = new Date(testContext().now.getTime() + 60_000);
  const later = new Date(soon.getTime() + 60_000);
  const [first, second] = [await fundWithHold(soon), await fundWithHold(soon)];
  const third = await fundWithHold(later);
  await new HoldExpiry(books, reads, quiet).expire(new Date(soon.getTime() + 1_000));
  expect(await Promise.all([first, second, third].map(typesOf))).toEqual([
    ["HoldExpired"],
    ["HoldExpired"],
    ["HoldPlaced"],
  ]);
});
