import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BookFixture } from "./feed/book.fixture.ts";
import { openDatabase } from "./service.fixture.ts";
import type { OpenDatabase } from "./service.fixture.ts";

const [tenantId, otherTenant] = [newId(), newId()];
const PAID_TWICE = { amount: "-900.00", description: "Translation agency", counterparty: "Agency" };
const SHOWN = [
  "account",
  "budget",
  "category_change",
  "category_decision",
  "category_rule",
  "expectation",
  "insight",
  "insight_dismissal",
  "movement",
  "news_item",
  "payee_rule",
];

/** What people may have decided in a fund. */
const DECIDED = [
  `INSERT INTO category_decision VALUES ($1, gen_random_uuid(), $2, '{}', '{}', '{}', '{}')`,
  `INSERT INTO category_change (tenant_id, change_id, kind, fund_id, input, made_by, made_at)
   VALUES ($1, gen_random_uuid(), 'SET', $2, '{}', 'a user', now())`,
  `INSERT INTO budget VALUES
     ($1, $2, 1, 'MONTH', 'RENT', 'EUR', '2026-01-01', NULL, 100, false, 'a user', now(), NULL, '{}')`,
  `INSERT INTO category_rule VALUES
     ($1, gen_random_uuid(), 'Rent', 1, true, $2, 'RENT', '{}', '{}', 'a user', now())`,
  `INSERT INTO insight_dismissal VALUES ($1, gen_random_uuid(), $2, NULL, 'a user', now())`,
  `INSERT INTO payee_rule (tenant_id, rule_id, fund_id, payee_key, direction, payee_name, category,
     from_position, made_by, made_at)
   VALUES ($1, gen_random_uuid(), $2, 'agency', 'OUT', 'Agency', 'TAX', 1, 'a user', now())`,
  `INSERT INTO news_item (tenant_id, news_id, fund_id, headline, published_at, source, label, score, confidence,
     evidence, model, posted_by, posted_at, input)
   VALUES ($1, gen_random_uuid(), $2, 'News', now(), 'Newswire', 'NEUTRAL', 0, 1, '[]', 'm', 'a user', now(), '{}')`,
];
const decideIn = ({ tenantId: tenant, fundId }: BookFixture): Promise<void> =>
  withTransaction(database.pool, { tenantId: tenant }, async (client) => {
    for (const sql of DECIDED) await client.query(sql, [tenant, fundId]);
  });

let database: OpenDatabase;
const [granted, hidden, foreign] = [tenantId, tenantId, otherTenant].map(
  (tenant) => new BookFixture(tenant),
) as [BookFixture, BookFixture, BookFixture];

beforeAll(async () => {
  database = await openDatabase();
  for (const book of [granted, hidden, foreign]) {
    const rents = [3, 4, 5].map((month) =>
      book.post({ amount: "-1.00", description: "OFFICE RENT", date: `2026-0${month}-01` }),
    );
    const events = [...book.opening, book.post(PAID_TWICE), book.post(PAID_TWICE), ...rents];
    await database.apply(events);
    await database.examine();
    await decideIn(book);
  }
});
afterAll(() => database.drop());

test("every table with a tenant forces its rules, but for the position of the feed", async () => {
  const { rows } = await database.pool.query<{ table: string; policies: string[] }>(
    `SELECT c.relname AS table,
       coalesce(array_agg(polname::text ORDER BY polname) FILTER (WHERE polname IS NOT NULL), '{}') AS policies
     FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     LEFT JOIN pg_policy p ON p.polrelid = c.oid AND c.relforcerowsecurity AND c.relrowsecurity
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
     GROUP BY c.relname ORDER BY c.relname`,
  );
  const lacking = (policy: string, among: (table: string) => boolean) =>
    rows.filter(({ table, policies }) => among(table) && !policies.includes(policy));
  expect(lacking("tenant_only", () => true).map(({ table }) => table)).toEqual([
    "feed_book_position",
  ]);
  expect(lacking("granted_funds", (table) => SHOWN.includes(table))).toEqual([]);
});

test.each(SHOWN)(
  "a query of %s without a condition sees the rows of its tenant's granted funds",
  async (table) => {
    const fundsSeen = async (tenant: string, funds: "*" | string[] = "*") => {
      const { rows } = await database.reads
        .seeing(funds)
        .query<{ id: string }>(
          `SELECT DISTINCT fund_id::text AS id FROM ${table} WHERE $1::uuid IS NOT NULL ORDER BY 1`,
          [tenant],
        );
      return rows.map(({ id }) => id);
    };
    expect(await fundsSeen(tenantId)).toEqual([granted.fundId, hidden.fundId].sort());
    expect(await fundsSeen(tenantId, [granted.fundId, foreign.fundId])).toEqual([granted.fundId]);
    expect(await fundsSeen(tenantId, [])).toEqual([]);
    expect(await fundsSeen(otherTenant)).toEqual([foreign.fundId]);
    expect(await fundsSeen(newId())).toEqual([]);
  },
);
