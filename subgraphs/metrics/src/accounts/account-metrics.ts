import type { AccountType } from "@allfunds/contract/events";
import { absence } from "../absences/absence.ts";
import type { Rates } from "../books/book-rates.ts";
import { inFundCurrency, listOf, rateInputs } from "../books/in-fund-currency.ts";
import { missingMetric, moneyMetric } from "../metric/metric.ts";
import type { Metric } from "../metric/metric.ts";
import { READER_RATE_RULE } from "../rates/reader-rates.ts";

/** Debits and credits in minor units. */
export interface Sides {
  debit: bigint;
  credit: bigint;
}

/** Everything an account's metrics are computed from, in minor units of its currency. */
export interface AccountFigures {
  accountId: string;
  fundId: string;
  position: number;
  type: AccountType;
  currency: string;
  asOf: string;
  total: Sides;
  last30d: Sides;
}

/** What one effective day changed. */
export interface AccountChange extends Sides {
  readonly day: string;
}

/** What it takes to have an account's figures in the currency of a reader. */
export interface ReaderOfAccount {
  readonly currency: string;
  /** The days of the last 30 with entries: each is converted at the rate of its day. */
  readonly days: readonly AccountChange[];
  readonly rates: Rates;
}

const WINDOW = "over the 30 days up to asOf, by effective date";

const TEXTS = {
  balance: "Sum of all entries, on the account's normal side.",
  debits30d: `Sum of debits ${WINDOW}.`,
  credits30d: `Sum of credits ${WINDOW}.`,
  netChange30d: `Change of the balance ${WINDOW}, on the account's normal side.`,
} as const;

/** All metrics of an account in its own currency, or in that of a reader. */
export function accountMetrics(figures: AccountFigures, reader: ReaderOfAccount | null): Metric[] {
  if (reader !== null) return metricsFor(reader, figures);
  const { asOf, type, currency, total, last30d } = figures;
  const amounts = {
    balance: normalSide(type, total),
    debits30d: last30d.debit,
    credits30d: last30d.credit,
    netChange30d: normalSide(type, last30d),
  };
  return names.map((name) =>
    moneyMetric({ name, asOf, method: TEXTS[name] }, { minor: amounts[name], currency }),
  );
}

const names = ["balance", "debits30d", "credits30d", "netChange30d"] as const;

function metricsFor(
  { currency, days, rates }: ReaderOfAccount,
  { asOf, type, currency: own, total }: AccountFigures,
): Metric[] {
  const amounts = (of: (sides: AccountChange) => bigint) =>
    days.map((change) => ({ day: change.day, currency: own, minor: of(change) }));
  const wanted = {
    balance: [{ day: asOf, currency: own, minor: normalSide(type, total) }],
    debits30d: amounts(({ debit }) => debit),
    credits30d: amounts(({ credit }) => credit),
    netChange30d: amounts((sides) => normalSide(type, sides)),
  };
  return names.map((name) => {
    const sum = inFundCurrency({ currency, rates }, wanted[name]);
    const method = `${TEXTS[name]} ${READER_RATE_RULE}`;
    const about = { name, asOf, method, inputs: { accountCurrency: own, ...rateInputs(sum) } };
    if (sum.missing.length === 0) return moneyMetric(about, { minor: sum.minor, currency });
    const reason = absence("NO_RATE", { currency, amounts: listOf(sum.missing) });
    return missingMetric(about, "MONEY", reason);
  });
}

/** Debits less credits for assets and expenses, credits less debits for the other types. */
export function normalSide(type: AccountType, { debit, credit }: Sides): bigint {
  return type === "ASSET" || type === "EXPENSE" ? debit - credit : credit - debit;
}
