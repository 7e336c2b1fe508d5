import { AppError, invalidInput } from "@allfunds/contract/errors";
import { cellsOf, headings, type Column } from "@allfunds/platform/sheets/cell";
import { toCsv } from "@allfunds/platform/sheets/csv";
import { writeWorkbook } from "@allfunds/platform/sheets/workbook";
import { z } from "zod";
import { defineEndpoint, type Execute } from "../endpoint/endpoint.ts";
import { nextCursorOf } from "../endpoint/page.ts";
import { currency, date, decimal, id, integer } from "../endpoint/scalars.ts";
import {
  RestBalanceSheetDocument,
  RestCashFlowStatementDocument,
  RestIncomeStatementDocument,
  RestTrialBalanceDocument,
} from "../graph/graph-types.generated.ts";
import { reportDocument } from "./report-document.ts";

const nullable = (description: string) => decimal(description).nullable();

const reportLine = z
  .object({
    accountId: id("The account; its entries are at `/api/v1/ledger?accountId=`."),
    code: z.string().meta({ description: "Code of the account." }),
    name: z.string().meta({ description: "Name of the account." }),
    type: z
      .enum(["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"])
      .meta({ description: "Kind of account." }),
    currency: currency("Currency of the amounts."),
    debit: nullable("Debits less credits where that is positive; null of a cash flow."),
    credit: nullable("Credits less debits where that is positive; null of a cash flow."),
    amount: decimal("On the account's normal side; of a cash flow, positive came in."),
    activity: z
      .enum(["OPERATING", "INVESTING", "FINANCING"])
      .nullable()
      .meta({ description: "Of a cash flow: the part of the statement; else null." }),
  })
  .meta({ id: "ReportLine", description: "One account in a report." });

type Line = z.output<typeof reportLine>;

const report = z
  .object({
    report: z.string().meta({ description: "Which report it is." }),
    knownAt: z.int().meta({ description: "Position up to which the book was read." }),
    lines: z.array(reportLine).meta({ description: "The accounts, by code." }),
  })
  .meta({ id: "Report", description: "A report on a fund with all its accounts." });

const AMOUNTS: ReadonlySet<keyof Line> = new Set(["debit", "credit", "amount"]);

const COLUMNS: readonly Column<Line>[] = (
  [
    "code",
    "name",
    "type",
    "currency",
    "debit",
    "credit",
    "amount",
    "activity",
    "accountId",
  ] as const
).map((name) => ({
  name,
  cell: (line) => line[name],
  kind: AMOUNTS.has(name) ? "amount" : "text",
}));

const JSON_TYPE = "application/json";
const PDF_TYPE = "application/pdf";
const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** GET /api/v1/reports/{report}: a report on a fund as JSON, CSV, a workbook or PDF. */
export const getReport = defineEndpoint({
  method: "GET",
  path: "/api/v1/reports/:report",
  operations: [
    RestTrialBalanceDocument,
    RestBalanceSheetDocument,
    RestIncomeStatementDocument,
    RestCashFlowStatementDocument,
  ],
  access: { scopes: ["ledger:read"] },
  produces: [JSON_TYPE, "text/csv", XLSX_TYPE, PDF_TYPE],
  docs: {
    operationId: "getReport",
    tag: "Ledger",
    summary: "Read or download a report on a fund",
    description:
      "Every account of the report, by code. A trial balance and a balance sheet are as of a day (`asOf`), an income statement and a cash flow of a period (`from`, `to`). `Accept: text/csv` gives CSV (RFC 4180), and the media type of Excel workbooks a workbook, both without totals; `application/pdf` a table for each currency with the sums of its parts. All pages are of the position `knownAt`, so a repeat with it is the same report.",
    success: {
      200: {
        description: "The report.",
        schema: report,
      },
    },
    refusals: ["FUND_NOT_FOUND", "BOOK_CORRUPT"],
  },
  params: z.strictObject({
    report: z
      .enum(["trial-balance", "balance-sheet", "income-statement", "cash-flow"])
      .meta({ description: "Which report." }),
  }),
  query: z.strictObject({
    fundId: id("The fund."),
    asOf: date("Value dates up to this day; all when absent. Not for periods.").optional(),
    from: date("First value date of a period.").optional(),
    to: date("Last value date of a period.").optional(),
    knownAt: integer(
      { min: 0, max: Number.MAX_SAFE_INTEGER },
      "As known at this position of the book; at its end when absent.",
    ).optional(),
    method: z
      .enum(["DIRECT", "INDIRECT"])
      .meta({ description: "Of a cash flow: how it is made; DIRECT when absent." })
      .optional(),
  }),
  respond: async ({ params, query, mediaType, execute }) => {
    const { knownAt, lines } = await readAll(execute, params.report, query);
    const name = `${params.report}-${query.fundId}`;
    if (mediaType === "text/csv") {
      return { status: 200, body: toCsv(COLUMNS, lines), headers: download(`${name}.csv`) };
    }
    if (mediaType === XLSX_TYPE) {
      const rows = lines.map((line) => cellsOf(COLUMNS, line));
      const body = writeWorkbook({ name: params.report, headings: headings(COLUMNS), rows });
      return { status: 200, body, headers: download(`${name}.xlsx`) };
    }
    if (mediaType === PDF_TYPE) {
      const body = await reportDocument(params.report, factsOf(query, knownAt), lines);
      return { status: 200, body, headers: download(`${name}.pdf`) };
    }
    return { status: 200, body: { report: params.report, knownAt, lines: [...lines] } };
  },
});

