import { BookFixture } from "../src/feed/book.fixture.ts";
import { addDays, utcDate } from "../src/series/calendar.ts";
import { percentile, startMetrics, type RunningMetrics } from "./running-metrics.ts";
import { text, type Table } from "@allfunds/platform/bench";

const FUNDS = 100;
const DAYS = 500;
const ROUNDS = 30;
const WARM_UP_ROUNDS = 10;

const QUERIES = [
  ["nothing of it", "id"],
  ["money figures", "metrics { cash { amount } netAssetValue { amount } inflow30d { amount } }"],
  [
    "values of those",
    "metrics { values(metrics: [CASH, NET_ASSET_VALUE, RUNWAY_MONTHS]) { name value money { amount } unavailable } }",
  ],
  ["all values", "metrics { values { name value money { amount } unavailable } }"],
] as const;

/** The figures of a page of funds beside the funds alone, as the gateway sends both to this service. */
export async function measureLoaders(): Promise<Table[]> {
  const metrics = await startMetrics(500);
  try {
    const funds = await writeFunds(metrics);
    const statements = await countStatements(metrics);
    const rows: string[][] = [];
    for (const [name, fields] of QUERIES) {
      const before = await statements();
      const millis = await measure(metrics, funds, fields);
      const sent = ((await statements()) - before) / (ROUNDS + WARM_UP_ROUNDS);
      rows.push([name, text(millis, 1), text(sent, 1)]);
    }
    return [
      {
        title: `${FUNDS} funds of ${DAYS} days each in one operation, median ms of ${ROUNDS}`,
        columns: ["fields", "ms", "statements in an operation"],
        rows,
      },
    ];
  } finally {
    await metrics.stop();
  }
}

async function writeFunds({ ledger, applied }: RunningMetrics): Promise<BookFixture[]> {
  const today = utcDate(new Date());
  const books = Array.from({ length: FUNDS }, () => {
    const book = new BookFixture();
    const bank = book.account("1000", "ASSET");
    const capital = book.account("3000", "EQUITY");
    const sales = book.account("4000", "INCOME");
    book.post(addDays(today, -DAYS), [bank, "DEBIT", "100000"], [capital, "CREDIT", "100000"]);
    for (let day = 1; day < DAYS; day++) {
      const amount = `${(day * 37) % 90}.50`;
      const [to, from] = day % 3 === 0 ? [sales, bank] : [bank, sales];
      book.post(addDays(today, day - DAYS), [to, "DEBIT", amount], [from, "CREDIT", amount]);
    }
    ledger.publish(book.events);
    return book;
  });
  for (const book of books) await applied(book);
  return books;
}

/** Statements that were committed in the database, by its own count. */
async function countStatements({ pool }: RunningMetrics): Promise<() => Promise<number>> {
  const read = async (): Promise<number> => {
    // The server's figures are a moment old.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const { rows } = await pool.query<{ commits: string }>(
      "SELECT xact_commit AS commits FROM pg_stat_database WHERE datname = current_database()",
    );
    return Number(rows[0]?.commits ?? 0);
  };
  await read();
  return read;
}

async function measure(
  { origin }: RunningMetrics,
  books: readonly BookFixture[],
  fields: string,
): Promise<number> {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Fund { ${fields} } } }`;
  const of = books.map(({ fundId: id, position }) => ({ __typename: "Fund", id, position }));
  const body = JSON.stringify({ query, variables: { of } });
  const took: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const startedAt = performance.now();
    const response = await fetch(`${origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const answer = (await response.json()) as { errors?: { message: string }[] };
    if (answer.errors !== undefined) throw new Error(answer.errors[0]?.message);
    if (round >= 0) took.push(performance.now() - startedAt);
  }
  return percentile(took, 0.5);
}
