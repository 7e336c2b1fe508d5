import type { AccountNameFragment } from "../graph/graph-types.generated.ts";
import type { PlainKey, Translate } from "../language/messages.ts";
import type { ComparedDays } from "./compared-days.ts";
import type { Money } from "../money/money.ts";

/** An account in a report, or a sum of some, with a figure in each of its columns. */
export interface ReportRow {
  readonly section: string;
  readonly account: AccountNameFragment | SumName;
  /** In the order of the columns; null where a column has none. */
  readonly amounts: readonly (Money | null)[];
  /** In the hierarchy of the chart: 1 for an account without a parent. */
  readonly level?: number;
  /** The accounts whose postings are behind the figures; none where they cannot be listed. */
  readonly of?: readonly string[];
  /** The value of the report's dimension; null for entries without one. */
  readonly value?: string | null;
}

/** A sum by its name, in place of an account. */
interface SumName {
  readonly id: "";
  readonly code: "";
  readonly name: string;
  readonly type?: undefined;
}

export const sumNamed = (name: string): SumName => ({ id: "", code: "", name });

/** The sums of one currency, each with its name. */
export interface ReportTotals {
  readonly currency: string;
  readonly sums: readonly { readonly name: string; readonly money: Money }[];
}

/** A report as a table, the same shape for all. */
export interface Report {
  readonly columns: readonly string[];
  readonly rows: readonly ReportRow[];
  readonly totals: readonly ReportTotals[];
  /** Position up to which the book was read. */
  readonly knownAt: number;
}

// The names of columns, sections and sums, as the graph and the exported file have them.
const WORDS: ReadonlyMap<string, PlainKey> = new Map([
  ["Debit", "transaction.debit"],
  ["Credit", "transaction.credit"],
  ["Amount", "transaction.amount"],
  ["Asset", "account.ASSET"],
  ["Liability", "account.LIABILITY"],
  ["Equity", "account.EQUITY"],
  ["Income", "account.INCOME"],
  ["Expense", "account.EXPENSE"],
  ["Operating", "reports.word.operating"],
  ["Investing", "reports.word.investing"],
  ["Financing", "reports.word.financing"],
  ["Assets", "account.ASSET"],
  ["Liabilities", "account.LIABILITY"],
  ["Expenses", "account.EXPENSE"],
  ["Result", "reports.word.result"],
  ["Opening", "reports.word.opening"],
  ["Change", "reports.word.change"],
  ["Closing", "reports.word.closing"],
  ["Net", "reports.word.net"],
  ["Total", "reports.total"],
  ["Without a value", "reports.word.without"],
]);

/** The name of a column of days as files have it: a day, or both ends as ISO 8601 writes an interval. */
export const columnOfDays = ({ from, to }: ComparedDays): string =>
  from === undefined ? to : `${from}/${to}`;

/** The name of a column in the reader's language. */
export function columnName(column: string, t: Translate, day: (date: string) => string): string {
  if (!/^\d{4}-/.test(column)) return reportWord(column, t);
  const [first = "", last] = column.split("/");
  return last === undefined ? day(first) : t("reports.range", { from: day(first), to: day(last) });
}

/** A word of a report in the reader's language; one without a translation stays as it is. */
export function reportWord(word: string, t: Translate): string {
  const key = WORDS.get(word);
  return key === undefined ? word : t(key);
}
