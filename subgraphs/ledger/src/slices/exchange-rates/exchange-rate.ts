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
import { CreateExchangeRates } from "./exchange-rate-migrations.ts";

/** A rate as it was quoted. */
export interface ExchangeRate {
  /** The day it is for. */
  readonly date: string;
  readonly base: string;
  readonly quote: string;
  /** Units of `quote` for one unit of `base`; a decimal string above zero. */
  readonly rate: string;
  /** Who quoted it: `ECB`. */
  readonly source: string;
}

/** The command to record rates of a tenant. */
export interface RecordExchangeRates {
  readonly kind: "RecordExchangeRates";
  readonly batchId: string;
  readonly rates: readonly ExchangeRate[];
}

/** Rates were recorded. A correction is a newer record of the same day, pair and source. */
export interface ExchangeRatesRecorded {
  readonly type: "ExchangeRatesRecorded";
  /** Null: rates are the tenant's. */
  readonly fundId: null;
  readonly batchId: string;
  readonly rates: readonly ExchangeRate[];
}

const MAX_RATES = 10_000;
const PER_EVENT = 1_000;

function decideRecord({ batchId, rates: items }: RecordExchangeRates): ExchangeRatesRecorded[] {
  const batch = { path: "rates", batchId, items, most: MAX_RATES, perEvent: PER_EVENT };
  const pages = pagesOfBatch(batch, checkRates);
  return pages.map((rates) => ({ type: "ExchangeRatesRecorded", fundId: null, batchId, rates }));
}

function checkRates(findings: Findings, rates: readonly ExchangeRate[]): void {
  for (const [index, rate] of rates.entries()) checkRate(findings, `rates.${index}`, rate);
}

function checkRate(findings: Findings, path: string, rate: ExchangeRate): void {
  checkDate(findings, `${path}.date`, rate.date);
  for (const side of ["base", "quote"] as const)
    checkCurrency(findings, `${path}.${side}`, rate[side]);
  if (rate.base === rate.quote) findings.add(`${path}.quote`, "must be another currency than base");
  checkText(findings, `${path}.source`, rate.source, { min: 1, max: 40 });
  const isAboveZero = (decimalOrNull(rate.rate)?.unscaled ?? 0n) > 0n;
  if (!isAboveZero) findings.add(`${path}.rate`, "must be a decimal number above zero");
}

const EXCHANGE_RATE: AppendTable = {
  name: "exchange_rate",
  order: "position, line",
  columns: [
    { name: "position", type: "bigint" },
    { name: "line", type: "integer" },
    { name: "batch_id", type: "uuid" },
    { name: "date", type: "date" },
    { name: "base", type: "text" },
    { name: "quote", type: "text" },
    { name: "rate", type: "text" },
    { name: "source", type: "text" },
  ],
  rowsOf: {
    ExchangeRatesRecorded: ({ batchId, rates }: ExchangeRatesRecorded, { position }: EventPlace) =>
      rates.map(({ date, base, quote, rate, source }, line): ColumnValue[] => [
        position,
        line,
        batchId,
        date,
        base,
        quote,
        rate,
        source,
      ]),
  },
};

export const EXCHANGE_RATES = defineSlice<RecordExchangeRates, ExchangeRatesRecorded>({
  name: "exchange rates",
  migrations: [{ name: "0110-exchange-rates", class: CreateExchangeRates }],
  appends: [EXCHANGE_RATE],
  commands: { RecordExchangeRates: { decide: decideRecord } },
  events: {
    ExchangeRatesRecorded: {
      codec: codecOf("ExchangeRatesRecorded"),
      // Decisions read no rates: what a fund decides by is carried into its own book.
      evolve: foldsNothing,
      check: (_state, { rates }) => {
        const findings = new Findings();
        checkRates(findings, rates);
        findings.refuseIfAny();
      },
    },
  },
});
