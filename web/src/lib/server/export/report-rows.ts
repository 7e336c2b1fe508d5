import { textCell as text, type Cell } from "@allfunds/platform/sheets/cell";
import type { Money } from "../../money/money.ts";
import type { Report, ReportRow } from "../../reports/report.ts";

const money = (value: Money | null): Cell => ({ kind: "amount", value: value?.amount ?? "" });

/** Whether a report is by the hierarchy of the chart. */
const hasLevels = ({ rows }: Report): boolean => rows.some(({ level }) => level !== undefined);

/** The names of a report's columns in a file. */
export const reportHeadings = (report: Report): Cell[] =>
  [
    "Section",
    ...(hasLevels(report) ? ["Level"] : []),
    "Account code",
    "Account",
    ...report.columns,
    "Currency",
  ].map(text);

/** A report as rows: one for each account, and the totals of each currency. */
export function* reportRows(report: Report): Generator<readonly Cell[]> {
  const isTree = hasLevels(report);
  const level = (of: number | undefined): Cell[] => (isTree ? [text(String(of ?? ""))] : []);
  for (const row of report.rows) {
    const [section = text(""), ...others] = cellsOf(row);
    yield [section, ...level(row.level), ...others];
  }
  for (const { currency, sums } of report.totals) {
    for (const { name, money: sum } of sums) {
      const padding = report.columns.slice(1).map(() => text(""));
      yield [
        text("Total"),
        ...level(undefined),
        text(""),
        text(name),
        money(sum),
        ...padding,
        text(currency),
      ];
    }
  }
}

function cellsOf({ section, account, amounts }: ReportRow): Cell[] {
  const currency = currencyOf(amounts) ?? "";
  const figures = amounts.map(money);
  return [text(section), text(account.code), text(account.name), ...figures, text(currency)];
}

/** The one currency of the figures of a row. */
export const currencyOf = (amounts: ReportRow["amounts"]): string | undefined =>
  amounts.find((amount) => amount !== null)?.currency;
