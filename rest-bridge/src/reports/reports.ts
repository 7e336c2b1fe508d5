import { cellsOf, headings, type Column } from "@allfunds/platform/sheets/cell";
import { toCsv } from "@allfunds/platform/sheets/csv";
import { writeWorkbook } from "@allfunds/platform/sheets/workbook";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { date, id, integer } from "../endpoint/scalars.ts";
import { reportLine, withoutDimensions, type Line } from "./report-line.ts";
import { READS, readReport, type Wanted } from "./read-report.ts";
import { reportDocument } from "./report-document.ts";

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

const VALUE: Column<Line> = { name: "value", cell: (line) => line.value ?? null, kind: "text" };

const JSON_TYPE = "application/json";
const PDF_TYPE = "application/pdf";
const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** GET /api/v1/reports/{report}: a report on a fund as JSON, CSV, a workbook or PDF. */
export const getReport = defineEndpoint({
  method: "GET",
  path: "/api/v1/reports/:report",
  operations: READS,
  access: { scopes: ["ledger:read"] },
  produces: [JSON_TYPE, "text/csv", XLSX_TYPE, PDF_TYPE],
  docs: {
    operationId: "getReport",
    tag: "Ledger",
    summary: "Read or download a report on a fund",
    description:
      "Every account of the report, by code. A trial balance and a balance sheet are as of a day (`asOf`), an income statement and a cash flow of a period (`from`, `to`). `Accept: text/csv` gives CSV (RFC 4180), and the media type of Excel workbooks a workbook, both without totals; `application/pdf` a table for each currency with the sums of its parts. `classId` gives a share class's part of a trial balance or balance sheet; `dimension` the lines of every report by the values of a dimension, also in files. All pages are of the position `knownAt`, so a repeat with it is the same report.",
    success: {
      200: {
        description: "The report.",
        schema: report,
      },
    },
    refusals: ["FUND_NOT_FOUND", "SHARE_CLASS_NOT_FOUND", "NAV_CHECKS_OPEN", "BOOK_CORRUPT"],
  },
  params: z.strictObject({
    report: z
      .enum(["trial-balance", "balance-sheet", "income-statement", "cash-flow"])
      .meta({ description: "Which report." }),
  }),
  query: z.strictObject({
    fundId: id("The fund."),
    classId: id("Only this share class's part of a trial balance or balance sheet.").optional(),
    dimension: z
      .string()
      .min(1)
      .meta({ description: "By the values of this dimension, such as `costCentre`." })
      .optional(),
    without: withoutDimensions,
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
    const { knownAt, lines } = await readReport(execute, params.report, query);
    const name = `${params.report}-${query.classId ?? query.fundId}`;
    const columns = query.dimension === undefined ? COLUMNS : [VALUE, ...COLUMNS];
    if (mediaType === "text/csv") {
      return { status: 200, body: toCsv(columns, lines), headers: download(`${name}.csv`) };
    }
    if (mediaType === XLSX_TYPE) {
      const rows = lines.map((line) => cellsOf(columns, line));
      const body = writeWorkbook({ name: params.report, headings: headings(columns), rows });
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
  { fundId, classId, dimension, without, asOf, from, to, method }: Wanted,
  knownAt: number,
): (readonly [string, string])[] => [
  ["Fund", fundId],
  ...(classId === undefined ? [] : [["Share class", classId] as const]),
  ...(dimension === undefined ? [] : [["By", dimension] as const]),
  ...(without === undefined ? [] : [["Without", without] as const]),
  from === undefined ? ["As of", asOf ?? "all days"] : ["From, to", `${from}, ${to ?? ""}`],
  ...(method === undefined ? [] : [["Method", method] as const]),
  ["Known at position", String(knownAt)],
];
