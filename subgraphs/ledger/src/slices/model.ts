import type { CommandBus, CommandRequest } from "../engine/command-bus.ts";
import { composeSlices, type CommandsOf, type EventsOf } from "../engine/slice.ts";
import type { Projection } from "../projections/projection.ts";
import { ACCOUNT_CLASSIFICATIONS } from "./account-classes/account-class.ts";
import { CURRENCY_REVALUATIONS } from "./currency-revaluations/revaluation.ts";
import { CHARTS } from "./charts/chart.ts";
import { OPENING_BALANCES } from "./opening-balances/opening-balances.ts";
import { ACCOUNT_DETAILS } from "./account-details/account-details.ts";
import { ACCOUNT_STATUS } from "./account-status/account-status.ts";
import { ACCOUNTS } from "./accounts/account-slice.ts";
import { ACTOR_BLOCKS } from "./audit-log/actor-blocks.ts";
import { ADJUSTMENTS } from "./adjustments/adjustment.ts";
import { APPROVAL_LIMITS } from "./approval-limits/approval-limit.ts";
import { PROPOSALS } from "./proposals/proposal-slice.ts";
import { SENSITIVE_CHANGES } from "./proposals/sensitive-change-slice.ts";
import { balanceRuns } from "./balances/balance-runs.ts";
import { EXCHANGE_RATES } from "./exchange-rates/exchange-rate.ts";
import { PRICES } from "./prices/price.ts";
import { CORPORATE_ACTIONS } from "./corporate-actions/corporate-action-slice.ts";
import { TRADES } from "./trades/trade-slice.ts";
import { CURRENCY_TRADES } from "./currency-trades/currency-trade-slice.ts";
import { SECURITIES } from "./securities/security.ts";
import { FUND_ADMINISTRATION } from "./fund-terms/fund-terms-slice.ts";
import { FUNDS } from "./funds/fund.ts";
import { JOURNAL_TEMPLATES } from "./journal-templates/journal-template-slice.ts";
import { ATTACHMENTS } from "./attachments/attachment.ts";
import { DIMENSIONS } from "./dimensions/dimension.ts";
import { COUNTERPARTIES } from "./counterparties/counterparty.ts";
import { VALUE_DATES } from "./value-dates/value-date.ts";
import { HOLDS } from "./holds/hold-slice.ts";
import { MINIMUM_BALANCES } from "./minimum-balances/minimum-balance.ts";
import { PERIODS } from "./periods/period.ts";
import { REVERSALS } from "./reversals/reversal.ts";
import { TERM_INDEX } from "./search/term-index.ts";
import { RECONCILIATION } from "./reconciliation/reconciliation-slice.ts";
import { IMPORT_RULES } from "./bank-statements/import-rules.ts";
import { STATEMENTS } from "./bank-statements/statement-slice.ts";
import { INVESTORS } from "./investors/investor-slice.ts";
import { ORDERS } from "./orders/order-slice.ts";
import { SHARE_CLASSES } from "./share-classes/share-class-slice.ts";
import { YEAR_ENDS } from "./year-ends/year-end.ts";
import { VALUATIONS } from "./valuations/valuation-slice.ts";
import { TRANSACTIONS } from "./transactions/transaction-slice.ts";
import { STATEMENT_DAYS } from "./account-statements/statement-days.ts";

// No slice imports this file: what a slice sends to the books it names itself, by `CommandPort`.

/** Every slice of the books. A new capability is a folder and a line in this list. */
const SLICES = [
  FUNDS,
  PERIODS,
  ACCOUNTS,
  ACCOUNT_STATUS,
  MINIMUM_BALANCES,
  EXCHANGE_RATES,
  PRICES,
  SECURITIES,
  TRADES,
  CORPORATE_ACTIONS,
  CURRENCY_TRADES,
  ACCOUNT_DETAILS,
  ACCOUNT_CLASSIFICATIONS,
  CHARTS,
  TRANSACTIONS,
  HOLDS,
  REVERSALS,
  ADJUSTMENTS,
  JOURNAL_TEMPLATES,
  ATTACHMENTS,
  VALUE_DATES,
  COUNTERPARTIES,
  DIMENSIONS,
  OPENING_BALANCES,
  YEAR_ENDS,
  CURRENCY_REVALUATIONS,
  STATEMENTS,
  RECONCILIATION,
  IMPORT_RULES,
  FUND_ADMINISTRATION,
  SHARE_CLASSES,
  VALUATIONS,
  INVESTORS,
  ORDERS,
  APPROVAL_LIMITS,
  PROPOSALS,
  SENSITIVE_CHANGES,
];

/** Every command that a book takes. */
export type BookCommand = CommandsOf<(typeof SLICES)[number]>;

/** Everything that can have happened in a book. */
export type BookEvent = EventsOf<(typeof SLICES)[number]>;

export const MODEL = composeSlices(SLICES);

/** The one way into the books, for the commands of all slices. */
export type Books = CommandBus<BookCommand>;
export type BookRequest = CommandRequest<BookCommand>;

/** Every read model that follows the books in its own time. */
export const PROJECTIONS: readonly Projection[] = [
  balanceRuns(),
  STATEMENT_DAYS,
  TERM_INDEX,
  ACTOR_BLOCKS,
];
