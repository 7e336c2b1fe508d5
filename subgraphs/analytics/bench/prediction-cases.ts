import { readFile } from "node:fs/promises";
import { withTransaction } from "@allfunds/platform/database";
import type { Pool } from "@allfunds/platform/database";
import { BookFixture } from "../src/feed/book.fixture.ts";
import { answerTimes, OF_REQUESTS, TIME_COLUMNS } from "./answer-times.ts";
import { startAnalytics } from "./running-analytics.ts";
import type { RunningAnalytics } from "./running-analytics.ts";
import { text, type Table } from "@allfunds/platform/bench";

const STATEMENT = new URL("../../../demo/bank-statement.csv", import.meta.url);
const QUERY = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Fund { predictions {
  position
  awaitingReview(first: 5) { nodes { date description category { code confidence } } }
  expectedCashFlows { date state amount { amount currency } recurrence confidence evidence { date } }
} } } }`;

/** Predictions of the demo fund: what a request takes in the subgraph, quiet and busy, and what it reads. */
export async function measurePredictions(): Promise<Table[]> {
  const analytics = await startAnalytics();
  try {
    const book = await demoBook(analytics);
    await request(analytics, book);
    const before = await rowsRead(analytics.pool);
    await request(analytics, book);
    const read = (await rowsRead(analytics.pool)) - before;
    return [
      {
        title: `Predictions of the demo fund, ${OF_REQUESTS}`,
        columns: TIME_COLUMNS,
        rows: await answerTimes(() => request(analytics, book)),
      },
      {
        title: "What a request reads",
        columns: ["rows of expectations and movements", "movements of the fund"],
        rows: [[text(read, 1), String(book.position)]],
      },
      { title: "Plan of the expectations", columns: ["line"], rows: await planOf(analytics, book) },
    ];
  } finally {
    await analytics.stop();
  }
}

/** The operating account of the demo as a book. */
async function demoBook({ ledger, examined }: RunningAnalytics): Promise<BookFixture> {
  const book = new BookFixture();
  const lines = (await readFile(STATEMENT, "utf8")).trim().split("\n").slice(1);
  const posted = lines.map((line) => {
    const [, date = "", amount = "", , counterparty = "", description = ""] = line.split(";");
    const [day, month, year] = date.split(".");
    const party = counterparty === "" ? {} : { counterparty };
    const value = amount.replace(",", ".");
    return book.post({ amount: value, description, date: `${year}-${month}-${day}`, ...party });
  });
  ledger.publish([...book.opening, ...posted]);
  await examined(book);
  return book;
}

async function request({ origin }: RunningAnalytics, book: BookFixture): Promise<number> {
  const refs = [{ __typename: "Fund", id: book.fundId, position: book.position }];
  const started = performance.now();
  const response = await fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: QUERY, variables: { refs } }),
  });
  const { data, errors } = (await response.json()) as { data?: object; errors?: object[] };
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
  return performance.now() - started;
}

/** Rows that were read of the two tables since the server started; reports take a moment to arrive. */
async function rowsRead(pool: Pool): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  const { rows } = await pool.query<{ read: number }>(
    `SELECT sum(seq_tup_read + idx_tup_fetch)::int AS read FROM pg_stat_user_tables
     WHERE relname IN ('movement', 'expectation')`,
  );
  return rows[0]?.read ?? Number.NaN;
}

async function planOf({ pool }: RunningAnalytics, book: BookFixture): Promise<string[][]> {
  const { tenantId, fundId } = book;
  return withTransaction(pool, { tenantId }, async (client) => {
    const { rows } = await client.query<{ "QUERY PLAN": string }>(
      `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF)
       SELECT payee_key, model FROM expectation WHERE tenant_id = $1 AND fund_id = $2`,
      [tenantId, fundId],
    );
    return rows.map((row) => [row["QUERY PLAN"].trim()]);
  });
}
