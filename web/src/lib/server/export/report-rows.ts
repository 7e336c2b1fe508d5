import { textCell as text, type Cell } from "@allfunds/platform/sheets/cell";
import type { Money } from "../../money/money.ts";
import type { Report, ReportRow } from "../../reports/report.ts";

const money = (value: Money | null): Cell => ({ kind: "amount", value: value?.amount ?? "" });

/** A report as rows: headings, one for each account, and the totals of each currency. */
export async function* reportCells(report: Report): AsyncGenerator<readonly Cell[]> {
  yield ["Section", "Account code", "Account", ...report.columns, "Currency"].map(text);
  for (const row of report.rows) yield cellsOf(row);
  for (const { currency, sums } of report.totals) {
    for (const { name, money: sum } of sums) {
      const padding = report.columns.slice(1).map(() => text(""));
      yield [text("Total"), text(""), text(name), money(sum), ...padding, text(currency)];
    }
  }
}

function cellsOf({ section, account, amounts }: ReportRow): Cell[] {
  const currency = amounts.find((amount) => amount !== null)?.currency ?? "";
  const figures = amounts.map(money);
  return [text(section), text(account.code), text(account.name), ...figures, text(currency)];
}
