/** An account of a demo fund. */
interface DemoAccount {
  key: string;
  id: string;
  code: string;
  name: string;
  type: "ASSET" | "LIABILITY" | "EQUITY" | "INCOME" | "EXPENSE";
}

/** A fund of the demo and the statement of its bank account. */
export interface DemoFund {
  key: string;
  id: string;
  name: string;
  currency: string;
  accounts: readonly DemoAccount[];
  /** What was on the bank account, and in the portfolio, before the statement begins. */
  opening: { date: string; cash: string; securities: string; transactionId: string };
  statement: { file: string; format: "CSV" | "CAMT_053"; csv?: Readonly<Record<string, string>> };
}

/** Column names of `demo/bank-statement.csv`. */
const BANK_STATEMENT_COLUMNS = {
  date: "Booking date",
  description: "Remittance information",
  amount: "Amount",
  reference: "Bank reference",
  counterparty: "Counterparty",
} as const;

// The ids are fixed, so that an interrupted load resumes where it stopped and the examples in the
// documents hold on every machine.
const id = (fund: number, item: number): string =>
  `0193a8c0-${String(fund).padStart(4, "0")}-7000-8000-${String(item).padStart(12, "0")}`;

const accounts = (fund: number, prefix: string): DemoAccount[] => [
  { key: `${prefix}Cash`, id: id(fund, 1), code: "1000", name: "Bank account", type: "ASSET" },
  {
    key: `${prefix}Securities`,
    id: id(fund, 2),
    code: "1500",
    name: "Securities at cost",
    type: "ASSET",
  },
  {
    key: `${prefix}Capital`,
    id: id(fund, 3),
    code: "3000",
    name: "Investor capital",
    type: "EQUITY",
  },
  { key: `${prefix}Receipts`, id: id(fund, 4), code: "4000", name: "Receipts", type: "INCOME" },
  { key: `${prefix}Payments`, id: id(fund, 5), code: "5000", name: "Payments", type: "EXPENSE" },
];

export const DEMO_FUNDS: readonly DemoFund[] = [
  {
    key: "balanced",
    id: id(1, 0),
    name: "Linden Balanced Fund",
    currency: "EUR",
    accounts: accounts(1, "balanced"),
    opening: {
      date: "2024-10-31",
      cash: "250000.00",
      securities: "4000000.00",
      transactionId: id(1, 100),
    },
    statement: { file: "bank-statement.csv", format: "CSV", csv: BANK_STATEMENT_COLUMNS },
  },
  {
    key: "custody",
    id: id(2, 0),
    name: "Rowan Income Fund",
    currency: "EUR",
    accounts: accounts(2, "custody"),
    opening: {
      date: "2026-10-30",
      cash: "500000.00",
      securities: "9000000.00",
      transactionId: id(2, 100),
    },
    statement: { file: "camt053-statement.xml", format: "CAMT_053" },
  },
];

/** Real prices for the instrument side of the demo. */
export const DEMO_PRICES = {
  key: "sp500",
  file: "prices-sp500.csv",
  symbol: "SPX",
  name: "S&P 500 index",
  currency: "USD",
  csv: { date: "date", close: "close" },
} as const;
