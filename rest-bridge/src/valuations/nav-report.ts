import { cellsOf, headings, type Cell, type Column } from "@allfunds/platform/sheets/cell";
import { csvHeader, csvRows } from "@allfunds/platform/sheets/csv";
import { writeWorkbook } from "@allfunds/platform/sheets/workbook";
import type { Execute } from "../endpoint/endpoint.ts";
import { nextCursorOf } from "../endpoint/page.ts";
import {
  RestValuationPositionsDocument,
  type RestValuationPositionsQuery,
} from "../graph/graph-types.generated.ts";
import type { Valuation } from "./valuation.ts";

/** A line of the report on a NAV; what a section does not have is empty. */
interface ReportRow {
  readonly section: "FUND" | "CLASS" | "FEE" | "RATE" | "POSITION" | "CHECK";
  readonly item: string;
  readonly units?: string;
  readonly price?: string | null;
  readonly currency?: string | null;
  readonly amount?: string | null;
  readonly amountBase?: string | null;
  readonly date?: string | null;
  readonly note?: string | null;
}

const KINDS: { readonly [Name in keyof ReportRow]?: Cell["kind"] } = {
  units: "amount",
  price: "amount",
  amount: "amount",
  amountBase: "amount",
  date: "date",
};

const COLUMNS: readonly Column<ReportRow>[] = (
  ["section", "item", "units", "price", "currency", "amount", "amountBase", "date", "note"] as const
).map((name) => ({ name, cell: (row) => row[name] ?? null, kind: KINDS[name] ?? "text" }));

/** The report on a valuation as CSV: the fund, its classes, fees, rates, positions and checks. */
export async function* navReportCsv(
  valuation: Valuation,
  execute: Execute,
): AsyncGenerator<string, void> {
  yield csvHeader(COLUMNS);
  yield csvRows(COLUMNS, summaryOf(valuation));
  for await (const rows of positionsOf(valuation, execute)) yield csvRows(COLUMNS, rows);
}

/** The same as a workbook. */
export const navReportWorkbook = (
  valuation: Valuation,
  execute: Execute,
): AsyncGenerator<Uint8Array> =>
  writeWorkbook({
    name: `NAV ${valuation.navDate}`,
    headings: headings(COLUMNS),
    rows: cellRows(valuation, execute),
  });

async function* cellRows(valuation: Valuation, execute: Execute): AsyncGenerator<Cell[], void> {
  for (const row of summaryOf(valuation)) yield cellsOf(COLUMNS, row);
  for await (const rows of positionsOf(valuation, execute)) {
    for (const row of rows) yield cellsOf(COLUMNS, row);
  }
}

const summaryOf = (valuation: Valuation): ReportRow[] => [
  {
    section: "FUND",
    item: valuation.fundId,
    currency: valuation.currency,
    amount: valuation.netAssets,
    amountBase: valuation.netAssets,
    date: valuation.navDate,
    note: valuation.state,
  },
  ...valuation.classes.map((one) => ({
    section: "CLASS" as const,
    item: one.code,
    units: one.units,
    price: one.navPerUnit,
    currency: one.currency,
    amount: one.netAssets,
    amountBase: one.netAssetsBase,
    date: valuation.navDate,
  })),
  ...valuation.fees.map(({ kind, classId, amount }) => ({
    section: "FEE" as const,
    item: kind,
    currency: valuation.currency,
    amount,
    amountBase: amount,
    note: valuation.classes.find((one) => one.classId === classId)?.code ?? null,
  })),
  ...valuation.rates.map(({ currency, units, per, date }) => ({
    section: "RATE" as const,
    item: currency,
    units: per,
    price: units,
    currency,
    date,
  })),
  ...valuation.checks.flatMap(({ kind, severity, rows }) =>
    rows.map(({ subject, found }) => ({
      section: "CHECK" as const,
      item: kind,
      note: `${severity} ${subject}: ${found}`,
    })),
  ),
];

const PAGE = 200;

type Position = NonNullable<RestValuationPositionsQuery["valuation"]>["positions"]["nodes"][number];

/** The positions of a valuation, page after page. */
async function* positionsOf(
  { id }: Valuation,
  execute: Execute,
): AsyncGenerator<readonly ReportRow[], void> {
  for (let after: string | undefined; ;) {
    const wanted = { id, first: PAGE, ...(after === undefined ? {} : { after }) };
    const { valuation } = await execute(RestValuationPositionsDocument, wanted);
    if (valuation === null) return;
    yield valuation.positions.nodes.map(toRow);
    const next = nextCursorOf(valuation.positions);
    if (next === null) return;
    after = next;
  }
}

const toRow = (position: Position): ReportRow => ({
  section: "POSITION",
  item: position.isin,
  units: position.quantity,
  price: position.price,
  currency: position.cost.currency,
  amount: position.value?.amount ?? null,
  amountBase: position.valueBase?.amount ?? null,
  date: position.priceDate,
  note: [position.priceKind, position.priceSource].filter((part) => part !== null).join(" "),
});
