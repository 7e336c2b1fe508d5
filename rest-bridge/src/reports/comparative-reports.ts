import { AppError, invalidInput } from "@allfunds/contract/errors";
import { cellsOf, headings, type Column } from "@allfunds/platform/sheets/cell";
import { toCsv } from "@allfunds/platform/sheets/csv";
import { writeWorkbook } from "@allfunds/platform/sheets/workbook";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import {
  comparedColumn,
  comparedLine,
  comparedQuery,
  type ComparedColumn,
  type ComparedLine,
  type ComparedWanted,
} from "./compared-line.ts";
import { COMPARATIVE_READS, readComparative } from "./read-comparative.ts";
import { comparativeDocument } from "./report-document.ts";

const comparative = z
  .object({
    report: z.string().meta({ description: "Which report it is." }),
    knownAt: z.int().meta({ description: "Position up to which the book was read." }),
    columns: z.array(comparedColumn).meta({ description: "As they were requested." }),
    lines: z.array(comparedLine).meta({ description: "Accounts, once for each currency." }),
  })
  .meta({ id: "ComparativeReport", description: "A report in several columns." });

const JSON_TYPE = "application/json";
const PDF_TYPE = "application/pdf";
const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** GET /api/v1/comparative-reports/{report}: a report on a fund in several columns. */
export const getComparativeReport = defineEndpoint({
  method: "GET",
  path: "/api/v1/comparative-reports/:report",
  operations: COMPARATIVE_READS,
  access: { scopes: ["ledger:read"] },
  produces: [JSON_TYPE, "text/csv", XLSX_TYPE, PDF_TYPE],
  docs: {
    operationId: "getComparativeReport",
    tag: "Ledger",
    summary: "Read or download a report in several columns",
    description:
      "Trial balances or balance sheets of several days, income statements or cash flows of several periods side by side, by the hierarchy of the chart (cash flows by account) or by the values of a dimension. `classId` gives a share class's parts of trial balances or balance sheets. `Accept: text/csv` gives CSV (RFC 4180), and the media type of Excel workbooks a workbook, both without totals; `application/pdf` tables for each currency with the sums of its parts.",
    success: { 200: { description: "The report.", schema: comparative } },
    refusals: ["FUND_NOT_FOUND", "SHARE_CLASS_NOT_FOUND", "NAV_CHECKS_OPEN", "BOOK_CORRUPT"],
  },
  params: z.strictObject({
    report: z
      .enum(["trial-balance", "balance-sheet", "income-statement", "cash-flow"])
      .meta({ description: "Which report." }),
  }),
  query: comparedQuery,
  respond: async ({ params: { report }, query: wanted, mediaType, execute }) => {
    const columns = columnsIn(report, wanted);
    const read = await readComparative(execute, report, wanted, columns);
    if (read === undefined) {
      throw wanted.classId === undefined
        ? new AppError("FUND_NOT_FOUND", `There is no fund ${wanted.fundId}.`)
        : new AppError("SHARE_CLASS_NOT_FOUND", `The fund has no share class ${wanted.classId}.`);
    }
    const { knownAt, lines } = read;
    if (mediaType === JSON_TYPE) return { status: 200, body: { report, knownAt, columns, lines } };
    const name = `comparative-${report}-${wanted.classId ?? wanted.fundId}`;
    if (mediaType === PDF_TYPE) {
      const facts = factsOf(wanted, knownAt);
      const body = await comparativeDocument(report, facts, columns.map(nameOf), lines);
      return { status: 200, body, headers: download(`${name}.pdf`) };
    }
    const sheet = sheetOf(report, columns, wanted.dimension !== undefined);
    if (mediaType === "text/csv") {
      return { status: 200, body: toCsv(sheet, lines), headers: download(`${name}.csv`) };
    }
    const rows = lines.map((line) => cellsOf(sheet, line));
    const body = writeWorkbook({ name: report, headings: headings(sheet), rows });
    return { status: 200, body, headers: download(`${name}.xlsx`) };
  },
});

const download = (fileName: string): Readonly<Record<string, string>> => ({
  "content-disposition": `attachment; filename="${fileName}"`,
});

const nameOf = ({ from, to }: ComparedColumn): string => (from === null ? to : `${from}..${to}`);

/** What a document states above its tables. */
const factsOf = (
  { fundId, classId, dimension, without, depth, method }: ComparedWanted,
  knownAt: number,
): (readonly [string, string])[] => [
  ["Fund", fundId],
  ...(classId === undefined ? [] : [["Share class", classId] as const]),
  ...(dimension === undefined ? [] : [["By", dimension] as const]),
  ...(without === undefined ? [] : [["Without", without] as const]),
  ...(depth === undefined ? [] : [["Levels of the chart", String(depth)] as const]),
  ...(method === undefined ? [] : [["Method", method] as const]),
  ["Known at position", String(knownAt)],
];

/** The days of each column, of which each report has its own parameter. */
function columnsIn(report: string, wanted: ComparedWanted): ComparedColumn[] {
  const { days, periods, dimension, depth, without, method } = wanted;
  const isFlow = report === "cash-flow";
  if (wanted.classId !== undefined && (isFlow || report === "income-statement")) {
    throw invalidInput("classId", "is not for this report");
  }
  if (isFlow && depth !== undefined) throw invalidInput("depth", "is not for this report");
  if (!isFlow && method !== undefined) throw invalidInput("method", "is not for this report");
  if (without !== undefined && dimension === undefined) {
    throw invalidInput("without", "is for reports by a dimension");
  }
  if (dimension !== undefined && depth !== undefined) {
    throw invalidInput("depth", "is for the hierarchy of the chart");
  }
  if (wanted.classId !== undefined && dimension !== undefined) {
    throw invalidInput("dimension", "is for reports of a fund");
  }
  const [name, given, other] =
    report === "balance-sheet" || report === "trial-balance"
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

type TextName = "value" | "code" | "name" | "type" | "activity" | "currency" | "accountId";

const text = (name: TextName): Column<ComparedLine> => ({
  name,
  cell: (line) => line[name] ?? null,
  kind: "text",
});

function sheetOf(
  report: string,
  columns: readonly ComparedColumn[],
  isDivided: boolean,
): readonly Column<ComparedLine>[] {
  const level: Column<ComparedLine> = {
    name: "level",
    cell: (line) => line.level ?? null,
    kind: "number",
  };
  const isFlow = report === "cash-flow";
  return [
    ...(isDivided ? [text("value")] : isFlow ? [] : [level]),
    text("code"),
    text("name"),
    text("type"),
    ...(isFlow ? [text("activity")] : []),
    text("currency"),
    ...columns.map((column, index): Column<ComparedLine> => ({
      name: nameOf(column),
      cell: ({ amounts }) => amounts[index] ?? null,
      kind: "amount",
    })),
    text("accountId"),
  ];
}
