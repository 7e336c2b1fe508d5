import { AppError, invalidInput } from "@allfunds/contract/errors";
import {
  currencyScale,
  formatAmount,
  parseAmount,
  parseDecimal,
  translate,
} from "@allfunds/contract/money";
import { z } from "zod";
import type { BookState } from "../../engine/book-state.ts";
import {
  checkCurrency,
  checkDate,
  checkText,
  checkUuid,
  Findings,
} from "../../engine/input-rules.ts";
import type { Want } from "../../engine/slice.ts";
import type { AccountOpened } from "../accounts/account.ts";
import { requireTerms } from "../fund-terms/fund-terms.ts";
import { fundOf, requireFund } from "../funds/fund.ts";
import { Legs } from "../lots/portfolio-legs.ts";
import type { RateRecord } from "../lots/portfolio-fact.ts";
import { firstOpenDay } from "../periods/period.ts";
import { firstOpenDate, refuseOtherDate } from "../published-navs/published-nav.ts";
import { PortfolioPoster } from "../trades/portfolio-posting.ts";
import { checkNumber, storedRate } from "../trades/trade.ts";
import { checkReason } from "../trades/trade-state.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import {
  idTaken,
  isTaken,
  REFERENCES,
  referenceTaken,
  requireBooked,
  TAKEN_REFERENCES,
  wantPast,
  type CurrencyTradeEvent,
  type CurrencyTradeRecorded,
  type CurrencyTradeState,
} from "./currency-trade-state.ts";

/** The command to exchange one currency for another at once (a spot deal). */
export interface RecordCurrencyTrade {
  readonly kind: "RecordCurrencyTrade";
  readonly fundId: string;
  readonly tradeId: string;
  readonly tradeDate: string;
  readonly settlementDate: string;
  readonly soldCurrency: string;
  /** Decimal string above zero, in the currency sold. */
  readonly sold: string;
  readonly boughtCurrency: string;
  /** Decimal string above zero, in the currency bought. */
  readonly bought: string;
  /** Decimal string, zero or more, in the currency sold and beside what is sold. */
  readonly costs: string;
  /** Of the currency sold on the trade date; what neither the base currency nor a cost needs is null. */
  readonly rate: RateRecord | null;
  readonly reference: string | null;
}

const textOrNull = z.string().nullable();

/** As it is kept while it waits for approval. */
export const storedCurrencyTrade = z.object({
  kind: z.literal("RecordCurrencyTrade"),
  fundId: z.string(),
  tradeId: z.string(),
  tradeDate: z.string(),
  settlementDate: z.string(),
  soldCurrency: z.string(),
  sold: z.string(),
  boughtCurrency: z.string(),
  bought: z.string(),
  costs: z.string(),
  rate: storedRate.nullable(),
  reference: textOrNull,
});

export const storedSettlement = z.object({
  kind: z.literal("SettleCurrencyTrade"),
  fundId: z.string(),
  tradeId: z.string(),
  date: textOrNull,
});
export const storedCancellation = z.object({
  kind: z.literal("CancelCurrencyTrade"),
  fundId: z.string(),
  tradeId: z.string(),
  reason: z.string(),
});

/** The command to post the cash of an exchange against what was owed. */
export interface SettleCurrencyTrade {
  readonly kind: "SettleCurrencyTrade";
  readonly fundId: string;
  readonly tradeId: string;
  /** Value date, the settlement date when null; the first open day when it is in a closed period. */
  readonly date: string | null;
}

/** The command to take an exchange back that is not settled. */
export interface CancelCurrencyTrade {
  readonly kind: "CancelCurrencyTrade";
  readonly fundId: string;
  readonly tradeId: string;
  readonly reason: string;
}

export type CurrencyTradeCommand = RecordCurrencyTrade | SettleCurrencyTrade | CancelCurrencyTrade;

export function wantRecorded(
  { tradeId, reference }: RecordCurrencyTrade,
  want: Want,
  clientChoseId: boolean,
): void {
  if (clientChoseId) wantPast(want, tradeId);
  if (reference !== null) want(REFERENCES, reference);
}

type Decided = CurrencyTradeEvent | TransactionPosted | AccountOpened;

