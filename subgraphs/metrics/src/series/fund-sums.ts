/** The sums that are kept for a fund by currency and day, in minor units. */
export interface FundSums {
  /** Balances, by each transaction's own effective day. */
  cash: bigint;
  assets: bigint;
  liabilities: bigint;
  /** Movements; a reversal changes them on the day of what it reverses. */
  netAssets: bigint;
  income: bigint;
  expenses: bigint;
  contributions: bigint;
  withdrawals: bigint;
  corrections: bigint;
  inflow: bigint;
  outflow: bigint;
}

/** Every sum with its column. */
export const FUND_COLUMNS = {
  cash: "cash",
  assets: "assets",
  liabilities: "liabilities",
  netAssets: "net_assets",
  income: "income",
  expenses: "expenses",
  contributions: "contributions",
  withdrawals: "withdrawals",
  corrections: "corrections",
  inflow: "inflow",
  outflow: "outflow",
} as const satisfies Record<keyof FundSums, string>;

/** Sums with the amount that `amountOf` returns for each. */
export const fundSums = (amountOf: (sum: keyof FundSums) => bigint): FundSums => ({
  cash: amountOf("cash"),
  assets: amountOf("assets"),
  liabilities: amountOf("liabilities"),
  netAssets: amountOf("netAssets"),
  income: amountOf("income"),
  expenses: amountOf("expenses"),
  contributions: amountOf("contributions"),
  withdrawals: amountOf("withdrawals"),
  corrections: amountOf("corrections"),
  inflow: amountOf("inflow"),
  outflow: amountOf("outflow"),
});

export const NO_CHANGE: Readonly<FundSums> = fundSums(() => 0n);
