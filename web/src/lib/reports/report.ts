import type { AccountNameFragment } from "../graph/graph-types.generated.ts";
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
