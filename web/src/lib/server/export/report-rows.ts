import { textCell as text, type Cell } from "@allfunds/platform/sheets/cell";
import type { Money } from "../../money/money.ts";
import type { Report, ReportRow } from "../../reports/report.ts";

const money = (value: Money | null): Cell => ({ kind: "amount", value: value?.amount ?? "" });

/** The names of a report's columns in a file. */
export const reportHeadings = ({ columns }: Report): Cell[] =>
  ["Section", "Account code", "Account", ...columns, "Currency"].map(text);

/** A report as rows: one for each account, and the totals of each currency. */
export function* reportRows(report: Report): Generator<readonly Cell[]> {
  for (const row of report.rows) yield cellsOf(row);
  for (const { currency, sums } of report.totals) {
    for (const { name, money: sum } of sums) {
      const padding = report.columns.slice(1).map(() => text(""));
      yield [text("Total"), text(""), text(name), money(sum), ...padding, text(currency)];
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
