import type { Statement } from "@allfunds/platform/database";
import type { FundKey } from "../account-memory.ts";
import type { SeriesChanges } from "../series-changes.ts";

/**
 * How the time series lie in the database. Whatever the profile, `account_day`, `account_month`,
 * `fund_day` and `fund_month` answer the same queries with the same numbers.
 */
export interface StorageProfile {
  readonly name: string;
  /** The PostgreSQL extension the profile stands on; null when it needs none. */
  readonly extension: string | null;
  /** Statements that create the series and their monthly roll-ups. */
  readonly createSeries: readonly string[];
  /** Statements that create the parts of flows, from which cash is counted anew. */
  readonly createFlows: readonly string[];
  /** Statements that add changes to the days and to the roll-ups. */
  addToSeries(changes: SeriesChanges): readonly Statement[];
  /** Statements that count the cash, inflow and outflow of funds anew, by the accounts that count now. */
  recountCash(funds: readonly FundKey[]): readonly Statement[];
}
