import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { FundTerms } from "@allfunds/contract/fund-administration";
import {
  currencyScale,
  formatAmount,
  parseAmount,
  parseDecimal,
  productMinor,
} from "@allfunds/contract/money";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";
import { defineBatchRows, defineRows, type BookState } from "../../engine/book-state.ts";
import {
  checkDate,
  checkText,
  checkUuid,
  decimalOrNull,
  Findings,
} from "../../engine/input-rules.ts";
import type { Lookup, Want } from "../../engine/slice.ts";
import type { AccountOpened } from "../accounts/account.ts";
import { requireTerms } from "../fund-terms/fund-terms.ts";
import { requireFund } from "../funds/fund.ts";
import { accruedInterest } from "../lots/accrued-interest.ts";
import type { LotChange } from "../lots/lot-change.ts";
import type { RateRecord, TradeFact } from "../lots/portfolio-fact.ts";
import type { Realised } from "../lots/portfolio.ts";
import { firstOpenDate } from "../published-navs/published-nav.ts";
import type { Security } from "../securities/security.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import {
  baseOf,
  consequencesOf,
  factsBefore,
  foldFact,
  HELD,
  HELD_SECURITIES,
} from "./held-lots.ts";
import { PortfolioPoster, replayEvents, type LotsReplayed } from "./portfolio-posting.ts";

/** A trade as a caller gives it, with the security and the day's rate by value. */
export interface TradeOrder {
  readonly tradeId: string;
  readonly security: Security;
  readonly side: "BUY" | "SELL";
  readonly tradeDate: string;
  readonly settlementDate: string;
  readonly time: string | null;
  readonly unitsBasis: "NEW" | "OLD";
  /** Decimal string above zero; a bond's is its nominal. */
  readonly quantity: string;
  /** Of one unit; of a bond percent of the nominal. */
  readonly price: string;
  /** As executed; quantity x price when null. */
  readonly gross: string | null;
  readonly costs: string;
  /** Interest bought or sold; that of the settlement date when null. */
  readonly accrued: string | null;
  readonly rate: RateRecord;
  readonly reference: string | null;
  readonly lots: TradeFact["lots"];
}

/** The command to record trades: all of them or none. */
export interface RecordTrades {
  readonly kind: "RecordTrades";
  readonly fundId: string;
  readonly trades: readonly TradeOrder[];
}

const text = z.string();
const textOrNull = text.nullable();

export const storedRate = z.object({
  units: text,
  per: text,
  date: textOrNull,
  source: textOrNull,
});

/** As it is kept while it waits for approval. */
export const storedTrades = z.object({
  kind: z.literal("RecordTrades"),
  fundId: text,
  trades: z.array(
    z.object({
      tradeId: text,
      security: z.custom<Security>((value) => typeof value === "object" && value !== null),
      side: z.enum(["BUY", "SELL"]),
      tradeDate: text,
      settlementDate: text,
      time: textOrNull,
      unitsBasis: z.enum(["NEW", "OLD"]),
      quantity: text,
      price: text,
      gross: textOrNull,
      costs: text,
      accrued: textOrNull,
      rate: storedRate,
      reference: textOrNull,
      lots: z.array(z.object({ lotId: text, quantity: text })),
    }),
  ),
});

/** A trade counts from its trade date on; what it posts follows. */
export interface TradeRecorded {
  readonly type: "TradeRecorded";
  readonly fundId: string;
  readonly fact: TradeFact;
  readonly security: Security;
  readonly price: string;
  readonly settlementDate: string;
  readonly reference: string | null;
  /** How many facts of the security, and of those it depends on, were there before. */
  readonly earlier: number;
  readonly lots: readonly LotChange[];
  readonly realised: RealisedAmounts;
  readonly transactionId: string;
  /** Whether limits judge what it posts; absent of trades of earlier versions. */
  readonly judged?: true | undefined;
}

