import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { DomainEvent } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { Findings, checkDate, checkUuid } from "../../engine/input-rules.ts";
import type { Lookup } from "../../engine/slice.ts";
import { accountOf } from "../accounts/account.ts";
import { FundChart } from "../fund-terms/fund-accounts.ts";
import { postFact, type FactEntry } from "../fund-terms/fund-posting.ts";
import { requireFund } from "../funds/fund.ts";
import { firstOpenDay } from "../periods/period.ts";
import { ORIGINAL } from "../reversals/reversal.ts";
import { credit, debit } from "./deal-orders.ts";
import {
  dueOf,
  inState,
  isWaiting,
  requireOrder,
  type OrderSettled,
  type OrderState,
} from "./order-state.ts";

/** The command to record money of an order: what came in for it, or was paid out. */
export interface SettleOrder {
  readonly kind: "SettleOrder";
  readonly fundId: string;
  readonly orderId: string;
  /** Decimal string; all that is open when null. */
  readonly amount: string | null;
  /** Value date; the first open day when it is in a closed period. */
  readonly date: string;
  readonly transactionId: string;
  /** The posted line of the bank, whose other side is then cleared; the bank account itself when null. */
  readonly bankTransactionId: string | null;
}

/** Lines of the bank that were matched with an order already. */
const MATCHED = defineBatchRows<true>("matched lines of the bank");

const FIND_MATCHED = `
  SELECT bank_transaction_id AS id FROM order_settlement
  WHERE tenant_id = $1 AND book_id = $2 AND bank_transaction_id = ANY ($3::uuid[])`;

export const MATCHED_LINES: Lookup<true> = {
  rows: MATCHED,
  find: async ({ statements, book: { tenantId, bookId }, draft }, ids) => {
    const { rows } = await statements.query<{ id: string }>(FIND_MATCHED, [
      tenantId,
      bookId,
      [...ids],
    ]);
    for (const { id } of rows) draft.put(MATCHED, id, true);
  },
};

export function evolveMatched(draft: BookState, { bankTransactionId }: OrderSettled): void {
  if (bankTransactionId !== null) draft.put(MATCHED, bankTransactionId, true);
}

export function decideSettle(command: SettleOrder, state: BookState): DomainEvent[] {
  const { fundId, orderId, transactionId, bankTransactionId } = command;
  const findings = new Findings();
  checkUuid(findings, "transactionId", transactionId);
  checkDate(findings, "date", command.date);
  findings.refuseIfAny();
  requireFund(state, fundId);
  const order = requireOrder(state, orderId);
  const draft = state.fork();
  const date = firstOpenDay(draft, command.date);
  const chart = new FundChart(draft);
  const amountMinor = amountOf(command, order);
  const money = moneyAccount(chart, draft, { order, amountMinor, bankTransactionId });
  const settled: OrderSettled = {
    type: "OrderSettled",
    orderId,
    fundId,
    currency: order.currency,
    amount: formatAmount(amountMinor, order.currency),
    date,
    transactionId,
    bankTransactionId,
  };
  const posted = postFact(draft, {
    transactionId,
    effectiveDate: date,
    description: order.orderKind === "REDEMPTION" ? "Redemption paid" : "Subscription paid",
    fact: "ORDER",
    factId: orderId,
    entries: settlingEntries(chart, order, { money, amountMinor }),
  });
  return [settled, ...chart.opened, posted];
}

/** Late and partial payments are states of the order; more than it comes to is refused. */
function amountOf({ amount }: SettleOrder, order: OrderState): bigint {
  const { orderKind, currency, settledMinor } = order;
  const takesMoney =
    orderKind === "SUBSCRIPTION" || (orderKind === "REDEMPTION" && !isWaiting(order));
  if (!takesMoney) throw inState(order.status);
  const due = isWaiting(order) ? order.amountMinor : dueOf(order);
  const open = due === null ? null : due - settledMinor;
  const amountMinor = amount === null ? open : parseAmount(amount, currency);
  if (amountMinor === null) throw invalidInput("amount", "must be given before the order is dealt");
  if (amountMinor <= 0n) throw invalidInput("amount", "must be greater than zero");
  if (open !== null && amountMinor > open) {
    const left = formatAmount(open, currency);
    throw new AppError("INVALID_AMOUNT", `Only ${left} ${currency} of the order are open.`, {
      violations: [{ path: "amount", message: "is more than is open" }],
    });
  }
  return amountMinor;
}

interface Matching {
  readonly order: OrderState;
  readonly amountMinor: bigint;
  readonly bankTransactionId: string | null;
}

/** The bank account, or the account that a posted line of the bank was booked against. */
function moneyAccount(
  chart: FundChart,
  draft: BookState,
  { order, amountMinor, bankTransactionId: id }: Matching,
): string {
  if (id === null) return chart.idOf("BANK", { currency: order.currency });
  const line = draft.get(ORIGINAL, id);
  if (line === undefined)
    throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${id}.`);
  if (draft.get(MATCHED, id) === true) {
    throw new AppError("ALREADY_EXISTS", "The line of the bank was matched with an order already.");
  }
  const cameIn = order.orderKind === "SUBSCRIPTION";
  const bank = line.legs.find(
    ({ accountId, side }) =>
      accountOf(draft, accountId)?.countsAsCash === true && (side === "DEBIT") === cameIn,
  );
  const other = line.legs.find((leg) => leg !== bank);
  const fits =
    line.legs.length === 2 &&
    bank?.amountMinor === amountMinor &&
    bank.currency === order.currency &&
    other !== undefined;
  if (fits) return other.accountId;
  throw new AppError("INVALID_AMOUNT", "The line of the bank is of another amount or direction.", {
    violations: [{ path: "bankTransactionId", message: "does not fit the order" }],
  });
}

function settlingEntries(
  chart: FundChart,
  order: OrderState,
  { money, amountMinor }: { readonly money: string; readonly amountMinor: bigint },
): FactEntry[] {
  const { currency } = order;
  if (order.orderKind === "REDEMPTION") {
    return [
      debit(chart.idOf("REDEMPTIONS_PAYABLE", { currency }), amountMinor),
      credit(money, amountMinor),
    ];
  }
  const kind = isWaiting(order) ? "SUBSCRIPTIONS_IN_ADVANCE" : "SUBSCRIPTIONS_RECEIVABLE";
  return [debit(money, amountMinor), credit(chart.idOf(kind, { currency }), amountMinor)];
}
