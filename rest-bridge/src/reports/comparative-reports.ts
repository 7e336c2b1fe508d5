import { AppError, invalidInput } from "@allfunds/contract/errors";
import { cellsOf, headings, type Column } from "@allfunds/platform/sheets/cell";
import { toCsv } from "@allfunds/platform/sheets/csv";
import { writeWorkbook } from "@allfunds/platform/sheets/workbook";
import { z } from "zod";
import { defineEndpoint, type Execute } from "../endpoint/endpoint.ts";
import { nextCursorOf } from "../endpoint/page.ts";
import { currency, date, decimal, id, integer } from "../endpoint/scalars.ts";
import {
  RestComparativeBalanceSheetByDimensionDocument,
  RestComparativeBalanceSheetDocument,
  RestComparativeIncomeStatementByDimensionDocument,
  RestComparativeIncomeStatementDocument,
  type ComparativeFieldsFragment,
  type ComparativeValueFieldsFragment,
} from "../graph/graph-types.generated.ts";
import { readPages, type ReadPage } from "./read-pages.ts";

const comparedLine = z
  .object({
    value: z
      .string()
      .nullable()
      .optional()
      .meta({ description: "With `dimension`: the value, null for what has none of it." }),
    level: z.int().optional().meta({
      description: "1 for an account without a parent, 2 beneath it; absent with `dimension`.",
    }),
    accountId: id("The account."),
    code: z.string().meta({ description: "Code of the account." }),
    name: z.string().meta({ description: "Name of the account." }),
    type: z
      .enum(["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"])
      .meta({ description: "Kind of account." }),
    currency: currency("Currency of the amounts."),
    amounts: z
      .array(decimal("On the account's normal side."))
      .meta({ description: "One for each column, in order." }),
  })
  .meta({ id: "ComparedLine", description: "An account in several columns." });
type Line = z.output<typeof comparedLine>;

const comparedColumn = z
  .object({
    from: date("First value date; null of a balance sheet.").nullable(),
    to: date("Last value date."),
  })
  .meta({ id: "ComparedColumn", description: "The days of a column." });
type Shown = z.output<typeof comparedColumn>;

const comparative = z
  .object({
    report: z.string().meta({ description: "Which report it is." }),
    knownAt: z.int().meta({ description: "Position up to which the book was read." }),
    columns: z.array(comparedColumn).meta({ description: "As they were requested." }),
    lines: z.array(comparedLine).meta({ description: "Accounts, once for each currency." }),
  })
  .meta({ id: "ComparativeReport", description: "A report in several columns." });

const JSON_TYPE = "application/json";
const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const DAY = String.raw`\d{4}-\d{2}-\d{2}`;
const listOf = (part: string): RegExp => new RegExp(`^${part}(?:,${part}){1,12}$`);

const query = z.strictObject({
  fundId: id("The fund."),
  days: z
    .string()
    .regex(listOf(DAY))
    .optional()
    .meta({ description: "Of a balance sheet: 2 to 13 days, separated by commas." }),
  periods: z
    .string()
    .regex(listOf(String.raw`${DAY}\.\.${DAY}`))
    .optional()
    .meta({
      description:
        "Of an income statement: 2 to 13 periods `2026-01-01..2026-03-31`, separated by commas.",
    }),
  depth: integer({ min: 1, max: 20 }, "Levels of the chart to show; all when absent.").optional(),
  dimension: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "By the values of this dimension instead of the hierarchy." }),
  knownAt: integer(
    { min: 0, max: Number.MAX_SAFE_INTEGER },
    "As known at this position of the book; at its end when absent.",
  ).optional(),
});
type Wanted = z.output<typeof query>;

/** GET /api/v1/comparative-reports/{report}: a report on a fund in several columns. */
export const getComparativeReport = defineEndpoint({
  method: "GET",
  path: "/api/v1/comparative-reports/:report",
  operations: [
    RestComparativeBalanceSheetDocument,
    RestComparativeIncomeStatementDocument,
    RestComparativeBalanceSheetByDimensionDocument,
    RestComparativeIncomeStatementByDimensionDocument,
  ],
  access: { scopes: ["ledger:read"] },
  produces: [JSON_TYPE, "text/csv", XLSX_TYPE],
  docs: {
    operationId: "getComparativeReport",
    tag: "Ledger",
    summary: "Read or download a report in several columns",
    description:
      "Balance sheets of several days or income statements of several periods side by side, by the hierarchy of the chart or by the values of a dimension. `Accept: text/csv` gives CSV (RFC 4180), and the media type of Excel workbooks a workbook.",
    success: { 200: { description: "The report.", schema: comparative } },
    refusals: ["FUND_NOT_FOUND", "BOOK_CORRUPT"],
  },
  params: z.strictObject({
    report: z.enum(["balance-sheet", "income-statement"]).meta({ description: "Which report." }),
  }),
  query,
  respond: async ({ params: { report }, query: wanted, mediaType, execute }) => {
    const columns = columnsIn(report, wanted);
    const read = await readPages(readerOf(execute, report, wanted, columns), PAGE, wanted.knownAt);
    if (read === undefined) {
      throw new AppError("FUND_NOT_FOUND", `There is no fund ${wanted.fundId}.`);
    }
    const { knownAt, lines } = read;
    if (mediaType === JSON_TYPE) return { status: 200, body: { report, knownAt, columns, lines } };
    const sheet = sheetOf(columns, wanted.dimension !== undefined);
    const name = `comparative-${report}-${wanted.fundId}`;
    const isCsv = mediaType === "text/csv";
    const rows = lines.map((line) => cellsOf(sheet, line));
    return {
      status: 200,
      body: isCsv
        ? toCsv(sheet, lines)
        : writeWorkbook({ name: report, headings: headings(sheet), rows }),
      headers: {
        "content-disposition": `attachment; filename="${name}.${isCsv ? "csv" : "xlsx"}"`,
      },
    };
  },
});

