import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { rebuildReadModel } from "@allfunds/platform/feed";
import { newId } from "@allfunds/platform/ids";
import { testContext } from "@allfunds/platform/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createAnalytics, type Analytics } from "./analytics.ts";
import { loadCategories } from "./categories/category-store.ts";
import { CATEGORIES } from "./categories/taxonomy.ts";
import { DERIVED_TABLES, emptyReadModel } from "./feed/empty-read-model.ts";
import { createGeminiProvider } from "./gemini/gemini-provider.ts";
import { createTokenBudget } from "./gemini/token-budget.ts";
import {
  createAnalyticsDatabase,
  silent,
  type AnalyticsDatabase,
} from "./testing/analytics-database.ts";
import { answer, GeminiStandIn } from "./testing/gemini-stand-in.ts";
import { BookWriter } from "./testing/ledger-events.ts";
import { LedgerStandIn } from "./testing/ledger-stand-in.ts";

let database: AnalyticsDatabase;
let ledger: LedgerStandIn;
let gemini: GeminiStandIn;
let analytics: Analytics;

const MARKETING = CATEGORIES.findIndex(({ code }) => code === "MARKETING");
const allMarketing = answer((items) =>
  items.map(({ item, text }) => ({ item, reason: text, category: MARKETING, confidence: 0.9 })),
);

beforeEach(async () => {
  database = await createAnalyticsDatabase();
  const { pool } = database;
  ledger = new LedgerStandIn();
  gemini = new GeminiStandIn();
  gemini.replies = [allMarketing];
  await Promise.all([ledger.start(), gemini.start()]);
  const provider = createGeminiProvider({
    apiKey: "key",
    model: "some-model",
    baseUrl: gemini.url,
    timeoutMs: 2_000,
    logger: silent,
    budget: createTokenBudget(pool, "some-model", 500_000),
    policy: { retries: 0, firstPauseMs: 1, longestPauseMs: 1, restMs: 1 },
  });
  analytics = createAnalytics({ pool, logger: silent, ledgerUrl: ledger.url, provider });
  analytics.start();
});
afterEach(async () => {
  await analytics.stop();
  await Promise.all([ledger.stop(), gemini.stop()]);
  await database.drop();
});

const rebuild = (): Promise<void> =>
  rebuildReadModel({ pool: database.pool, follower: "analytics", empty: emptyReadModel });

const eventually = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 15_000, interval: 50 });

const categoryOf = async (id: string) =>
  (await loadCategories(database.pool, testContext(), [id])).get(id);

/** The rows of a table as its tenant sees them, without what is new each time. */
const rowsOf = (table: string): Promise<unknown[]> =>
  withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    const { rows } = await client.query<{ row: object }>(
      `SELECT to_jsonb(t) - '{insight_id,created_at,categorised_at}'::text[] AS row FROM ${table} t`,
    );
    return rows.map(({ row }) => JSON.stringify(row)).sort();
  });

test("a rebuild asks the language model nothing that it answered before, and keeps its bill", async () => {
  const book = new BookWriter();
  const vague = book.post({ amount: "-80.00", description: "ZZGQ 8812 XKV" });
  const fee = book.post({ amount: "-41250.00", description: "MANAGEMENT FEE Q1 2026" });
  ledger.publish([...book.opening, vague, fee]);
  const { transactionId } = vague.payload;
  await eventually(async () =>
    expect(await categoryOf(transactionId)).toMatchObject({ source: "GEMINI" }),
  );
  const calls = gemini.calls.length;
  const before = await Promise.all([...DERIVED_TABLES, "model_usage"].map(rowsOf));

  await rebuild();
  const { fundId, position } = book;
  await eventually(() =>
    analytics.follower.waitFor({ tenantId: DEMO_TENANT_ID, fundId }, position),
  );
  expect(await Promise.all([...DERIVED_TABLES, "model_usage"].map(rowsOf))).toEqual(before);
  expect(await rowsOf("kept_answer")).toEqual([]);
  expect(await rowsOf("category_question")).toEqual([]);
  expect(gemini.calls).toHaveLength(calls);
});

test("an answer to another text is not taken for the transaction's", async () => {
  const book = new BookWriter();
  const vague = book.post({ amount: "-80.00", description: "ZZGQ 8812 XKV" });
  const { transactionId } = vague.payload;
  await database.pool.query(
    `INSERT INTO kept_answer VALUES ($1, $2, 'QQXV 1 OTHER', NULL, NULL, 'OUT', 'PAYROLL', 0.9, 'some-model',
       '[]', false)`,
    [DEMO_TENANT_ID, transactionId],
  );
  ledger.publish([...book.opening, vague]);
  await eventually(async () =>
    expect(await categoryOf(transactionId)).toMatchObject({ category: "MARKETING" }),
  );
  expect(gemini.calls).toHaveLength(1);
});

test("a rebuild leaves no question for a transaction that the ledger no longer has", async () => {
  await database.pool.query(
    `INSERT INTO category_question (tenant_id, transaction_id, question, state, ready_at)
     VALUES ($1, $2, '{}', 'WAITING', now() + interval '1 day'), ($1, $3, '{}', 'GIVEN_UP', now())`,
    [DEMO_TENANT_ID, newId(), newId()],
  );
  await rebuild();
  expect(await rowsOf("category_question")).toEqual([expect.stringContaining("GIVEN_UP")]);
});

test("every table is either read from the ledger again or kept on purpose", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema",
  );
  const kept = ["category_question", "kept_answer", "model_usage"];
  const own = ["feed_book_position", "feed_cursor", "mikro_orm_migrations"];
  expect(new Set(rows.map(({ name }) => name))).toEqual(
    new Set([...DERIVED_TABLES, ...kept, ...own]),
  );
});
