import type * as Graph from "@allfunds/graph-tools/fake-graph";
import { money, signed, type Fund, type Transaction } from "./books.ts";

interface Month {
  date: string;
  cash: bigint;
  netAssetValue: bigint;
  inflow: bigint;
  outflow: bigint;
}

/** Cash, NAV and cash movements at the end of each month, replayed from the transactions. */
export function monthly(fund: Fund): Month[] {
  const months = new Map<string, Month>();
  let cash = 0n;
  let netAssetValue = 0n;
  // A posting may be dated before earlier ones.
  for (const transaction of fund.transactions.toSorted(byEffectiveDate)) {
    const movement = cashMovement(transaction);
    cash += movement;
    netAssetValue += valueMovement(transaction);
    const date = `${transaction.effectiveDate.slice(0, 7)}-01`;
    const month = months.get(date) ?? { date, cash, netAssetValue, inflow: 0n, outflow: 0n };
    if (movement > 0n) month.inflow += movement;
    else month.outflow -= movement;
    months.set(date, { ...month, cash, netAssetValue });
  }
  return [...months.values()];
}

const byEffectiveDate = (one: Transaction, other: Transaction): number =>
  one.effectiveDate.localeCompare(other.effectiveDate);

type ReaderCurrency = string | null | undefined;

/** What one unit of a fund's currency costs in every other one. */
const RATE = 2n;

/** An amount of a fund in the currency of a reader, or in its own. */
export const inCurrency = (minor: bigint, fund: Fund, reader: ReaderCurrency) =>
  reader == null || reader === fund.currency
    ? money(minor, fund.currency)
    : money(minor * RATE, reader);

/** The rate that a fund's amounts of a day are converted by. */
export const ratesTo = (fund: Fund, reader: ReaderCurrency, date: string) =>
  reader == null || reader === fund.currency
    ? []
    : [{ base: fund.currency, quote: reader, rate: String(RATE), date, source: "ECB" }];

export function fundMetrics(
  fund: Fund,
  reader?: ReaderCurrency,
): Graph.FakeValue<Graph.FundMetrics> {
  const last = monthly(fund).at(-1);
  const inMoney = (minor: bigint) => inCurrency(minor, fund, reader);
  const asOf = fund.transactions.toSorted(byEffectiveDate).at(-1)?.effectiveDate ?? "2026-11-22";
  const cash = inMoney(last?.cash ?? 0n);
  const netAssetValue = inMoney(last?.netAssetValue ?? 0n);
  const inputs = [
    { name: "accounts", value: "1" },
    ...ratesTo(fund, reader, asOf).flatMap(({ base, quote, rate, date, source }) => [
      { name: `rate ${base}/${quote}`, value: rate },
      { name: `date of rate ${base}/${quote}`, value: date },
      { name: `source of rate ${base}/${quote}`, value: source },
    ]),
  ];
  return {
    fundId: fund.id,
    asOf,
    position: fund.position,
    currency: cash.currency,
    cash,
    netAssetValue,
    netFlow30d: inMoney((last?.inflow ?? 0n) - (last?.outflow ?? 0n)),
    otherCurrencies: [],
    values: [
      metric("cash", asOf, "Sum of the balances of cash accounts", { money: cash, inputs }),
      metric("netAssetValue", asOf, "Assets less liabilities", { money: netAssetValue, inputs }),
      metric("runwayMonths", asOf, "Cash divided by the mean monthly burn", {
        unit: "MONTHS",
        unavailable: "Not burning: no more went out than came in over the last 90 days.",
        absence: { code: "NOT_BURNING", arguments: [] },
      }),
    ],
  };
}

/** The last month's cash carried forward, with an interval that widens; nothing below a year. */
export function repeatLastMonth(
  fund: Fund,
  horizon: number,
  asOf: string | null | undefined,
): Graph.FakeValue<Graph.Forecast> | undefined {
  const months = monthly(fund).filter(({ date }) => !asOf || date <= asOf);
  const last = months.at(-1);
  if (!last || months.length < 12) return undefined;
  const decimal = (minor: bigint) => money(minor, fund.currency).amount;
  const points = Array.from({ length: horizon }, (_, step) => {
    const spread = (last.cash * BigInt(step + 1)) / 20n;
    const date = new Date(last.date);
    date.setUTCMonth(date.getUTCMonth() + step + 1);
    return {
      date: date.toISOString().slice(0, 10),
      value: decimal(last.cash),
      lower: decimal(last.cash - spread),
      upper: decimal(last.cash + spread),
    };
  });
  return {
    metric: "CASH",
    method: "naive",
    asOf: last.date,
    level: 0.8,
    warnings: ["RUNNING_PERIOD"],
    currency: fund.currency,
    points,
    backtest: {
      folds: 6,
      mase: 0.92,
      coverage: 0.78,
      coverageOf80: 0.78,
      candidates: [{ method: "naive", mase: 0.92 }],
    },
  };
}

function metric(
  name: string,
  asOf: string,
  method: string,
  value: Partial<Graph.Metric>,
): Graph.FakeValue<Graph.Metric> {
  const inputs = [{ name: "accounts", value: "1" }];
  const empty = {
    value: null,
    money: null,
    unit: "MONEY",
    unavailable: null,
    absence: null,
  } as const;
  return { name, asOf, method, inputs, ...empty, ...value };
}

function cashMovement(transaction: Transaction): bigint {
  return transaction.entries
    .filter((entry) => entry.account.code === "1000")
    .reduce((sum, entry) => sum + signed("ASSET", entry.side, entry.amount), 0n);
}

function valueMovement(transaction: Transaction): bigint {
  return transaction.entries
    .filter((entry) => ["ASSET", "LIABILITY"].includes(entry.account.type))
    .reduce((sum, entry) => sum + signed("ASSET", entry.side, entry.amount), 0n);
}
