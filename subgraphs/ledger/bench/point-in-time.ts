import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { Books } from "../src/slices/model.ts";
import { balanceRuns } from "../src/slices/balances/balance-runs.ts";
import { readDebitMinor } from "../src/slices/balances/balance-sql.ts";
import { advance } from "../src/projections/advance.ts";
import { openBenchFund, openBooks, type BenchFund } from "./bench-books.ts";
import { benchContext } from "./bench-context.ts";
import { quiet, type BenchServer } from "./bench-server.ts";
import { percentile } from "./statistics.ts";
import { text, type Table } from "@allfunds/platform/bench";
import { OrderPool } from "../src/tenancy/order-pool.ts";

const ENTRIES = 500_000;
const DAYS = 365;
const READS = 2_000;

/** How long it takes to read the balance of an account with a long history, at any point in both times. */
export async function measurePointInTime(server: BenchServer): Promise<Table> {
  const { books, close } = openBooks(server);
  const fund = await openBenchFund(books, benchContext(DEMO_TENANT_ID), 2);
  await fill(books, fund);
  const pool = createPool({ url: server.ledgerUrl, logger: quiet });
  const book = { tenantId: DEMO_TENANT_ID, bookId: fund.fundId };
  for (let done = false; !done;) ({ done } = await advance(pool, book, balanceRuns()));
  await server.analyze();
  const reads = new OrderPool(pool);
  const [account = ""] = fund.accounts;
  const times: number[] = [];
  for (let read = 0; read < READS; read += 1) {
    const point = {
      asOf: dayOf(Math.random() * DAYS),
      knownAt: 4 + Math.floor(Math.random() * ENTRIES),
    };
    const startedAt = performance.now();
    await readDebitMinor(reads, book, [account], point);
    times.push(performance.now() - startedAt);
  }
  await close();
  await reads.end();
  return {
    title: `Balance at a random value date and position, account with ${ENTRIES} entries`,
    columns: ["reads", "p50 ms", "p99 ms"],
    rows: [[String(READS), text(percentile(times, 0.5), 2), text(percentile(times, 0.99), 2)]],
  };
}

const dayOf = (day: number): string =>
  new Date(Date.UTC(2025, 0, 1 + Math.floor(day))).toISOString().slice(0, 10);

async function fill(books: Books, { fundId, accounts }: BenchFund): Promise<void> {
  const [to = "", from = ""] = accounts;
  const context = benchContext(DEMO_TENANT_ID);
  const order = (): Parameters<Books["execute"]>[1] => ({
    bookId: fundId,
    key: undefined,
    content: null,
    command: {
      kind: "PostTransaction",
      fundId,
      transactionId: newId(),
      effectiveDate: dayOf(Math.random() * DAYS),
      description: "Transfer",
      reference: null,
      metadata: {},
      source: { kind: "API" },
      entries: [
        { accountId: to, side: "DEBIT", amount: "1.00" },
        { accountId: from, side: "CREDIT", amount: "1.00" },
      ],
    },
  });
  const together = 500;
  for (let posted = 0; posted < ENTRIES; posted += 2 * together) {
    const two = [1, 2].map(() => Array.from({ length: together }, order));
    await Promise.all(two.map((orders) => books.executeEach(context, fundId, orders, false)));
  }
}
