import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { migrate, withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { createTestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadAccounts } from "../accounts/account-store.ts";
import { MIGRATIONS } from "../migrations.ts";
import { totalsByCategory } from "../predictions/prediction-store.ts";
import { openDatabase, silent } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";
import { BookFixture } from "./book.fixture.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());

/** A fund that paid two fees from an account of its own numbering. */
function fundWith(mark: { countsAsCash?: boolean }, code = "4711") {
  const book = new BookFixture();
  const reserve = book.account("Reserve account", "ASSET", { code, ...mark });
  const fees = ["2026-03-31", "2026-06-30"].map((date) =>
    book.post({
      amount: "-41250.00",
      description: "MANAGEMENT FEE",
      bank: "Reserve account",
      date,
    }),
  );
  return { book, events: [...book.opening, reserve, ...fees], fees };
}

interface Stored {
  direction: string;
  category: string;
  source: string;
}

const movementsOf = (fundId: string): Promise<Stored[]> =>
  withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    const { rows } = await client.query<Stored>(
      `SELECT direction, category, source FROM movement WHERE tenant_id = $1 AND fund_id = $2
       ORDER BY position`,
      [DEMO_TENANT_ID, fundId],
    );
    return rows;
  });
const directionsOf = async (fundId: string) =>
  (await movementsOf(fundId)).map(({ direction }) => direction);

const totalsOf = (fundId: string) =>
  totalsByCategory(database.reads, DEMO_TENANT_ID, { fundId, from: null, to: null });

describe("accounts that are marked as cash", () => {
  test("show what moved whatever their code", async () => {
    const funds = [
      fundWith({ countsAsCash: true }),
      fundWith({ countsAsCash: true }, "1000"),
      fundWith({}, "1000"),
    ];
    for (const { events } of funds) await database.apply(events);
    const [marked, ...others] = await Promise.all(
      funds.map(async ({ book }) => ({
        movements: await movementsOf(book.fundId),
        totals: await totalsOf(book.fundId),
      })),
    );
    expect(marked.totals).toMatchObject([{ outflowMinor: "8250000", transactions: 2 }]);
    expect(others).toEqual([marked, marked]);
  });

  test("and are marked otherwise change what moved before and after, forward and back", async () => {
    const { book, events } = fundWith({ countsAsCash: false });
    await database.apply(events);
    const before = await movementsOf(book.fundId);
    expect(before.map(({ direction }) => direction)).toEqual(["NONE", "NONE"]);
    const effect = database.effect();
    const more = () =>
      book.post({ amount: "-10.00", description: "BANK CHARGES", bank: "Reserve account" });

    const marking = [more(), book.rename("Reserve account", "Main bank", true), more()];
    await database.apply(marking, false, effect);
    expect(await directionsOf(book.fundId)).toEqual(["OUT", "OUT", "OUT", "OUT"]);
    expect(await totalsOf(book.fundId)).toMatchObject([
      { category: "MANAGEMENT_FEE", outflowMinor: "8250000" },
      { outflowMinor: "2000" },
    ]);

    await database.apply([book.rename("Reserve account", "Main bank", false)], false, effect);
    expect(await directionsOf(book.fundId)).toEqual(["NONE", "NONE", "NONE", "NONE"]);
    expect((await movementsOf(book.fundId)).slice(0, 2)).toEqual(before);
  });

  test("leave movements of other accounts and funds alone", async () => {
    const [marked, other] = [fundWith({ countsAsCash: false }), fundWith({ countsAsCash: false })];
    const till = marked.book.post({ amount: "-5.00", description: "Taxi ride" });
    await database.apply([...marked.events, till, ...other.events]);
    await database.apply([marked.book.rename("Reserve account", "Main bank", true)]);
    expect(await directionsOf(marked.book.fundId)).toEqual(["OUT", "OUT", "OUT"]);
    expect(await directionsOf(other.book.fundId)).toEqual(["NONE", "NONE"]);
  });

  test("are followed by name, also where nothing was posted", async () => {
    const { book, events } = fundWith({});
    await database.apply(events);
    await database.apply([
      book.rename("Reserve account", "Main bank", true),
      book.rename("Suspense", "Unallocated", false),
    ]);
    const { accountId } = events[3].payload as { accountId: string };
    const read = await withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, (client) =>
      loadAccounts(client, DEMO_TENANT_ID, [accountId]),
    );
    expect(read).toMatchObject([{ name: "Main bank", countsAsCash: true }]);
  });

  test("keep an answer of the language model, and queue what is uncertain again", async () => {
    const book = new BookFixture();
    const reserve = book.account("Reserve account", "ASSET", { code: "4711", countsAsCash: false });
    const vague = ["ZZGQ 8812 XKV", "QQ 11 KJH"].map((description) =>
      book.post({ amount: "-80.00", description, bank: "Reserve account" }),
    );
    await database.apply([...book.opening, reserve, ...vague], true);
    const [answered, queued] = vague.map(({ payload }) => payload.transactionId);
    await withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
      const text =
        "UPDATE movement SET source = 'GEMINI', category = 'IT' WHERE transaction_id = $1";
      await client.query(text, [answered]);
    });
    await database.apply([book.rename("Reserve account", "Main bank", true)], true);
    expect(await movementsOf(book.fundId)).toMatchObject([
      { direction: "OUT", category: "IT", source: "GEMINI" },
      { direction: "OUT", source: "MODEL" },
    ]);
    const { rows } = await database.reads.query(
      "SELECT transaction_id FROM category_question WHERE tenant_id = $1 AND transaction_id = ANY($2::uuid[])",
      [DEMO_TENANT_ID, [answered, queued]],
    );
    expect(rows).toEqual([{ transaction_id: queued }]);
  });
});

test("an existing database keeps its accounts unmarked, found by code and name as before", async () => {
  const old = await createTestDatabase();
  const marks = MIGRATIONS.findIndex(({ name }) => name === "analytics-0006-cash-marks");
  await migrate({ url: old.url, migrations: MIGRATIONS.slice(0, marks), logger: silent });
  const accountId = newId();
  await withTransaction(old.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    await client.query("INSERT INTO account VALUES ($1, $2, $3, '1000', 'Main', 'ASSET')", [
      DEMO_TENANT_ID,
      accountId,
      newId(),
    ]);
  });
  await migrate({ url: old.url, migrations: MIGRATIONS, logger: silent });
  const read = await withTransaction(old.pool, { tenantId: DEMO_TENANT_ID }, (client) =>
    loadAccounts(client, DEMO_TENANT_ID, [accountId]),
  );
  expect(read).toMatchObject([{ accountId, countsAsCash: null }]);
  await old.drop();
});
