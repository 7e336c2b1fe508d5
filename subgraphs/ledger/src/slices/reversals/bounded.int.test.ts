import type { AppError } from "@allfunds/contract/errors";
import { migrate, withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import type { PoolClient } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createWritePool } from "../../engine/batched-sql.ts";
import { CommandBus } from "../../engine/command-bus.ts";
import { decideBatch } from "../../engine/decide.ts";
import { PostgresBook, postgresBooks, storeBatch } from "../../engine/postgres-book.ts";
import { TenantBooks } from "../../engine/tenant-books.ts";
import { exportBook } from "../../evidence/export-book.ts";
import { importBook } from "../../evidence/import-book.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { MODEL, type BookRequest, type Books } from "../model.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  quiet,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { MIGRATIONS } from "../../migrations/index.ts";
import { ORIGINAL, type ReverseTransaction } from "./reversal.ts";

let database: TestDatabase;
let books: Books;
let fund: SmallFund;
/** Of 100.00. */
let original: string;

beforeAll(async () => {
  database = await createLedgerDatabase();
  ({ books } = openBooks(database));
});
afterAll(() => database.drop());

beforeEach(async () => {
  fund = await openSmallFund(books);
  original = newId();
  await books.execute(fund.context, payIn(fund, "100.00", { transactionId: original }));
});

function reverse(amount: string): BookRequest {
  const { fundId } = fund;
  const command: ReverseTransaction = {
    kind: "ReverseTransaction",
    fundId,
    reverses: original,
    transactionId: newId(),
    amount,
    entries: undefined,
    effectiveDate: "2026-06-30",
    description: "Back",
    reference: null,
    metadata: {},
  };
  return { bookId: fundId, command, key: undefined, content: null };
}

let behind = 1_000;
/** What a program writes that has neither rules nor counts, behind everything else in the book. */
async function insertReversal(
  client: PoolClient,
  minor: number,
  reverses: string | null = original,
) {
  const { context, fundId, bank, capital } = fund;
  const position = (behind += 1);
  const id = newId();
  await client.query(
    `INSERT INTO transaction (tenant_id, book_id, position, id, effective_date, reverses)
     VALUES ($1, $2, $3, $4, '2026-06-30', $5)`,
    [context.tenantId, fundId, position, id, reverses],
  );
  await client.query(
    `INSERT INTO entry (tenant_id, book_id, position, leg, account_id, effective_date, currency,
                        amount, balance_after)
     SELECT $1, $2, $3, leg, account, '2026-06-30', 'EUR', amount, 0
     FROM unnest($4::int[], $5::uuid[], $6::numeric[]) AS u (leg, account, amount)`,
    [context.tenantId, fundId, position, [0, 1], [bank, capital], [-minor, minor]],
  );
  return id;
}

async function inTransaction(work: (client: PoolClient) => Promise<unknown>): Promise<string> {
  const client = await database.pool.connect();
  try {
    await client.query("BEGIN");
    await work(client);
    await client.query("COMMIT");
    return "ok";
  } catch (error) {
    await client.query("ROLLBACK");
    return (error as { constraint?: string }).constraint ?? String(error);
  } finally {
    client.release();
  }
}

