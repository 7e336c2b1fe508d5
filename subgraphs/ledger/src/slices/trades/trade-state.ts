import { AppError, invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import type { BookState } from "../../engine/book-state.ts";
import { checkDate, checkText, Findings } from "../../engine/input-rules.ts";
import type { Want } from "../../engine/slice.ts";
import type { AccountOpened } from "../accounts/account.ts";
import { requireFund } from "../funds/fund.ts";
import type { LotChange } from "../lots/lot-change.ts";
import { amountOf, type TradeFact } from "../lots/portfolio-fact.ts";
import { Legs } from "../lots/portfolio-legs.ts";
import { firstOpenDay } from "../periods/period.ts";
import { firstOpenDate } from "../published-navs/published-nav.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import { consequencesWithout, factsBefore, HELD_SECURITIES, unfoldFact } from "./held-lots.ts";
import { PortfolioPoster, replayEvents, type LotsReplayed } from "./portfolio-posting.ts";
import { naming, TRADE, TRADES_BY_ID, type TradeState } from "./trade.ts";

/** The command to settle trades: all of them or none. */
export interface SettleTrades {
  readonly kind: "SettleTrades";
  readonly fundId: string;
  readonly tradeIds: readonly string[];
  /** Value date, of each trade its settlement date when null; the first open day when it is in a closed period. */
  readonly date: string | null;
}

/** The command to note that the settlement of a trade failed. It may still settle. */
export interface FailTrade {
  readonly kind: "FailTrade";
  readonly fundId: string;
  readonly tradeId: string;
  readonly reason: string;
}

/** The command to take a trade back. */
export interface CancelTrade {
  readonly kind: "CancelTrade";
  readonly fundId: string;
  readonly tradeId: string;
  /** ISIN of its security: what it holds is looked up by it. */
  readonly isin: string;
  readonly reason: string;
}

export interface TradeSettled {
  readonly type: "TradeSettled";
  readonly fundId: string;
  readonly tradeId: string;
  readonly date: string;
  readonly transactionId: string;
  /** Whether limits judge what it posts; absent of events of earlier versions. */
  readonly judged?: true | undefined;
}

export interface TradeFailed {
  readonly type: "TradeFailed";
  readonly fundId: string;
  readonly tradeId: string;
  readonly reason: string;
}

export interface TradeCancelled {
  readonly type: "TradeCancelled";
  readonly fundId: string;
  readonly tradeId: string;
  readonly reason: string;
  /** Value date of the reversal. */
  readonly bookedOn: string;
  /** How many facts the security, and those it depends on, had with it. */
  readonly earlier: number;
  readonly lots: readonly LotChange[];
  readonly transactionId: string;
  /** Whether limits judge what it posts; absent of events of earlier versions. */
  readonly judged?: true | undefined;
}

const text = z.string();

/** As they are kept while they wait for approval. */
export const storedSettlement = z.object({
  kind: z.literal("SettleTrades"),
  fundId: text,
  tradeIds: z.array(text),
  date: text.nullable(),
});
export const storedCancellation = z.object({
  kind: z.literal("CancelTrade"),
  fundId: text,
  tradeId: text,
  isin: text,
  reason: text,
});

export type TradeStateCommand = SettleTrades | FailTrade | CancelTrade;
export type TradeStateEvent = TradeSettled | TradeFailed | TradeCancelled;

export function requireTrade(state: BookState, id: string): TradeState {
  const trade = state.get(TRADE, id);
  if (trade !== undefined) return trade;
  throw new AppError("TRADE_NOT_FOUND", `The fund has no trade ${id.slice(0, 80)}.`);
}

const ENDED = {
  SETTLED: "was settled already",
  CANCELLED: "was cancelled",
} as const;

/** A trade that is neither settled nor cancelled. */
export function requireOpen(state: BookState, id: string): TradeState {
  const trade = requireTrade(state, id);
  const { status } = trade;
  if (status === "BOOKED" || status === "FAILED") return trade;
  throw new AppError("TRADE_STATE", `The trade ${id} ${ENDED[status]}.`);
}

const MAX_TRADES = 1_000;

export function decideSettleTrades(
  { fundId, tradeIds, date }: SettleTrades,
  state: BookState,
): (TradeSettled | TransactionPosted | AccountOpened)[] {
  const findings = new Findings();
  if (date !== null) checkDate(findings, "date", date);
  findings.refuseIfAny();
  if (tradeIds.length === 0) throw invalidInput("tradeIds", "must be at least one");
  if (tradeIds.length > MAX_TRADES) throw invalidInput("tradeIds", `must be at most ${MAX_TRADES}`);
  requireFund(state, fundId);
  const draft = state.fork();
  return tradeIds.flatMap((tradeId, index) =>
    naming(`tradeIds.${index}`, () => {
      const { fact, settlementDate } = requireOpen(draft, tradeId);
      const on = date ?? settlementDate;
      if (on < fact.date) throw invalidInput("date", "must not be before the trade date");
      const settledOn = firstOpenDay(draft, on);
      const poster = new PortfolioPoster(draft);
      const posted = poster.post(`settle ${tradeId}`, {
        effectiveDate: settledOn,
        description: `Settled ${fact.kind === "BUY" ? "purchase" : "sale"} of ${fact.quantity} ${fact.isin}`,
        fact: "TRADE",
        factId: tradeId,
        legs: settlementLegs(fact),
      });
      if (posted === undefined) throw invalidInput("tradeIds", "has nothing to settle");
      const { transactionId } = posted;
      const settled: TradeSettled = {
        type: "TradeSettled",
        fundId,
        tradeId,
        date: settledOn,
        transactionId,
        judged: true,
      };
      evolveSettled(draft, settled);
      return [...poster.opened, settled, posted];
    }),
  );
}

/** Cash against what was owed. */
function settlementLegs(fact: TradeFact, sign: 1n | -1n = 1n): Legs {
  const legs = new Legs();
  const scope = { currency: fact.currency };
  const [gross, costs, accrued] = [fact.gross, fact.costs, fact.accrued].map((amount) =>
    amountOf(fact, amount),
  ) as [bigint, bigint, bigint];
  const minor = sign * (fact.kind === "BUY" ? gross + costs + accrued : gross - costs + accrued);
  if (fact.kind === "BUY") {
    legs.add("PURCHASES_PAYABLE", scope, minor);
    legs.add("BANK", scope, -minor);
  } else {
    legs.add("BANK", scope, minor);
    legs.add("SALES_RECEIVABLE", scope, -minor);
  }
  return legs;
}

export function decideFailTrade(
  { fundId, tradeId, reason }: FailTrade,
  state: BookState,
): [TradeFailed] {
  checkReason(reason);
  requireFund(state, fundId);
  requireOpen(state, tradeId);
  return [{ type: "TradeFailed", fundId, tradeId, reason }];
}

export function checkReason(reason: string): void {
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
}

export function wantCancelled({ tradeId, isin }: CancelTrade, want: Want): void {
  want(TRADES_BY_ID, tradeId);
  want(HELD_SECURITIES, isin);
}

/** The reversal of all that it posted, and the difference of what came behind it. */
export function decideCancelTrade(
  { fundId, tradeId, reason }: CancelTrade,
  state: BookState,
): (TradeCancelled | LotsReplayed | TransactionPosted | AccountOpened)[] {
  checkReason(reason);
  requireFund(state, fundId);
  const { fact, status, settledOn } = requireTrade(state, tradeId);
  if (status === "CANCELLED") {
    throw new AppError("TRADE_STATE", `The trade ${tradeId} ${ENDED.CANCELLED}.`);
  }
  const draft = state.fork();
  const earlier = factsBefore(draft, fact);
  const { lots, legs, replayed } = consequencesWithout(draft, fact);
  if (settledOn !== null) legs.addAll(settlementLegs(fact, -1n), 1n);
  const poster = new PortfolioPoster(draft);
  const bookedOn = firstOpenDate(draft, fact.bookedOn);
  const posted = poster.post(`cancel ${tradeId}`, {
    effectiveDate: bookedOn,
    description: `Cancelled: ${reason}`.slice(0, 500),
    fact: "TRADE",
    factId: tradeId,
    legs,
  });
  if (posted === undefined) throw new Error(`the trade ${tradeId} had posted nothing`);
  const { transactionId } = posted;
  const cancelled: TradeCancelled = {
    type: "TradeCancelled",
    fundId,
    tradeId,
    reason,
    bookedOn,
    earlier,
    lots,
    transactionId,
    judged: true,
  };
  const replays = replayEvents(poster, { fundId, id: tradeId, isCancelled: true }, replayed);
  return [...poster.opened, cancelled, posted, ...replays];
}

// A book that is followed holds no trades: what is absent is looked up when it is needed.

export function evolveSettled(draft: BookState, { tradeId, date }: TradeSettled): void {
  const trade = draft.get(TRADE, tradeId);
  if (trade === undefined) return;
  draft.put(TRADE, tradeId, { ...trade, status: "SETTLED", settledOn: date });
}

export function evolveFailed(draft: BookState, { tradeId }: TradeFailed): void {
  const trade = draft.get(TRADE, tradeId);
  if (trade !== undefined) draft.put(TRADE, tradeId, { ...trade, status: "FAILED" });
}

export function evolveCancelled(draft: BookState, { tradeId, earlier }: TradeCancelled): void {
  const trade = draft.get(TRADE, tradeId);
  if (trade === undefined) return;
  draft.put(TRADE, tradeId, { ...trade, status: "CANCELLED" });
  unfoldFact(draft, trade.fact, earlier);
}