/** Decimal strings: the first in the currency of the security, the others in base. */
export interface RealisedAmounts {
  readonly gain: string;
  readonly gainBase: string;
  readonly currencyGainBase: string;
}

export const TRADE_STATUSES = {
  BOOKED: "BOOKED",
  SETTLED: "SETTLED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
} as const;
export type TradeStatus = keyof typeof TRADE_STATUSES;

/** A trade as decisions about it read it. */
export interface TradeState {
  readonly fact: TradeFact;
  readonly settlementDate: string;
  readonly status: TradeStatus;
  /** Value date of its settlement. */
  readonly settledOn: string | null;
}

/** Looked up by id; a replay keeps them. */
export const TRADE = defineRows<TradeState>("trades", () => false);
const TAKEN_REFERENCES = defineBatchRows<true>("references of trades");

const FIND_TRADES = `
  SELECT e.payload, s.status, s.on_date::text AS "settledOn" FROM portfolio_fact f
  JOIN event e USING (tenant_id, book_id, position)
  LEFT JOIN LATERAL (SELECT status, on_date FROM portfolio_status
    WHERE tenant_id = $1 AND book_id = $2 AND fact_id = f.fact_id ORDER BY position DESC LIMIT 1) s ON true
  WHERE f.tenant_id = $1 AND f.book_id = $2 AND f.fact_id = ANY ($3::uuid[]) AND e.type = 'TradeRecorded'`;

interface TradeRow {
  readonly payload: TradeRecorded;
  readonly status: TradeStatus | null;
  readonly settledOn: string | null;
}

export const TRADES_BY_ID: Lookup<TradeState> = {
  rows: TRADE,
  find: async ({ statements, book, draft }, ids) => {
    const parameters = [book.tenantId, book.bookId, [...ids]];
    const { rows } = await statements.query<TradeRow>(FIND_TRADES, parameters);
    for (const { payload, status, settledOn } of rows) {
      const { fact, settlementDate } = payload;
      const trade = { fact, settlementDate, status: status ?? "BOOKED", settledOn };
      if (draft.get(TRADE, fact.id) === undefined) draft.put(TRADE, fact.id, trade);
    }
  },
};

// A trade that was cancelled gives its reference free.
const FIND_REFERENCES = `
  SELECT reference FROM portfolio_fact f
  WHERE tenant_id = $1 AND book_id = $2 AND reference = ANY ($3::text[]) AND NOT EXISTS (
    SELECT FROM portfolio_status s WHERE s.tenant_id = $1 AND s.book_id = $2
      AND s.fact_id = f.fact_id AND s.status = 'CANCELLED')`;

const REFERENCES: Lookup<true> = {
  rows: TAKEN_REFERENCES,
  find: async ({ statements, book, draft }, references) => {
    const parameters = [book.tenantId, book.bookId, [...references]];
    const { rows } = await statements.query<{ reference: string }>(FIND_REFERENCES, parameters);
    for (const { reference } of rows) draft.put(TAKEN_REFERENCES, reference, true);
  },
};

export function wantTrades({ trades }: RecordTrades, want: Want, clientChoseId: boolean): void {
  for (const { tradeId, security, reference } of trades) {
    if (clientChoseId && isId(tradeId)) want(TRADES_BY_ID, tradeId);
    want(HELD_SECURITIES, security.isin);
    if (reference !== null && reference.isWellFormed()) want(REFERENCES, reference);
  }
}

const MAX_TRADES = 1_000;

type TradeEvent = TradeRecorded | LotsReplayed | TransactionPosted | AccountOpened;

