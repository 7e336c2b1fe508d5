import { AppError } from "@allfunds/contract/errors";
import { parseAmount } from "@allfunds/contract/money";
import type { BookState } from "../../engine/book-state.ts";
import type { EventPlace } from "../../engine/book.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice, foldsNothing, inSteps } from "../../engine/slice.ts";
import type { AppendTable, ColumnValue } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";
import type { LotChange } from "../lots/lot-change.ts";
import { parseQuantity, type PortfolioFact } from "../lots/portfolio-fact.ts";
import { refuseOtherDate } from "../published-navs/published-nav.ts";
import { consequencesOf, consequencesWithout, HELD, refuseOtherLots } from "./held-lots.ts";
import type { LotsReplayed } from "./portfolio-posting.ts";
import { CreatePortfolio, FreeReferences } from "./portfolio-migrations.ts";
import {
  recordTrades,
  evolveTradeRecorded,
  storedTrades,
  TRADE,
  TRADES_BY_ID,
  wantTrades,
  type RecordTrades,
  type TradeRecorded,
} from "./trade.ts";
import {
  decideCancelTrade,
  decideFailTrade,
  decideSettleTrades,
  evolveCancelled,
  evolveFailed,
  evolveSettled,
  requireOpen,
  requireTrade,
  storedCancellation,
  storedSettlement,
  wantCancelled,
  type TradeCancelled,
  type TradeSettled,
  type TradeStateCommand,
  type TradeStateEvent,
} from "./trade-state.ts";

/** A fact of the portfolio as its event names it. */
interface FactEvent {
  readonly fact: PortfolioFact;
  readonly reference?: string | null;
  readonly lots: readonly LotChange[];
}

/** What finds the facts of a security again; their content is in their events. */
const PORTFOLIO_FACT: AppendTable = {
  name: "portfolio_fact",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "fact_id", type: "uuid" },
    { name: "kind", type: "text" },
    { name: "isin", type: "text" },
    { name: "into_isin", type: "text" },
    { name: "date", type: "date" },
    { name: "due_on", type: "date" },
    { name: "reference", type: "text" },
  ],
  rowsOf: {
    TradeRecorded: (
      { fact, settlementDate, reference }: TradeRecorded,
      { position }: EventPlace,
    ) => [[position, fact.id, fact.kind, fact.isin, null, fact.date, settlementDate, reference]],
    CorporateActionRecorded: ({ fact }: FactEvent, { position }: EventPlace) => [
      [
        position,
        fact.id,
        fact.kind,
        fact.isin,
        "intoIsin" in fact ? fact.intoIsin : null,
        fact.date,
        "payDate" in fact ? fact.payDate : null,
        null,
      ],
    ],
  },
};

interface OfFact {
  readonly tradeId?: string;
  readonly actionId?: string;
}

const statusRow =
  (status: string, onDate: (event: never) => string | null) =>
  (event: OfFact, { position }: EventPlace): ColumnValue[][] => [
    [position, event.tradeId ?? event.actionId ?? null, status, onDate(event as never)],
  ];

const PORTFOLIO_STATUS: AppendTable = {
  name: "portfolio_status",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "fact_id", type: "uuid" },
    { name: "status", type: "text" },
    { name: "on_date", type: "date" },
  ],
  rowsOf: {
    TradeSettled: statusRow("SETTLED", ({ date }: TradeSettled) => date),
    TradeFailed: statusRow("FAILED", () => null),
    TradeCancelled: statusRow("CANCELLED", ({ bookedOn }: TradeCancelled) => bookedOn),
    CorporateActionPaid: statusRow("PAID", ({ date }: { readonly date: string }) => date),
    CorporateActionCancelled: statusRow(
      "CANCELLED",
      ({ bookedOn }: { readonly bookedOn: string }) => bookedOn,
    ),
  },
};

