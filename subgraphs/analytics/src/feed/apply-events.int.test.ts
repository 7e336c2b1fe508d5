import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { loadCategories } from "../categories/category-store.ts";
import { listInsights } from "../insights/insight-store.ts";
import { openDatabase } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";
import { BookFixture } from "./book.fixture.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());

const insightsOf = async (fundId: string) => {
  await database.examine();
  const page = { fundId, after: null, limit: 50, filter: {} };
  return listInsights(database.reads, DEMO_TENANT_ID, page);
};

/** How many statements a batch of so many transactions needs, right after a start. */
const statementsFor = async (size: number) => {
  const book = new BookFixture();
  const rides = Array.from({ length: size }, (_, index) =>
    book.post({
      amount: `-${10 + (index % 90)}.00`,
      description: `Taxi ride ${index}`,
      counterparty: `Driver ${index % 50}`,
    }),
  );
  const client = await database.pool.connect();
  try {
    const reads = vi.spyOn(client, "query");
    const events = [...book.opening, ...rides];
    const writes = await database.effect().statementsFor(events, client);
    return { reads: reads.mock.calls.length, writes: writes.length };
  } finally {
    client.release(true);
  }
};

describe("applying ledger events", () => {
  test("gives every posted transaction a category with its source and evidence", async () => {
    const book = new BookFixture();
    const fee = book.post({ amount: "-41250.00", description: "MANAGEMENT FEE Q1 2026" });
    const vague = book.post({ amount: "-80.00", description: "ZZGQ 8812 XKV" });
    await database.apply([...book.opening, fee, vague]);

    const stored = await loadCategories(database.reads, DEMO_TENANT_ID, [
      fee.payload.transactionId,
      vague.payload.transactionId,
    ]);
    expect(stored.get(fee.payload.transactionId)).toMatchObject({
      category: "MANAGEMENT_FEE",
      source: "RULE",
      evidence: ["rule:management-fee"],
      needsReview: false,
    });
    expect(stored.get(vague.payload.transactionId)).toMatchObject({
      category: "OTHER",
      source: "MODEL",
      needsReview: true,
    });
  });

  test("has no second effect when the same events are delivered again", async () => {
    const book = new BookFixture();
    const payment = { amount: "-900.00", description: "Translation agency", reference: "R1" };
    const events = [...book.opening, book.post(payment), book.post(payment)];
    await database.apply(events, true);
    await database.apply(events, true);

    expect(await insightsOf(book.fundId)).toHaveLength(1);
    const count = async (table: string): Promise<number> =>
      withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
        const { rows } = await client.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM ${table} WHERE transaction_id = ANY($1::uuid[])`,
          [
            events.flatMap(({ payload }) =>
              "transactionId" in payload ? [payload.transactionId] : [],
            ),
          ],
        );
        return rows[0]?.count ?? -1;
      });
    expect(await count("movement")).toBe(2);
    expect(await count("category_question")).toBe(2);
  });

  test("judges each transaction by what came before it, also within one batch", async () => {
    const book = new BookFixture();
    const rents = Array.from({ length: 12 }, (_, month) =>
      book.post({
        amount: "-6500.00",
        description: "OFFICE RENT",
        counterparty: "Landlord",
        date: `2025-${String(month + 1).padStart(2, "0")}-01`,
      }),
    );
    const odd = book.post({
      amount: "-65000.00",
      description: "OFFICE RENT",
      counterparty: "Landlord",
      date: "2026-01-01",
    });
    await database.apply([...book.opening, ...rents.slice(0, 6)]);
    await database.apply([...rents.slice(6), odd]);

    expect(await insightsOf(book.fundId)).toMatchObject([
      {
        kind: "UNUSUAL_AMOUNT",
        transactionId: odd.payload.transactionId,
        effectiveDate: "2026-01-01",
      },
    ]);
  });

  test("finds a large first payment to a payee, and the same payment twice in three days", async () => {
    const book = new BookFixture();
    const usual = Array.from({ length: 24 }, (_, index) =>
      book.post({
        amount: `-${100 + index}.00`,
        description: `Supplies order ${index}`,
        counterparty: `Supplier ${"abcd"[index % 4]}x`,
        date: `2026-05-${String(index + 1).padStart(2, "0")}`,
      }),
    );
    const first = book.post({
      amount: "-25000.00",
      description: "Deposit",
      counterparty: "Newcomer Trading",
      date: "2026-06-01",
      reference: "A",
    });
    const again = book.post({
      amount: "-25000.00",
      description: "Deposit",
      counterparty: "Newcomer Trading",
      date: "2026-06-03",
      reference: "A",
    });
    await database.apply([...book.opening, ...usual, first, again]);

    const found = (await insightsOf(book.fundId)).map(({ kind, transactionId }) => [
      kind,
      transactionId,
    ]);
    expect(found).toContainEqual(["NEW_COUNTERPARTY", first.payload.transactionId]);
    expect(found).toContainEqual(["POSSIBLE_DUPLICATE", again.payload.transactionId]);
    expect(found.filter(([kind]) => kind === "NEW_COUNTERPARTY")).toHaveLength(1);
  });

  test("keeps tenants apart beneath the code", async () => {
    const book = new BookFixture(newId());
    const foreign = book.post({ amount: "-10.00", description: "Bank charges" });
    await database.apply([...book.opening, foreign]);

    await withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
      const { rows } = await client.query("SELECT 1 FROM movement WHERE transaction_id = $1", [
        foreign.payload.transactionId,
      ]);
      expect(rows).toEqual([]);
    });
  });

  test("needs as many statements for two thousand transactions as for five hundred", async () => {
    expect(await statementsFor(2_000)).toEqual(await statementsFor(500));
  });

  test("stores two thousand transactions of one batch", async () => {
    const book = new BookFixture();
    const many = Array.from({ length: 2_000 }, (_, index) =>
      book.post({ amount: `-${10 + (index % 90)}.00`, description: `Taxi ride ${index}` }),
    );
    await database.apply([...book.opening, ...many]);
    const stored = await loadCategories(
      database.reads,
      DEMO_TENANT_ID,
      many.map(({ payload }) => payload.transactionId),
    );
    expect(stored.size).toBe(2_000);
  });
});