export function decideRecord(command: RecordCurrencyTrade, state: BookState): Decided[] {
  checkInput(command);
  const { fundId, tradeId, tradeDate, settlementDate, reference, rate } = command;
  requireFund(state, fundId);
  requireTerms(state, tradeDate);
  if (isTaken(state, tradeId)) throw idTaken();
  if (reference !== null && state.get(TAKEN_REFERENCES, reference) === true) throw referenceTaken();
  const base = fundOf(state)?.currency ?? "";
  const worth = worthOf(command, base);
  const draft = state.fork();
  const bookedOn = firstOpenDate(draft, tradeDate);
  const amounts = { ...spelled(command), ...worth };
  const { opened, posted } = post(draft, `currency trade ${tradeId}`, {
    tradeId,
    effectiveDate: bookedOn,
    description: `Sold ${amounts.sold} ${amounts.soldCurrency} for ${amounts.bought} ${amounts.boughtCurrency}`,
    legs: tradeLegs(amounts, base),
  });
  const { transactionId } = posted;
  const recorded: CurrencyTradeRecorded = {
    type: "CurrencyTradeRecorded",
    fundId,
    tradeId,
    tradeDate,
    bookedOn,
    settlementDate,
    ...amounts,
    rate,
    reference,
    transactionId,
    judged: true,
  };
  return [...opened, recorded, posted];
}

function checkInput(command: RecordCurrencyTrade): void {
  const { tradeDate, settlementDate, soldCurrency, boughtCurrency, reference } = command;
  const findings = new Findings();
  checkUuid(findings, "id", command.tradeId);
  checkDate(findings, "tradeDate", tradeDate);
  checkDate(findings, "settlementDate", settlementDate);
  if (settlementDate < tradeDate) {
    findings.add("settlementDate", "must not be before the trade date");
  }
  checkCurrency(findings, "soldCurrency", soldCurrency);
  checkCurrency(findings, "boughtCurrency", boughtCurrency);
  if (soldCurrency === boughtCurrency) findings.add("boughtCurrency", "must be another currency");
  if (reference !== null) checkText(findings, "reference", reference, { min: 1, max: 140 });
  findings.refuseIfAny();
  checkNumber(findings, "sold", command.sold, currencyScale(soldCurrency), 1n);
  checkNumber(findings, "bought", command.bought, currencyScale(boughtCurrency), 1n);
  checkNumber(findings, "costs", command.costs, currencyScale(soldCurrency), 0n);
  findings.refuseIfAny();
}

interface Amounts {
  readonly soldCurrency: string;
  readonly sold: string;
  readonly boughtCurrency: string;
  readonly bought: string;
  readonly costs: string;
  readonly soldBase: string;
  readonly costsBase: string;
}

const spell = (amount: string, currency: string): string =>
  formatAmount(parseAmount(amount, currency), currency);

function spelled({ soldCurrency, boughtCurrency, ...command }: RecordCurrencyTrade) {
  return {
    soldCurrency,
    sold: spell(command.sold, soldCurrency),
    boughtCurrency,
    bought: spell(command.bought, boughtCurrency),
    costs: spell(command.costs, soldCurrency),
  };
}

/** In base: the base side of the deal as it was executed, without one what is sold at the rate of the day. */
function worthOf(
  { soldCurrency, sold, boughtCurrency, bought, costs, rate }: RecordCurrencyTrade,
  base: string,
): Pick<Amounts, "soldBase" | "costsBase"> {
  const inBase = (amount: string): string => {
    const minor = parseAmount(amount, soldCurrency);
    if (soldCurrency === base || minor === 0n) return formatAmount(minor, base);
    if (rate === null) {
      throw new AppError(
        "RATE_MISSING",
        `There is no exchange rate from ${soldCurrency} to ${base}.`,
      );
    }
    const quotation = { units: parseDecimal(rate.units), per: parseDecimal(rate.per) };
    return formatAmount(translate(minor, soldCurrency, base, quotation), base);
  };
  const soldBase =
    boughtCurrency === base ? formatAmount(parseAmount(bought, base), base) : inBase(sold);
  return { soldBase, costsBase: inBase(costs) };
}

/** Whether a deal needs the rate of the day of the currency that is sold. */
export const needsRate = (
  base: string,
  soldCurrency: string,
  boughtCurrency: string,
  costs: string,
): boolean => soldCurrency !== base && (boughtCurrency !== base || !/^[+-]?[0.]*$/.test(costs));

/**
 * Each currency is owed until settlement. A foreign one moves through its pair of exchange accounts: what the deal
 * was worth in base leaves one pair and comes into the other.
 */
