import type { Money } from "@allfunds/contract/money";
import { moneyMetric } from "../metric/metric.ts";
import type { Metric } from "../metric/metric.ts";
import { normalSide } from "./account-figures.ts";
import type { AccountFigures } from "./account-figures.ts";

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
