import { formatAmount } from "@allfunds/contract/money";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { exportBook } from "../../evidence/export-book.ts";
import { importBook } from "../../evidence/import-book.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import { openGraph, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import {
  ann,
  ask,
  balances,
  CHART,
  closeYear,
  expected,
  fundId,
  onCopy,
  openTwoYears,
  read,
  yearOf,
  type Code,
  type Money,
} from "./two-years.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openTwoYears(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

/** What a year has on an account of its result, on the normal side. */
const amount = (code: Code, of: number): string => {
  const minor = balances(`${of}-12-31`, `${of}-01-01`).get(code) ?? 0n;
  return formatAmount(CHART[code][0] === "INCOME" ? -minor : minor, "EUR");
};

test("both years stand side by side as each does by itself", async () => {
  const read = `query ($id: ID!, $periods: [ReportPeriodInput!]!) { fund(id: $id) {
    comparativeIncomeStatement(periods: $periods) { lines(first: 50) { nodes {
      account { code } level columns { amounts { amount } } } } } } }`;
  interface Compared {
    readonly account: { readonly code: Code };
    readonly columns: readonly { readonly amounts: readonly Money[] }[];
  }
  const fund = await ask<{ comparativeIncomeStatement: { lines: { nodes: Compared[] } } }>(
    "fund",
    read,
    { id: fundId, periods: [yearOf(2025), yearOf(2026)] },
  );
  const lines = fund.comparativeIncomeStatement.lines.nodes.map(({ account, columns }) => [
    account.code,
    ...columns.map(({ amounts }) => amounts[0]?.amount),
  ]);
  const codes: Code[] = ["4100", "4210", "5100", "5200"];
  expect(lines).toEqual(codes.map((code) => [code, amount(code, 2025), amount(code, 2026)]));
});

test("every report of two years is right to the cent, before and after each year is closed", async () => {
  const open = [await read(2025), await read(2026)] as const;
  for (const [index, year] of [2025, 2026].entries()) {
    const { sheet: _sheet, ...rest } = expected(year, false);
    expect(open[index]?.figures).toMatchObject(rest);
  }
  expect(open[0].figures).toEqual(expected(2025, false));

  await closeYear("2025-12-31");
  expect((await read(2025)).figures).toEqual(expected(2025, true));
  const between = await read(2026);
  expect(between.figures).toEqual(expected(2026, false));

  await closeYear("2026-12-31");
  expect((await read(2026)).figures).toEqual(expected(2026, true));
  expect((await read(2025)).figures).toEqual(expected(2025, true));

  // As known before each closing, nothing has changed.
  expect(await read(2025, open[0].knownAt)).toEqual(open[0]);
  expect(await read(2026, between.knownAt)).toEqual(between);

  const book = { tenantId: ann.tenantId, bookId: fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });

  // A replay of the exported log in another database gives every figure again.
  const figures = async () => [
    await read(2025),
    await read(2026),
    await read(2025, open[0].knownAt),
    await read(2026, between.knownAt),
  ];
  const target = await createLedgerDatabase();
  try {
    for (const bookId of [tenantBookOf(ann.tenantId), fundId]) await copyBook(target, bookId);
    const copy = await openGraph(target);
    expect(await onCopy(copy, figures)).toEqual(await figures());
    await copy.close();
  } finally {
    await target.drop();
  }
});

async function copyBook(target: TestDatabase, bookId: string): Promise<void> {
  const parts: string[] = [];
  await exportBook(database.pool, { tenantId: ann.tenantId, bookId }, (text) =>
    Promise.resolve(void parts.push(text)),
  );
  const lines = parts.join("").trimEnd().split("\n");
  await importBook(
    target.pool,
    (async function* eachLine() {
      yield* lines;
    })(),
  );
}