function tradeLegs(amounts: Amounts, base: string): Legs {
  const { soldCurrency, boughtCurrency } = amounts;
  const sold = parseAmount(amounts.sold, soldCurrency);
  const costs = parseAmount(amounts.costs, soldCurrency);
  const bought = parseAmount(amounts.bought, boughtCurrency);
  const soldBase = parseAmount(amounts.soldBase, base);
  const costsBase = parseAmount(amounts.costsBase, base);
  const legs = new Legs();
  legs.add("PURCHASES_PAYABLE", { currency: soldCurrency }, -(sold + costs));
  legs.add("SALES_RECEIVABLE", { currency: boughtCurrency }, bought);
  legs.add("TRANSACTION_COSTS", {}, costsBase);
  if (soldCurrency !== base) {
    legs.add("EXCHANGE_FOREIGN", { currency: soldCurrency }, sold + costs);
    legs.add("EXCHANGE_BASE", { currency: soldCurrency }, -(soldBase + costsBase));
  }
  if (boughtCurrency !== base) {
    legs.add("EXCHANGE_FOREIGN", { currency: boughtCurrency }, -bought);
    legs.add("EXCHANGE_BASE", { currency: boughtCurrency }, soldBase);
  }
  return legs;
}

function post(
  draft: BookState,
  name: string,
  posting: {
    readonly tradeId: string;
    readonly effectiveDate: string;
    readonly description: string;
    readonly legs: Legs;
  },
): { readonly opened: readonly AccountOpened[]; readonly posted: TransactionPosted } {
  const { tradeId: factId, ...rest } = posting;
  const poster = new PortfolioPoster(draft);
  const posted = poster.post(name, { ...rest, fact: "TRADE", factId });
  if (posted === undefined) throw new Error(`the currency trade ${factId} posts nothing`);
  return { opened: poster.opened, posted };
}

export function decideSettle(
  { fundId, tradeId, date }: SettleCurrencyTrade,
  state: BookState,
): Decided[] {
  const findings = new Findings();
  if (date !== null) checkDate(findings, "date", date);
  findings.refuseIfAny();
  requireFund(state, fundId);
  const trade = requireBooked(state, tradeId);
  const on = date ?? trade.settlementDate;
  if (on < trade.tradeDate) throw invalidInput("date", "must not be before the trade date");
  const settledOn = firstOpenDay(state, on);
  const { opened, posted } = post(state.fork(), `settle currency trade ${tradeId}`, {
    tradeId,
    effectiveDate: settledOn,
    description: `Exchanged ${trade.sold} ${trade.soldCurrency} for ${trade.bought} ${trade.boughtCurrency}`,
    legs: settlementLegs(trade),
  });
  const { transactionId } = posted;
  return [
    ...opened,
    { type: "CurrencyTradeSettled", fundId, tradeId, date: settledOn, transactionId, judged: true },
    posted,
  ];
}

function settlementLegs({ soldCurrency, boughtCurrency, ...trade }: CurrencyTradeState): Legs {
  const paid = parseAmount(trade.sold, soldCurrency) + parseAmount(trade.costs, soldCurrency);
  const received = parseAmount(trade.bought, boughtCurrency);
  const legs = new Legs();
  legs.add("PURCHASES_PAYABLE", { currency: soldCurrency }, paid);
  legs.add("BANK", { currency: soldCurrency }, -paid);
  legs.add("BANK", { currency: boughtCurrency }, received);
  legs.add("SALES_RECEIVABLE", { currency: boughtCurrency }, -received);
  return legs;
}

export function decideCancel(
  { fundId, tradeId, reason }: CancelCurrencyTrade,
  state: BookState,
): Decided[] {
  checkReason(reason);
  requireFund(state, fundId);
  const trade = requireBooked(state, tradeId);
  const draft = state.fork();
  const bookedOn = firstOpenDate(draft, trade.bookedOn);
  const legs = new Legs();
  legs.addAll(tradeLegs(trade, fundOf(state)?.currency ?? ""), -1n);
  const { opened, posted } = post(draft, `cancel currency trade ${tradeId}`, {
    tradeId,
    effectiveDate: bookedOn,
    description: `Cancelled: ${reason}`.slice(0, 500),
    legs,
  });
  const { transactionId } = posted;
  return [
    ...opened,
    {
      type: "CurrencyTradeCancelled",
      fundId,
      tradeId,
      reason,
      bookedOn,
      transactionId,
      judged: true,
    },
    posted,
  ];
}

/** What a replay demands of a recorded exchange: that it is new, and worth what its amounts and rate say. */
export function checkRecorded(state: BookState, event: CurrencyTradeRecorded): void {
  requireFund(state, event.fundId);
  if (isTaken(state, event.tradeId)) throw idTaken();
  refuseOtherDate(state, event.tradeDate, event.bookedOn);
  const { type: _type, ...rest } = event;
  const command: RecordCurrencyTrade = { ...rest, kind: "RecordCurrencyTrade" };
  checkInput(command);
  const { soldBase, costsBase } = worthOf(command, fundOf(state)?.currency ?? "");
  if (soldBase === event.soldBase && costsBase === event.costsBase) return;
  throw invalidInput("soldBase", "is not what the amounts and the rate lead to");
}
