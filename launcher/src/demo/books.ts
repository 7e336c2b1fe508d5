/** An account of the demo fund. */
interface DemoAccount {
  key: string;
  id: string;
  code: string;
  name: string;
  type: "ASSET" | "LIABILITY" | "EQUITY" | "INCOME" | "EXPENSE";
}

/** A file of `demo/` and the bank account it is about. */
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
  { key: "receipts", id: id(4), code: "4900", name: "Unallocated receipts", type: "INCOME" },
  { key: "payments", id: id(5), code: "5900", name: "Unallocated payments", type: "EXPENSE" },
  { key: "transfers", id: id(6), code: "1100", name: "Cash in transit", type: "ASSET" },
  { key: "investments", id: id(7), code: "1200", name: "Investments at cost", type: "ASSET" },
  { key: "currency", id: id(8), code: "1300", name: "Foreign currency at cost", type: "ASSET" },
  { key: "income", id: id(9), code: "4000", name: "Dividends and interest", type: "INCOME" },
  {
    key: "fundFees",
    id: id(10),
    code: "5000",
    name: "Management and service fees",
    type: "EXPENSE",
  },
  { key: "professional", id: id(11), code: "5100", name: "Audit, tax and legal", type: "EXPENSE" },
  { key: "staff", id: id(12), code: "5200", name: "Staff", type: "EXPENSE" },
  { key: "office", id: id(13), code: "5300", name: "Office and technology", type: "EXPENSE" },
  { key: "travel", id: id(14), code: "5400", name: "Travel", type: "EXPENSE" },
  { key: "marketing", id: id(15), code: "5500", name: "Marketing", type: "EXPENSE" },
  { key: "bankCosts", id: id(16), code: "5600", name: "Bank charges", type: "EXPENSE" },
  { key: "taxes", id: id(17), code: "5700", name: "Taxes", type: "EXPENSE" },
];

/**
 * The custody account before its statement begins: what it held by that statement, and what had been
 * invested of the transfers that the operating account's statement shows.
 */
export const CUSTODY_OPENING = {
  id: id(100),
  date: "2026-10-30",
  held: "3184426.17",
  invested: "3335573.83",
  transferred: "6520000.00",
} as const;

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