/** Changes of lots with the value date of what they post: sums of them are lots on any day, as known at any position. */
const LOT_CHANGE: AppendTable = {
  name: "lot_change",
  order: "position, line",
  columns: [
    { name: "position", type: "bigint" },
    { name: "line", type: "integer" },
    { name: "fact_id", type: "uuid" },
    { name: "effective_date", type: "date" },
    { name: "isin", type: "text" },
    { name: "lot_id", type: "uuid" },
    { name: "side", type: "text" },
    { name: "opened_on", type: "date" },
    { name: "currency", type: "text" },
    { name: "quantity", type: "numeric" },
    { name: "cost", type: "numeric" },
    { name: "base_cost", type: "text" },
  ],
  rowsOf: {
    TradeRecorded: ofFact,
    CorporateActionRecorded: ofFact,
    TradeCancelled: (event: TradeCancelled, { position }: EventPlace) =>
      rowsOf(position, event.tradeId, event.bookedOn, event.lots, 0),
    CorporateActionCancelled: (
      event: { actionId: string; bookedOn: string; lots: readonly LotChange[] },
      { position }: EventPlace,
    ) => rowsOf(position, event.actionId, event.bookedOn, event.lots, 0),
    LotsReplayed: ({ facts }: LotsReplayed, { position }: EventPlace) => {
      const rows: ColumnValue[][] = [];
      for (const { factId, bookedOn, lots } of facts) {
        rows.push(...rowsOf(position, factId, bookedOn, lots, rows.length));
      }
      return rows;
    },
  },
};

function ofFact({ fact, lots }: FactEvent, { position }: EventPlace): ColumnValue[][] {
  return rowsOf(position, fact.id, fact.bookedOn, lots, 0);
}

const rowsOf = (
  position: number,
  factId: string,
  date: string,
  lots: readonly LotChange[],
  first: number,
): ColumnValue[][] =>
  lots.map((lot, index) => [
    position,
    first + index,
    factId,
    date,
    lot.isin,
    lot.lotId,
    lot.side,
    lot.openedOn,
    lot.currency,
    parseQuantity(lot.quantity),
    parseAmount(lot.cost, lot.currency),
    lot.baseCost,
  ]);

const takenId = (): AppError =>
  new AppError("ALREADY_EXISTS", "A trade or corporate action with this id exists already.");

export const TRADES = defineSlice<
  RecordTrades | TradeStateCommand,
  TradeRecorded | TradeStateEvent | LotsReplayed
>({
  name: "trades",
  migrations: [
    { name: "0113-portfolio", class: CreatePortfolio },
    { name: "0150-trade-references", class: FreeReferences },
  ],
  constraints: {
    portfolio_fact_id: takenId,
  },
  appends: [PORTFOLIO_FACT, PORTFOLIO_STATUS, LOT_CHANGE],
  replayed: [HELD, TRADE],
  commands: {
    RecordTrades: {
      needs: wantTrades,
      ...inSteps(recordTrades),
      stored: (json) => storedTrades.parse(json),
    },
    SettleTrades: {
      needs: ({ tradeIds }, want) => {
        for (const id of tradeIds) want(TRADES_BY_ID, id);
      },
      decide: decideSettleTrades,
      stored: (json) => storedSettlement.parse(json),
    },
    FailTrade: {
      needs: ({ tradeId }, want) => want(TRADES_BY_ID, tradeId),
      decide: decideFailTrade,
    },
    CancelTrade: {
      needs: wantCancelled,
      decide: decideCancelTrade,
      stored: (json) => storedCancellation.parse(json),
    },
  },
  events: {
    TradeRecorded: {
      codec: codecOf("TradeRecorded"),
      evolve: evolveTradeRecorded,
      check: (state, event) => {
        requireFund(state, event.fundId);
        const { fact, earlier, lots } = event;
        refuseOtherDate(state, fact.date, fact.bookedOn);
        refuseOtherLots(state, fact, earlier, lots, () => consequencesOf(state, fact));
      },
    },
    LotsReplayed: { codec: codecOf("LotsReplayed"), evolve: foldsNothing },
    TradeSettled: {
      codec: codecOf("TradeSettled"),
      evolve: evolveSettled,
      check: (state, { tradeId }) => void requireOpen(state, tradeId),
    },
    TradeFailed: {
      codec: codecOf("TradeFailed"),
      evolve: evolveFailed,
      check: (state, { tradeId }) => void requireOpen(state, tradeId),
    },
    TradeCancelled: {
      codec: codecOf("TradeCancelled"),
      evolve: evolveCancelled,
      check: checkCancelled,
    },
  },
});

function checkCancelled(
  state: BookState,
  { tradeId, bookedOn, earlier, lots }: TradeCancelled,
): void {
  const { fact } = requireTrade(state, tradeId);
  refuseOtherDate(state, fact.bookedOn, bookedOn);
  refuseOtherLots(state, fact, earlier, lots, () => consequencesWithout(state, fact));
}