/** Each trade on what the ones before it led to, one trade a step. */
export function* recordTrades(
  command: RecordTrades,
  state: BookState,
): Generator<void, TradeEvent[]> {
  const { fundId, trades } = command;
  if (trades.length === 0) throw invalidInput("trades", "must be at least one");
  if (trades.length > MAX_TRADES) throw invalidInput("trades", `must be at most ${MAX_TRADES}`);
  const findings = new Findings();
  for (const [index, trade] of trades.entries()) checkTrade(findings, `trades.${index}`, trade);
  findings.refuseIfAny();
  requireFund(state, fundId);
  const draft = state.fork();
  const events: TradeEvent[] = [];
  for (const [index, trade] of trades.entries()) {
    const sequence = state.head.position + index + 1;
    const led = naming(`trades.${index}`, () => recordTrade(draft, fundId, trade, sequence));
    for (const event of led) events.push(event);
    yield;
  }
  return events;
}

/** A refusal of one trade of many names it. */
export function naming<Result>(path: string, decide: () => Result): Result {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const violations = error.violations ?? [{ path: "", message: error.message }];
    throw new AppError(error.code, `${path}: ${error.message}`, {
      cause: error,
      violations: violations.map((each) => ({
        path: [path, each.path].filter((part) => part !== "").join("."),
        message: each.message,
      })),
    });
  }
}

function recordTrade(
  draft: BookState,
  fundId: string,
  order: TradeOrder,
  sequence: number,
): TradeEvent[] {
  const { tradeId, reference, security, settlementDate } = order;
  if (draft.get(TRADE, tradeId) !== undefined) throw taken("id", tradeId);
  if (reference !== null && draft.get(TAKEN_REFERENCES, reference) === true) {
    throw taken("reference", reference);
  }
  const terms = requireTerms(draft, order.tradeDate);
  const fact = toFact(order, terms, sequence, firstOpenDate(draft, order.tradeDate));
  refuseOtherForm(draft, fact);
  const earlier = factsBefore(draft, fact);
  const { outcome, lots, legs, replayed } = consequencesOf(draft, fact);
  const poster = new PortfolioPoster(draft);
  const posted = poster.post(`trade ${tradeId}`, {
    effectiveDate: fact.bookedOn,
    description: `${fact.kind === "BUY" ? "Bought" : "Sold"} ${fact.quantity} ${security.isin}`,
    fact: "TRADE",
    factId: tradeId,
    legs,
  });
  if (posted === undefined) throw invalidInput("quantity", "moves nothing");
  const recorded: TradeRecorded = {
    type: "TradeRecorded",
    fundId,
    fact,
    security,
    price: order.price,
    settlementDate,
    reference,
    earlier,
    lots,
    realised: realisedAmounts(fact.currency, baseOf(draft), outcome.realised),
    transactionId: posted.transactionId,
    judged: true,
  };
  const replays = replayEvents(poster, { fundId, id: tradeId }, replayed);
  evolveTradeRecorded(draft, recorded);
  return [...poster.opened, recorded, posted, ...replays];
}

const taken = (what: string, value: string): AppError =>
  new AppError("ALREADY_EXISTS", `A trade with the ${what} ${value} exists already.`, {
    violations: [{ path: what, message: "is that of another trade" }],
  });

/** The count of a security is kept in one asset for ever, and its cost in one currency. */
export function refuseOtherForm(
  state: BookState,
  fact: { readonly isin: string; readonly currency: string; readonly quantityDecimals: number },
): void {
  const before = state.get(HELD, fact.isin)?.facts[0];
  if (before === undefined) return;
  if (before.currency !== fact.currency) {
    throw invalidInput("security.currency", `must stay ${before.currency}`);
  }
  if (before.quantityDecimals !== fact.quantityDecimals) {
    throw invalidInput("security.quantityDecimals", `must stay ${before.quantityDecimals}`);
  }
}

export const realisedAmounts = (
  currency: string,
  base: string,
  { gainMinor, gainBaseMinor, currencyBaseMinor }: Realised,
): RealisedAmounts => ({
  gain: formatAmount(gainMinor, currency),
  gainBase: formatAmount(gainBaseMinor, base),
  currencyGainBase: formatAmount(currencyBaseMinor, base),
});