describe("the database, whatever program writes,", () => {
  test("takes reversals up to the whole of a transaction and none beyond", async () => {
    await books.execute(fund.context, reverse("40.00"));
    const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
    expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
    expect(await inTransaction((client) => insertReversal(client, 6_001))).toBe(
      "reversed_within_original",
    );
    expect(await inTransaction((client) => insertReversal(client, 6_000))).toBe("ok");
    expect(await inTransaction((client) => insertReversal(client, 1))).toBe(
      "reversed_within_original",
    );
  });

  test("counts several reversals in one transaction together", async () => {
    const twice = await inTransaction(async (client) => {
      await insertReversal(client, 6_000);
      await insertReversal(client, 6_000);
    });
    expect(twice).toBe("reversed_within_original");
  });

  test("lets one of two concurrent reversals through that are too much together", async () => {
    let resume: (() => void) | undefined;
    const bothWrote = new Promise<void>((resolve) => {
      resume = resolve;
    });
    let wrote = 0;
    const outcomes = await Promise.all(
      [1, 2].map(() =>
        inTransaction(async (client) => {
          await insertReversal(client, 6_000);
          wrote += 1;
          if (wrote === 2) resume?.();
          await bothWrote;
        }),
      ),
    );
    expect(outcomes.sort()).toEqual(["ok", "reversed_within_original"]);
  });

  test("takes no reversal of a reversal, of nothing, or of entries that were not there", async () => {
    const first = newId();
    const command = { ...(reverse("1.00").command as ReverseTransaction), transactionId: first };
    await books.execute(fund.context, { ...reverse("1.00"), command });
    for (const of of [first, newId()]) {
      expect(await inTransaction((client) => insertReversal(client, 100, of))).toBe(
        "reversed_within_original",
      );
    }
    expect(await inTransaction((client) => insertReversal(client, -100))).toBe(
      "reversed_within_original",
    );
  });

  test("refuses to delete what was counted", async () => {
    await books.execute(fund.context, reverse("100.00"));
    await expect(database.pool.query("DELETE FROM reversed_leg")).rejects.toMatchObject({
      code: "42501",
    });
  });
});

test("counting a reversal reads its own entries and those of its original, on new tables too", async () => {
  const fresh = await createLedgerDatabase();
  const writers = createWritePool(fresh.url, quiet);
  try {
    const client = await writers.connect();
    await client.query("SELECT set_config('app.tenant', $1, false)", [fund.context.tenantId]);
    // The plans are made here and kept, while the tables have neither rows nor statistics.
    const originals = await insertOriginals(client, 1);
    await client.query("BEGIN");
    for (const each of originals) await insertReversal(client, 10_000, each);
    await client.query("COMMIT");
    const more = await insertOriginals(client, 200);
    await client.query("BEGIN");
    for (const each of more) await insertReversal(client, 10_000, each);
    await client.query("SET CONSTRAINTS ALL IMMEDIATE");
    const { rows } = await client.query<{ read: string }>(
      `SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) AS read
       FROM pg_stat_xact_user_tables WHERE relname IN ('transaction', 'entry')`,
    );
    await client.query("COMMIT");
    client.release();
    expect(Number(rows[0]?.read) / more.length).toBeLessThanOrEqual(8);
  } finally {
    await writers.end();
    await fresh.drop();
  }
});

test("reversals find their originals by key, on new tables too", async () => {
  const fresh = await createLedgerDatabase();
  try {
    const writers = createWritePool(fresh.url, quiet);
    const bus = new CommandBus({
      model: MODEL,
      ...postgresBooks(MODEL, writers),
      logger: quiet,
      onCommit: () => undefined,
      onCorrupt: () => undefined,
    });
    fund = await openSmallFund(bus);
    const post = async (count: number): Promise<string[]> => {
      const ids = Array.from({ length: count }, () => newId());
      await Promise.all(
        ids.map((id) => bus.execute(fund.context, payIn(fund, "1.00", { transactionId: id }))),
      );
      return ids;
    };
    // The plans are made by the first, and kept, while the tables have few rows and no statistics.
    const ids = [...(await post(1)), ...(await post(300))];
    for (const id of ids) {
      original = id;
      await bus.execute(fund.context, reverse("0.50"));
    }
    // A connection reports what it read when it ends.
    await writers.end();
    const { rows } = await fresh.pool.query<{ read: string }>(
      `SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) AS read
       FROM pg_stat_user_tables WHERE relname IN ('transaction', 'entry', 'reversed_leg')`,
    );
    const each = Number(rows[0]?.read) / ids.length;
    expect(each).toBeGreaterThan(3);
    expect(each).toBeLessThan(40);
  } finally {
    await fresh.drop();
  }
});

