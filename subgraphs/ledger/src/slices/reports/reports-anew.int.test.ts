import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { exportBook } from "../../evidence/export-book.ts";
import { importBook } from "../../evidence/import-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import { openGraph, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import { rebuild } from "../../projections/rebuild.ts";
import { PROJECTIONS } from "../model.ts";
import {
  balanceSheet,
  byDimension,
  byHierarchy,
  cashFlow,
  comparedFlows,
  incomeStatement,
  inCurrency,
  readExported,
  trialBalance,
  type ExportedBooks,
  type Report,
} from "./reports-anew.fixture.ts";
import { shown } from "./reports-shown.fixture.ts";
import {
  accounts,
  ann,
  ask,
  closeYear,
  fundId,
  onCopy,
  openTwoYears,
  yearOf,
} from "./two-years.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openTwoYears(database);
  await placeInHierarchy();
  await postByStrategy();
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const mutate = (name: string, input: string, more: object, answer = "__typename") =>
  ask<{ id: string }>(
    name,
    `mutation ($input: ${input}!) { ${name}(input: $input) { ${answer} } }`,
    { input: more },
  );

const group = (code: string, type: string, parentCode?: string) => ({
  code,
  name: code,
  type,
  countsAsCash: false,
  ...(parentCode === undefined ? {} : { parentCode }),
});

/** The chart in four levels, with a machine that is bought on credit and a loan. */
async function placeInHierarchy(): Promise<void> {
  const opened = [
    group("1", "ASSET"),
    group("10", "ASSET", "1"),
    group("101", "ASSET", "10"),
    { ...group("1500", "ASSET", "1"), type: "ASSET", class: "NON_CURRENT" },
    { ...group("2500", "LIABILITY"), class: "NON_CURRENT" },
    group("5", "EXPENSE"),
    group("51", "EXPENSE", "5"),
  ];
  await mutate("openChart", "OpenChartInput", { fundId, accounts: opened }, "opened");
  const read = "query ($id: ID!) { fund(id: $id) { accounts(first: 100) { nodes { id code } } } }";
  const chart = await ask<{ accounts: { nodes: { id: string; code: string }[] } }>("fund", read, {
    id: fundId,
  });
  for (const { id, code } of chart.accounts.nodes) accounts.set(code, id);
  for (const [code, parent] of [
    ["1000", "101"],
    ["1000-USD", "101"],
    ["1000-JPY", "10"],
    ["1900-USD", "1"],
    ["5100", "51"],
    ["5200", "51"],
  ] as const) {
    const moved = { accountId: accounts.get(code), parentId: accounts.get(parent) };
    await mutate("renameAccount", "RenameAccountInput", moved);
  }
}

const post = (
  effectiveDate: string,
  lines: readonly (readonly [code: string, amount: string, strategy?: string])[],
) =>
  mutate(
    "postTransaction",
    "PostTransactionInput",
    {
      fundId,
      effectiveDate,
      description: "By strategy",
      entries: lines.map(([code, amount, strategy]) => ({
        accountId: accounts.get(code),
        side: amount.startsWith("-") ? "CREDIT" : "DEBIT",
        amount: amount.replace("-", ""),
        ...(strategy === undefined
          ? {}
          : { dimensions: [{ dimension: "strategy", value: strategy }] }),
      })),
    },
    "id",
  );

async function postByStrategy(): Promise<void> {
  const dimension = "strategy";
  await mutate("setDimension", "SetDimensionInput", { dimension, name: "Strategy", replaces: 0 });
  const values = ["EQUITY", "BONDS"].map((value) => ({ value, name: value }));
  await mutate("setDimensionValues", "SetDimensionValuesInput", { dimension, values });
  for (const [year, amount] of [
    ["2025", "333.33"],
    ["2026", "777.77"],
  ] as const) {
    await post(`${year}-03-10`, [
      ["5100", amount, "EQUITY"],
      ["1000", `-${amount}`],
    ]);
    await post(`${year}-04-11`, [
      ["5100", "0.01", "BONDS"],
      ["5200", "1000.00", "EQUITY"],
      ["1000", "-1000.01", "BONDS"],
    ]);
    // Bought on credit: it moves no cash, and the two methods differ by it.
    await post(`${year}-05-12`, [
      ["1500", "20000.00", "BONDS"],
      ["2500", "-20000.00", "BONDS"],
    ]);
    await post(`${year}-11-30`, [
      ["2500", "4999.99", "BONDS"],
      ["1000", "-4999.99"],
    ]);
    await post(`${year}-12-31`, [
      ["1000-JPY", "-1500"],
      ["2900-JPY", "1500"],
      ["5100", "9.20", "EQUITY"],
      ["1900-JPY", "-9.20"],
    ]);
  }
  const wrong = await post("2025-07-01", [
    ["5200", "88.88", "BONDS"],
    ["1000", "-88.88"],
  ]);
  const transactionId = wrong.id;
  // Taken back in the next year, as an auditor finds it.
  const reversal = { transactionId, effectiveDate: "2026-02-01" };
  await mutate("reverseTransaction", "ReverseTransactionInput", reversal, "id");
}