function toFact(
  order: TradeOrder,
  terms: FundTerms,
  sequence: number,
  bookedOn: string,
): TradeFact {
  const { security, tradeDate } = order;
  const { currency } = security;
  return {
    kind: order.side,
    id: order.tradeId,
    isin: security.isin,
    currency,
    quantityDecimals: security.quantityDecimals,
    date: tradeDate,
    sequence,
    rate: order.rate,
    bookedOn,
    time: order.time,
    unitsBasis: order.unitsBasis,
    quantity: order.quantity,
    gross: formatAmount(grossOf(order), currency),
    costs: formatAmount(parseAmount(order.costs, currency), currency),
    accrued: formatAmount(accruedOf(order), currency),
    method: terms.lotMethod,
    capitalisesCosts: terms.transactionCosts === "CAPITALISE",
    allowsShort: terms.shortSales,
    lots: order.lots,
  };
}

/** What was executed wins over the product of quantity and price. */
function grossOf({ gross, quantity, price, security }: TradeOrder): bigint {
  const { currency, securityType } = security;
  if (gross !== null) return parseAmount(gross, currency);
  const percent = securityType === "BOND" ? [{ unscaled: 1n, scale: 2 }] : [];
  return productMinor([parseDecimal(quantity), parseDecimal(price), ...percent], currency);
}

function accruedOf({ accrued, quantity, security, settlementDate }: TradeOrder): bigint {
  const { bond, currency } = security;
  if (accrued !== null) return parseAmount(accrued, currency);
  return bond === null
    ? 0n
    : accruedInterest(bond, parseDecimal(quantity), currency, settlementDate);
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

function checkTrade(findings: Findings, path: string, trade: TradeOrder): void {
  const { tradeDate, settlementDate, time, reference, security } = trade;
  checkUuid(findings, `${path}.id`, trade.tradeId);
  checkDate(findings, `${path}.tradeDate`, tradeDate);
  checkDate(findings, `${path}.settlementDate`, settlementDate);
  if (settlementDate < tradeDate) {
    findings.add(`${path}.settlementDate`, "must not be before the trade date");
  }
  if (time !== null && !TIME.test(time)) findings.add(`${path}.time`, "must be HH:MM:SS");
  if (reference !== null) checkText(findings, `${path}.reference`, reference, { min: 1, max: 140 });
  const { currency, quantityDecimals } = security;
  checkNumber(findings, `${path}.quantity`, trade.quantity, quantityDecimals, 1n);
  checkNumber(findings, `${path}.price`, trade.price, 40, 0n);
  const scale = currencyScale(currency);
  checkNumber(findings, `${path}.costs`, trade.costs, scale, 0n);
  if (trade.gross !== null) checkNumber(findings, `${path}.gross`, trade.gross, scale, 0n);
  if (trade.accrued !== null) checkNumber(findings, `${path}.accrued`, trade.accrued, scale);
  for (const [index, { quantity }] of trade.lots.entries()) {
    checkNumber(findings, `${path}.lots.${index}.quantity`, quantity, 18, 1n);
  }
}

/** A decimal number with at most so many decimals, and at least so many of its smallest units. */
export function checkNumber(
  findings: Findings,
  path: string,
  text: string,
  decimals: number,
  least?: bigint,
): void {
  const number = decimalOrNull(text);
  if (number === null) return findings.add(path, "must be a decimal number");
  if (number.scale > decimals) findings.add(path, `must have at most ${decimals} decimals`);
  if (least !== undefined && number.unscaled < least) {
    findings.add(path, least === 0n ? "must be zero or more" : "must be above zero");
  }
}

export function evolveTradeRecorded(draft: BookState, event: TradeRecorded): void {
  const { fact, settlementDate, reference, earlier } = event;
  foldFact(draft, fact, earlier);
  draft.put(TRADE, fact.id, { fact, settlementDate, status: "BOOKED", settledOn: null });
  if (reference !== null) draft.put(TAKEN_REFERENCES, reference, true);
}