const download = (fileName: string): Readonly<Record<string, string>> => ({
  "content-disposition": `attachment; filename="${fileName}"`,
});

/** What a document states above its tables. */
const factsOf = (
  { fundId, asOf, from, to, method }: Wanted,
  knownAt: number,
): (readonly [string, string])[] => [
  ["Fund", fundId],
  from === undefined ? ["As of", asOf ?? "all days"] : ["From, to", `${from}, ${to ?? ""}`],
  ...(method === undefined ? [] : [["Method", method] as const]),
  ["Known at position", String(knownAt)],
];

interface Wanted {
  readonly fundId: string;
  readonly asOf?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly knownAt?: number | undefined;
  readonly method?: "DIRECT" | "INDIRECT" | undefined;
}

interface ReportPage {
  readonly knownAt: number;
  readonly lines: {
    readonly nodes: readonly GraphLine[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

interface GraphLine {
  readonly account: Pick<Line, "code" | "name" | "type" | "currency"> & { readonly id: string };
  readonly amount: { readonly amount: string };
  readonly debit?: { readonly amount: string };
  readonly credit?: { readonly amount: string };
  readonly activity?: Line["activity"];
}

interface Place {
  readonly first: number;
  readonly after?: string | undefined;
  readonly knownAt?: number | undefined;
}

const PAGE = 200;

/** Every page of a report, all of the position at which the first one was read. */
async function readAll(
  execute: Execute,
  name: string,
  wanted: Wanted,
): Promise<{ readonly knownAt: number; readonly lines: readonly Line[] }> {
  const read = readerOf(execute, name, wanted);
  const lines: Line[] = [];
  let { knownAt } = wanted;
  for (let after: string | undefined; ;) {
    const page = await read({ first: PAGE, after, knownAt });
    if (page === undefined) {
      throw new AppError("FUND_NOT_FOUND", `There is no fund ${wanted.fundId}.`);
    }
    knownAt = page.knownAt;
    lines.push(...page.lines.nodes.map(toLine));
    const next = nextCursorOf(page.lines);
    if (next === null) return { knownAt, lines };
    after = next;
  }
}

type ReadPage = (place: Place) => Promise<ReportPage | undefined>;

function readerOf(execute: Execute, name: string, wanted: Wanted): ReadPage {
  const { fundId, asOf, method = "DIRECT" } = wanted;
  if (name === "trial-balance" || name === "balance-sheet") {
    refuseGiven(wanted, ["from", "to", "method"]);
    return async (place) => {
      const variables = { fundId, asOf, ...place };
      return name === "trial-balance"
        ? (await execute(RestTrialBalanceDocument, variables)).fund?.trialBalance
        : (await execute(RestBalanceSheetDocument, variables)).fund?.balanceSheet;
    };
  }
  refuseGiven(wanted, name === "cash-flow" ? ["asOf"] : ["asOf", "method"]);
  const period = { from: required(wanted, "from"), to: required(wanted, "to") };
  return async (place) => {
    const variables = { fundId, ...period, ...place };
    return name === "cash-flow"
      ? (await execute(RestCashFlowStatementDocument, { ...variables, method })).fund
          ?.cashFlowStatement
      : (await execute(RestIncomeStatementDocument, variables)).fund?.incomeStatement;
  };
}

function refuseGiven(wanted: Wanted, names: readonly (keyof Wanted)[]): void {
  const given = names.find((name) => wanted[name] !== undefined);
  if (given !== undefined) throw invalidInput(given, "is not for this report");
}

function required(wanted: Wanted, name: "from" | "to"): string {
  const value = wanted[name];
  if (value === undefined) throw invalidInput(name, "is needed for this report");
  return value;
}

const toLine = ({ account, debit, credit, amount, activity }: GraphLine): Line => ({
  accountId: account.id,
  code: account.code,
  name: account.name,
  type: account.type,
  currency: account.currency,
  debit: debit?.amount ?? null,
  credit: credit?.amount ?? null,
  amount: amount.amount,
  activity: activity ?? null,
});
