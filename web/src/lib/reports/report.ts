import type { AccountNameFragment } from "../graph/graph-types.generated.ts";
import type { PlainKey, Translate } from "../language/messages.ts";
import type { Money } from "../money/money.ts";

/** One account in a report, with a figure in each of its columns. */
export interface ReportRow {
  readonly section: string;
  readonly account: AccountNameFragment;
  /** In the order of the columns; null where a column has none. */
  readonly amounts: readonly (Money | null)[];
}

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
]);

/** A word of a report in the reader's language; one without a translation stays as it is. */
export function reportWord(word: string, t: Translate): string {
  const key = WORDS.get(word);
  return key === undefined ? word : t(key);
}
