import { isIsin } from "@allfunds/contract/identifiers";
import type { BookState } from "../../engine/book-state.ts";
import type { EventPlace } from "../../engine/book.ts";
import { codecOf } from "../../engine/event-codec.ts";
import {
  checkCurrency,
  checkDate,
  checkText,
  decimalOrNull,
  Findings,
  pagesOfBatch,
} from "../../engine/input-rules.ts";
import { defineSlice, foldsNothing } from "../../engine/slice.ts";
import type { AppendTable, ColumnValue } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";
import { CreatePrices } from "./price-migrations.ts";

/** What a price is: the last trade, the bid, the mid, or percent of a bond's nominal. */
export const PRICE_KINDS = {
  LAST: "LAST",
  BID: "BID",
  MID: "MID",
  NOMINAL_PERCENT: "NOMINAL_PERCENT",
} as const;
export type PriceKind = keyof typeof PRICE_KINDS;

/** The price of a security as it was given. */
export interface Price {
  readonly isin: string;
  /** The day it is for. */
  readonly date: string;
  /** Currency units of one unit of the security, or percent of its nominal; a decimal string, zero or more. */
  readonly price: string;
  readonly currency: string;
  readonly kind: PriceKind;
  /** Who gave it. */
  readonly source: string;
}

/** The command to record prices: of the tenant, or of one fund where they go before the tenant's. */
export interface RecordPrices {
  readonly kind: "RecordPrices";
  readonly fundId: string | null;
  readonly batchId: string;
  readonly prices: readonly Price[];
}

/** Prices were recorded. A correction is a newer record of the same security and day. */
export interface PricesRecorded {
  readonly type: "PricesRecorded";
  /** Null in the tenant's own book; in a fund's, prices that are only that fund's. */
  readonly fundId: string | null;
  readonly batchId: string;
  readonly prices: readonly Price[];
}

const MAX_PRICES = 10_000;
const PER_EVENT = 1_000;

function decideRecord(command: RecordPrices, state: BookState): PricesRecorded[] {
  const { fundId, batchId, prices: items } = command;
  const batch = { path: "prices", batchId, items, most: MAX_PRICES, perEvent: PER_EVENT };
  const pages = pagesOfBatch(batch, checkPrices);
  if (fundId !== null) requireFund(state, fundId);
  return pages.map((prices) => ({ type: "PricesRecorded", fundId, batchId, prices }));
}

function checkPrices(findings: Findings, prices: readonly Price[]): void {
  for (const [index, price] of prices.entries()) checkPrice(findings, `prices.${index}`, price);
}

function checkPrice(findings: Findings, path: string, price: Price): void {
  if (!isIsin(price.isin)) findings.add(`${path}.isin`, "must be an ISIN with its check digit");
  checkDate(findings, `${path}.date`, price.date);
  checkCurrency(findings, `${path}.currency`, price.currency);
  checkText(findings, `${path}.source`, price.source, { min: 1, max: 40 });
  const isZeroOrMore = (decimalOrNull(price.price)?.unscaled ?? -1n) >= 0n;
  if (!isZeroOrMore) findings.add(`${path}.price`, "must be a decimal number, zero or more");
}

const SECURITY_PRICE: AppendTable = {
  name: "security_price",
  order: "position, line",
  columns: [
    { name: "position", type: "bigint" },
    { name: "line", type: "integer" },
    { name: "fund_id", type: "uuid" },
    { name: "batch_id", type: "uuid" },
    { name: "isin", type: "text" },
    { name: "date", type: "date" },
    { name: "price", type: "text" },
    { name: "currency", type: "text" },
    { name: "kind", type: "text" },
    { name: "source", type: "text" },
  ],
  rowsOf: {
    PricesRecorded: (event: PricesRecorded, { position }: EventPlace) =>
      event.prices.map((price, line): ColumnValue[] => [
        position,
        line,
        event.fundId,
        event.batchId,
        price.isin,
        price.date,
        price.price,
        price.currency,
        price.kind,
        price.source,
      ]),
  },
};

export const PRICES = defineSlice<RecordPrices, PricesRecorded>({
  name: "prices",
  migrations: [{ name: "0111-security-prices", class: CreatePrices }],
  appends: [SECURITY_PRICE],
  commands: { RecordPrices: { decide: decideRecord } },
  events: {
    PricesRecorded: {
      codec: codecOf("PricesRecorded"),
      // Decisions read no prices: what a valuation decides by is in its own event.
      evolve: foldsNothing,
      check: (state, { fundId, prices }) => {
        if (fundId !== null) requireFund(state, fundId);
        const findings = new Findings();
        checkPrices(findings, prices);
        findings.refuseIfAny();
      },
    },
  },
});