/** The file of a book as `npm run ledger -- export` writes it. */
async function exported(bookId: string): Promise<string> {
  const parts: string[] = [];
  await exportBook(database.pool, { tenantId: ann.tenantId, bookId }, (text) =>
    Promise.resolve(void parts.push(text)),
  );
  return parts.join("");
}

const readFiles = async (): Promise<ExportedBooks> =>
  readExported(await exported(fundId), await exported(tenantBookOf(ann.tenantId)));

/** The same from the exported files alone. */
function anew(books: ExportedBooks, year: number, knownAt: number) {
  const now = { ...yearOf(year), knownAt };
  const before = { ...yearOf(year - 1), knownAt };
  const ofReport = (report: Report) => ({
    tree: byHierarchy(books, report, [now]),
    flat: byHierarchy(books, report, [now], 2),
    parts: byDimension(books, report, now, "strategy"),
  });
  const [trial, sheet] = [trialBalance(books, now), balanceSheet(books, now)];
  const income = incomeStatement(books, now);
  const ofFlow = (method: "DIRECT" | "INDIRECT") => ({
    ...cashFlow(books, now, method),
    parts: byDimension(books, method, now, "strategy"),
  });
  return {
    trial: { ...trial, ...ofReport("TRIAL_BALANCE") },
    sheet: {
      ...sheet,
      ...ofReport("BALANCE_SHEET"),
      translated: inCurrency(books, sheet.totals, now.to, "USD"),
    },
    income: {
      ...income,
      ...ofReport("INCOME_STATEMENT"),
      translated: inCurrency(books, income.totals, now.to, "JPY"),
    },
    direct: ofFlow("DIRECT"),
    indirect: ofFlow("INDIRECT"),
    compared: (["TRIAL_BALANCE", "BALANCE_SHEET", "INCOME_STATEMENT"] as const).map((report) =>
      byHierarchy(books, report, [before, now]),
    ),
    comparedFlows: comparedFlows(books, [before, now]),
  };
}

async function agree(books: ExportedBooks, knownAt: number): Promise<void> {
  for (const year of [2025, 2026]) {
    expect(await shown(year, knownAt)).toEqual(anew(books, year, knownAt));
  }
}

const lastOf = ({ entries }: ExportedBooks): number =>
  Math.max(...entries.map(({ position }) => position));

test("every report of two years is what the exported files come to by other formulae", async () => {
  const open = await readFiles();
  const [beforeAny, first] = [lastOf(open), await shown(2025, lastOf(open))];
  // Not by chance: three currencies, both strategies and what has none, four levels.
  expect(first.trial.totals.map(([currency]) => currency)).toEqual(["EUR", "JPY", "USD"]);
  expect(new Set(first.trial.parts.map(([value]) => value))).toEqual(
    new Set(["BONDS", "EQUITY", null]),
  );
  expect(Math.max(...first.trial.tree.map(([, level]) => Number(level)))).toBe(4);
  expect(first.direct.totals).not.toEqual(first.indirect.totals);
  await agree(open, beforeAny);

  await closeYear("2025-12-31");
  const between = await readFiles();
  await agree(between, lastOf(between));
  await closeYear("2026-12-31");
  const closed = await readFiles();
  expect(lastOf(closed)).toBeGreaterThan(lastOf(between));
  const everyTime = async (): Promise<void> => {
    for (const knownAt of [lastOf(closed), lastOf(between), beforeAny]) {
      await agree(closed, knownAt);
    }
  };
  await everyTime();
  // As known before the closings, what was read before them.
  expect(await shown(2025, beforeAny)).toEqual(first);

  // From read models that are made anew by a replay of the log.
  for (const projection of PROJECTIONS) {
    await rebuild(database.pool, { tenantId: ann.tenantId, bookId: fundId }, projection);
  }
  await everyTime();

  // From a database that has nothing but the exported files.
  const target = await createLedgerDatabase();
  try {
    for (const bookId of [tenantBookOf(ann.tenantId), fundId]) {
      const lines = (await exported(bookId)).trimEnd().split("\n");
      await importBook(
        target.pool,
        (async function* eachLine() {
          yield* lines;
        })(),
      );
    }
    const copy = await openGraph(target);
    await onCopy(copy, everyTime);
    await copy.close();
  } finally {
    await target.drop();
  }
});
