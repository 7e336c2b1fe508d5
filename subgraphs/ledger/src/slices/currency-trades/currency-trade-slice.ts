import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import { refuseOtherDate } from "../published-navs/published-nav.ts";
import {
  CURRENCY_TRADE,
  evolveEnded,
  evolveRecorded,
  idTaken,
  referenceTaken,
  requireBooked,
  wantPast,
  type CurrencyTradeEvent,
} from "./currency-trade-state.ts";
import {
  checkRecorded,
  decideCancel,
  decideRecord,
  decideSettle,
  storedCancellation,
  storedCurrencyTrade,
  storedSettlement,
  wantRecorded,
  type CurrencyTradeCommand,
} from "./currency-trade.ts";

class CreateCurrencyTrades extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE currency_trade (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      trade_date date NOT NULL,
      booked_on date NOT NULL,
      settlement_date date NOT NULL,
      sold_currency text NOT NULL,
      sold text NOT NULL,
      bought_currency text NOT NULL,
      bought text NOT NULL,
      costs text NOT NULL,
      sold_base text NOT NULL,
      costs_base text NOT NULL,
      reference text,
      status text NOT NULL,
      ended_on date,
      CONSTRAINT currency_trade_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(
      `CREATE INDEX currency_trade_by_book ON currency_trade (tenant_id, book_id, position)`,
    );
    this.addSql(`CREATE UNIQUE INDEX currency_trade_reference
      ON currency_trade (tenant_id, book_id, reference) WHERE reference IS NOT NULL`);
    this.addSql(...enforceTenancy("currency_trade"));
    this.addSql(`CREATE POLICY granted_funds ON currency_trade AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON currency_trade FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON currency_trade TO CURRENT_USER`);
    this.addSql(`GRANT UPDATE (status, ended_on) ON currency_trade TO CURRENT_USER`);
  }
}

export const CURRENCY_TRADES = defineSlice<CurrencyTradeCommand, CurrencyTradeEvent>({
  name: "currency trades",
  migrations: [{ name: "0140-currency-trades", class: CreateCurrencyTrades }],
  tables: [CURRENCY_TRADE],
  constraints: {
    currency_trade_pkey: idTaken,
    currency_trade_reference: referenceTaken,
  },
  commands: {
    RecordCurrencyTrade: {
      needs: wantRecorded,
      decide: decideRecord,
      stored: (json) => storedCurrencyTrade.parse(json),
    },
    SettleCurrencyTrade: {
      needs: ({ tradeId }, want) => wantPast(want, tradeId),
      decide: decideSettle,
      stored: (json) => storedSettlement.parse(json),
    },
    CancelCurrencyTrade: {
      needs: ({ tradeId }, want) => wantPast(want, tradeId),
      decide: decideCancel,
      stored: (json) => storedCancellation.parse(json),
    },
  },
  events: {
    CurrencyTradeRecorded: {
      codec: codecOf("CurrencyTradeRecorded"),
      evolve: evolveRecorded,
      check: checkRecorded,
    },
    CurrencyTradeSettled: {
      codec: codecOf("CurrencyTradeSettled"),
      evolve: (draft, { tradeId, date }) => evolveEnded(draft, tradeId, "SETTLED", date),
      check: (state, { tradeId }) => void requireBooked(state, tradeId),
    },
    CurrencyTradeCancelled: {
      codec: codecOf("CurrencyTradeCancelled"),
      evolve: (draft, { tradeId, bookedOn }) => evolveEnded(draft, tradeId, "CANCELLED", bookedOn),
      check: (state, { tradeId, bookedOn }) =>
        refuseOtherDate(state, requireBooked(state, tradeId).bookedOn, bookedOn),
    },
  },
});
