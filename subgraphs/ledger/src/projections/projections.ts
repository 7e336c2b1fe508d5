import { STATEMENT_DAYS } from "../slices/account-statements/statement-days.ts";
import { balanceRuns } from "../slices/balances/balance-runs.ts";
import { TRANSACTION_SEARCH } from "../slices/search/transaction-search.ts";
import type { Projection } from "./projection.ts";

/** Every read model that follows the books in its own time. */
export const PROJECTIONS: readonly Projection[] = [
  balanceRuns(),
  STATEMENT_DAYS,
  TRANSACTION_SEARCH,
];
