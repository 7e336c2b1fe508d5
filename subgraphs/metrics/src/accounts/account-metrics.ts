import type { AccountType } from "@allfunds/contract/events";
import type { Money } from "@allfunds/contract/money";
import { moneyMetric } from "../metric/metric.ts";
import type { Metric } from "../metric/metric.ts";

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

const WINDOW = "over the 30 days up to asOf, by effective date";

/** All metrics of an account, in its own currency. */
export function accountMetrics({ asOf, type, currency, total, last30d }: AccountFigures): Metric[] {
  const money = (minor: bigint): Money => ({ minor, currency });
  const { debit, credit } = last30d;
  return [
    moneyMetric(
      { name: "balance", asOf, method: "Sum of all entries, on the account's normal side." },
      money(normalSide(type, total)),
    ),
    moneyMetric({ name: "debits30d", asOf, method: `Sum of debits ${WINDOW}.` }, money(debit)),
    moneyMetric({ name: "credits30d", asOf, method: `Sum of credits ${WINDOW}.` }, money(credit)),
    moneyMetric(
      {
        name: "netChange30d",
        asOf,
        method: `Change of the balance ${WINDOW}, on the account's normal side.`,
      },
      money(normalSide(type, last30d)),
    ),
  ];
}

/** Debits less credits for assets and expenses, credits less debits for the other types. */
export function normalSide(type: AccountType, { debit, credit }: Sides): bigint {
  return type === "ASSET" || type === "EXPENSE" ? debit - credit : credit - debit;
}
