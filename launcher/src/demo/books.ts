/** An account of the demo fund. */
interface DemoAccount {
  key: string;
  id: string;
  code: string;
  name: string;
  type: "ASSET" | "LIABILITY" | "EQUITY" | "INCOME" | "EXPENSE";
}

/** A file of `demo/` and the bank account it tells about. */
export interface DemoStatement {
  accountKey: string;
  file: string;
  format: "CSV" | "CAMT_053";
  csv?: Readonly<Record<string, string>>;
}

// The ids are fixed, so that an interrupted load resumes where it stopped and the examples in the
// documents hold on every machine.
const id = (item: number): string => `0193a8c0-0001-7000-8000-${String(item).padStart(12, "0")}`;

export const DEMO_FUND = {
  key: "balanced",
  id: id(0),
  name: "Harbour Lane Balanced Fund",
  currency: "EUR",
} as const;

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { key: "operating", id: id(1), code: "1000", name: "Operating account", type: "ASSET" },
  { key: "custody", id: id(2), code: "1010", name: "Custody cash", type: "ASSET" },
  { key: "capital", id: id(3), code: "3000", name: "Investor capital", type: "EQUITY" },
  { key: "receipts", id: id(4), code: "4000", name: "Receipts", type: "INCOME" },
  { key: "payments", id: id(5), code: "5000", name: "Payments", type: "EXPENSE" },
];

/** What the custody account held before its statement begins, as that statement says. */
export const CUSTODY_OPENING = { id: id(100), date: "2026-10-30", amount: "3184426.17" } as const;

export const DEMO_STATEMENTS: readonly DemoStatement[] = [
  {
    accountKey: "operating",
    file: "bank-statement.csv",
    format: "CSV",
    csv: {
      date: "Booking date",
      description: "Remittance information",
      amount: "Amount",
      reference: "Bank reference",
      counterparty: "Counterparty",
      currency: "Currency",
      dateFormat: "DD.MM.YYYY",
      decimalSeparator: ",",
      delimiter: ";",
    },
  },
  { accountKey: "custody", file: "camt053-statement.xml", format: "CAMT_053" },
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
