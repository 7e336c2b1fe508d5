import { createPool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  quiet,
} from "../../ledger-database.fixture.ts";
import { recordEarlierImports } from "./record-earlier-imports.ts";
import { OrderPool } from "../../tenancy/order-pool.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

test("imports that were recorded beside the log get their event, once, whichever instance begins", async () => {
  const { fundId, bank, context } = await openSmallFund(openBooks(database).books);
  const instances = [openBooks(database).books, openBooks(database).books] as const;
  const ids = [newId(), newId()];
  const row = (id: string) => `
    INSERT INTO statement_import (tenant_id, id, book_id, account_id, format, iban, imported_at, lines,
      posted, proposed, duplicates, possible_duplicates, skipped, opening_balance, closing_balance)
    VALUES ('${context.tenantId}', '${id}', '${fundId}', '${bank}', 'CSV', NULL,
      '2026-05-01T10:00:00Z', 4, 2, 0, 1, 1, 0, 1000, NULL)`;
  const unsealed = `UPDATE book SET state_digest = NULL WHERE id = '${fundId}'`;
  await database.asSuperuser(...ids.map(row), unsealed);
  const book = { tenantId: context.tenantId, bookId: fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true, position: 3 });
  const pool = new OrderPool(createPool({ url: database.url, logger: quiet, max: 2 }));
  await Promise.all(instances.map((each) => recordEarlierImports(each, pool)));
  await recordEarlierImports(instances[0], pool);
  await pool.end();
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true, position: 5 });
  const { rows } = await database.pool.query(
    "SELECT id, position FROM statement_import WHERE book_id = $1 ORDER BY position",
    [fundId],
  );
  expect(rows).toEqual([
    { id: ids[0], position: "4" },
    { id: ids[1], position: "5" },
  ]);
});