/** The days of each column, of which each report has its own parameter. */
function columnsIn(report: string, { days, periods, dimension, depth }: Wanted): Shown[] {
  if (dimension !== undefined && depth !== undefined) {
    throw invalidInput("depth", "is for the hierarchy of the chart");
  }
  const [name, given, other] =
    report === "balance-sheet"
      ? (["days", days, periods] as const)
      : (["periods", periods, days] as const);
  if (other !== undefined) {
    throw invalidInput(name === "days" ? "periods" : "days", "is not for this report");
  }
  if (given === undefined) throw invalidInput(name, "is needed for this report");
  return given.split(",").map((part) => {
    const [first = "", last] = part.split("..");
    return last === undefined ? { from: null, to: first } : { from: first, to: last };
  });
}

const text = (name: "code" | "name" | "type" | "currency" | "accountId"): Column<Line> => ({
  name,
  cell: (line) => line[name],
  kind: "text",
});

function sheetOf(columns: readonly Shown[], isDivided: boolean): readonly Column<Line>[] {
  const first: Column<Line> = isDivided
    ? { name: "value", cell: ({ value }) => value ?? null, kind: "text" }
    : { name: "level", cell: ({ level }) => level ?? null, kind: "number" };
  return [
    first,
    text("code"),
    text("name"),
    text("type"),
    text("currency"),
    ...columns.map(({ from, to }, index): Column<Line> => ({
      name: from === null ? to : `${from}..${to}`,
      cell: ({ amounts }) => amounts[index] ?? null,
      kind: "amount",
    })),
    text("accountId"),
  ];
}

// The gateway counts each column of each line: twice as many lines would cost more than it allows.
const PAGE = 100;

function readerOf(
  execute: Execute,
  report: string,
  { fundId, depth, dimension }: Wanted,
  columns: readonly Shown[],
): ReadPage<Line> {
  const isOfDays = report === "balance-sheet";
  const days = { days: columns.map(({ to }) => to) };
  const periods = { periods: columns.map(({ from, to }) => ({ from: from ?? to, to })) };
  if (dimension === undefined) {
    return async (place) => {
      const of = { fundId, depth, ...place };
      const found = isOfDays
        ? (await execute(RestComparativeBalanceSheetDocument, { ...of, ...days })).fund
            ?.comparativeBalanceSheet
        : (await execute(RestComparativeIncomeStatementDocument, { ...of, ...periods })).fund
            ?.comparativeIncomeStatement;
      return found && toPage(found);
    };
  }
  return async (place) => {
    const of = { fundId, dimension, ...place };
    const found = isOfDays
      ? (await execute(RestComparativeBalanceSheetByDimensionDocument, { ...of, ...days })).fund
          ?.comparativeBalanceSheet
      : (await execute(RestComparativeIncomeStatementByDimensionDocument, { ...of, ...periods }))
          .fund?.comparativeIncomeStatement;
    return found && toValuePage(found);
  };
}

function toPage({ knownAt, lines }: ComparativeFieldsFragment) {
  return {
    knownAt,
    next: nextCursorOf(lines),
    lines: lines.nodes.flatMap(({ level, account: { id: accountId, ...account }, columns }) => {
      const currencies = columns[0]?.amounts.map((amount) => amount.currency) ?? [];
      return currencies.map((inCurrency, at): Line => ({
        level,
        accountId,
        ...account,
        currency: inCurrency,
        amounts: columns.map(({ amounts }) => amounts[at]?.amount ?? "0"),
      }));
    }),
  };
}

function toValuePage({ knownAt, byDimension: { lines } }: ComparativeValueFieldsFragment) {
  return {
    knownAt,
    next: nextCursorOf(lines),
    lines: lines.nodes.map(({ value, account: { id: accountId, ...account }, amounts }): Line => ({
      value,
      accountId,
      ...account,
      currency: amounts[0]?.currency ?? "",
      amounts: amounts.map(({ amount }) => amount),
    })),
  };
}
