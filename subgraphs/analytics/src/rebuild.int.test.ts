import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { rebuildReadModel } from "@allfunds/platform/feed";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { loadCategories } from "./categories/category-store.ts";
import { CATEGORIES } from "./classification/taxonomy.ts";
import { BookFixture } from "./feed/book.fixture.ts";
import { DERIVED_TABLES, emptyReadModel, FOLLOWER_NAME } from "./feed/read-model.ts";
import { answer, FakeGemini } from "./gemini/fake-gemini.fixture.ts";
import { openService } from "./service.fixture.ts";
import type { OpenService } from "./service.fixture.ts";

let gemini: FakeGemini;
let service: OpenService;

const MARKETING = CATEGORIES.findIndex(({ code }) => code === "MARKETING");
const allMarketing = answer((items) =>
  items.map(({ item }) => ({ item, words: [0], category: MARKETING, confidence: 0.9 })),
);

beforeAll(async () => {
  gemini = new FakeGemini();
  gemini.replies = [allMarketing];
  await gemini.start();
  service = await openService({ geminiUrl: gemini.url });
});
afterAll(async () => {
  await service.close();
  await gemini.stop();
});

/** Waits until the language model has categorised a transaction. */
const categorised = (id: string) =>
  vi.waitFor(
    async () => {
      const category = (await loadCategories(service.reads, DEMO_TENANT_ID, [id])).get(id);
      expect(category).toMatchObject({ source: "GEMINI", category: "MARKETING" });
    },
    { timeout: 60_000, interval: 50 },
  );

const asTenant = (sql: string, values: readonly unknown[]) =>
  withTransaction(service.pool, { tenantId: DEMO_TENANT_ID }, (client) =>
    client.query(sql, [...values]),
  );

/** The rows of a table as its tenant sees them, without what is new each time. */
const rowsOf = (table: string): Promise<string[]> =>
  withTransaction(service.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    const { rows } = await client.query<{ row: object }>(
      `SELECT to_jsonb(t) - '{insight_id,created_at,categorised_at}'::text[] AS row FROM ${table} t`,
    );
    return rows.map(({ row }) => JSON.stringify(row)).sort();
  });

// First in the file: whether there are kept answers is read once, before the first batch.
test("an answer to another text is not used for the transaction", async () => {
  const book = new BookFixture();
  const vague = book.post({ amount: "-80.00", description: "ZZGQ 8812 XKV" });
  const { transactionId } = vague.payload;
  await asTenant(
    `INSERT INTO kept_answer VALUES ($1, $2, 'QQXV 1 OTHER', NULL, NULL, 'OUT', 'PAYROLL', 0.9, 'some-model',
       '[]', false)`,
    [DEMO_TENANT_ID, transactionId],
  );
  service.ledger.publish([...book.opening, vague]);
  await categorised(transactionId);
  expect(gemini.calls).toHaveLength(1);
});

describe("a rebuild", () => {
  const TABLES = [...DERIVED_TABLES, "model_budget", "model_call"];
  let before: { readonly calls: number; readonly rows: readonly string[][] };

  beforeAll(async () => {
    const { pool, ledger } = service;
    const book = new BookFixture();
    const vague = book.post({ amount: "-80.00", description: "QQXV 8812 ZZG" });
    const fee = book.post({ amount: "-41250.00", description: "MANAGEMENT FEE Q1 2026" });
    ledger.publish([...book.opening, vague, fee]);
    await categorised(vague.payload.transactionId);
    await asTenant(
      `INSERT INTO category_question (tenant_id, transaction_id, state)
       VALUES ($1, $2, 'WAITING'), ($1, $3, 'SET_ASIDE')`,
      [DEMO_TENANT_ID, newId(), newId()],
    );
    // What the answer changed is examined as well.
    await service.applied(book);
    before = { calls: gemini.calls.length, rows: await Promise.all(TABLES.map(rowsOf)) };
    await rebuildReadModel({ pool, follower: FOLLOWER_NAME, empty: emptyReadModel });
    await service.applied(book);
  });

  test("restores every row, and keeps the usage of the language model", async () => {
    expect(await Promise.all(TABLES.map(rowsOf))).toEqual(before.rows);
  });

  test("sends nothing to the language model that it answered before", async () => {
    expect(gemini.calls).toHaveLength(before.calls);
    expect(await rowsOf("kept_answer")).toEqual([]);
  });

  test("leaves no question about a transaction that the ledger does not have", async () => {
    expect(await rowsOf("category_question")).toEqual([expect.stringContaining("SET_ASIDE")]);
  });
});

test("every table is either read from the ledger again or kept on purpose", async () => {
  const { rows } = await service.pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema",
  );
  const decided = [
    "budget",
    "category_change",
    "category_decision",
    "category_rule",
    "category_rules",
    "payee_rule",
  ];
  const model = ["category_question", "kept_answer", "model_budget", "model_call", "model_consent"];
  const kept = [...decided, ...model, "advice_answer", "insight_dismissal", "news_item"];
  const own = ["job", "feed_book_position", "feed_cursor", "mikro_orm_migrations"];
  expect(new Set(rows.map(({ name }) => name))).toEqual(
    new Set([...DERIVED_TABLES, ...kept, ...own]),
  );
});