async function insertOriginals(client: PoolClient, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await insertReversal(client, -10_000, null));
  return ids;
}

test("a decision on a state that misses a reversal is refused like any other", async () => {
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  await books.execute(fund.context, reverse("70.00"));
  const state = await new PostgresBook(MODEL, database.pool, book, new TenantBooks()).open(
    undefined,
  );
  const leg = { currency: "EUR", amountMinor: 10_000n };
  const legs = [
    { ...leg, accountId: fund.bank, side: "DEBIT" },
    { ...leg, accountId: fund.capital, side: "CREDIT" },
  ] as const;
  state.put(ORIGINAL, original, { isReversal: false, legs, parts: legs });
  const draft = state.fork();
  const { command } = reverse("70.00");
  const envelope = {
    command,
    actor: "test",
    now: new Date(),
    key: undefined,
    requestHash: undefined,
    clientChoseId: false,
  };
  const submission = { envelopes: [envelope], atomic: false };
  const { recorded } = decideBatch(MODEL, book, draft, [submission], new Map());
  expect(recorded).toHaveLength(1);
  const attempt = withTransaction(database.pool, book, (client) =>
    storeBatch(client, MODEL, book, { events: recorded, before: state, after: draft }),
  );
  await expect(attempt).rejects.toMatchObject({ constraint: "reversed_within_original" });
});

test("two instances that reverse the same transaction at once take back no more than it had", async () => {
  const others = openBooks(database).books;
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const to = index % 2 === 0 ? books : others;
      return to.execute(fund.context, reverse("30.00")).then(
        () => "ok",
        ({ code }: AppError) => code,
      );
    }),
  );
  expect(outcomes.filter((code) => code === "ok")).toHaveLength(3);
  expect(new Set(outcomes)).toEqual(new Set(["ok", "REVERSAL_EXCEEDED"]));
});

test("an imported book brings its counts with it", async () => {
  await books.execute(fund.context, reverse("40.00"));
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  const source = database;
  const target = await createLedgerDatabase();
  try {
    await importBook(target.pool, lines(parts.join("")));
    expect(await verifyBook(target.pool, book)).toMatchObject({ sound: true });
    database = target;
    expect(await inTransaction((client) => insertReversal(client, 6_001))).toBe(
      "reversed_within_original",
    );
  } finally {
    database = source;
    await target.drop();
  }
});

async function* lines(text: string): AsyncGenerator<string> {
  for (const line of text.split("\n")) if (line !== "") yield await Promise.resolve(line);
}

test("reversals from before the rule are counted when it comes, of every tenant", async () => {
  const old = await createTestDatabase();
  try {
    const before = MIGRATIONS.filter(({ name }) => name < "0060");
    await migrate({ url: old.url, migrations: before, logger: quiet });
    const client = await old.pool.connect();
    const tenants = [fund.context, { ...fund.context, tenantId: newId() }];
    for (const context of tenants) {
      fund = { ...fund, context };
      await client.query("SELECT set_config('app.tenant', $1, false)", [context.tenantId]);
      original = await insertReversal(client, -10_000, null);
      await insertReversal(client, 4_000);
      await insertReversal(client, 2_500);
    }
    await migrate({ url: old.url, migrations: MIGRATIONS, logger: quiet });
    for (const { tenantId } of tenants) {
      await client.query("SELECT set_config('app.tenant', $1, false)", [tenantId]);
      const { rows } = await client.query(
        "SELECT is_debit, amount, reversed FROM reversed_leg ORDER BY is_debit",
      );
      const counted = { amount: "10000", reversed: "6500" };
      expect(rows).toEqual([
        { is_debit: false, ...counted },
        { is_debit: true, ...counted },
      ]);
    }
    client.release();
  } finally {
    await old.drop();
  }
});
