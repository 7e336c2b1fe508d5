import { CASH, EUR, FEES } from "./sample-values.fixture.ts";

const NONE = EUR("0.00");

const ofAccount = (id: string, code: string, name: string, type: "ASSET" | "EXPENSE") => ({
  account: { id, code, name, type, currency: "EUR" },
});

/** The lines of the fake graph's reports: more than a page of cash accounts, and the fees. */
export const REPORT_LINES = [
  ...Array.from({ length: 201 }, (_, index) => ({
    ...ofAccount(CASH, `1${String(index).padStart(3, "0")}`, '=HYPERLINK("evil")', "ASSET"),
    debit: EUR("10.00"),
    credit: NONE,
    amount: EUR("10.00"),
  })),
  {
    ...ofAccount(FEES, "5000", "Fees", "EXPENSE"),
    debit: EUR("2.50"),
    credit: NONE,
    amount: EUR("2.50"),
  },
];

export const CASH_FLOWS = [
  {
    ...ofAccount(FEES, "5000", "Fees", "EXPENSE"),
    activity: "OPERATING" as const,
    amount: EUR("-2.50"),
  },
];

/** The fees by a dimension, and what has no value of it. */
export const DIVIDED_LINES = ["=EQUITY", null].map((value) => ({
  ...ofAccount(FEES, "5000", "Fees", "EXPENSE"),
  value,
  debit: EUR("1.25"),
  credit: NONE,
  amount: EUR("1.25"),
}));

export const COMPARED_LINES = [
  {
    ...ofAccount(CASH, "1000", "Cash", "ASSET"),
    level: 1,
    columns: [{ amounts: [EUR("10.00")] }, { amounts: [EUR("12.00")] }],
  },
];

export const COMPARED_VALUES = [
  {
    ...ofAccount(CASH, "1000", "Cash", "ASSET"),
    value: null,
    amounts: [EUR("10.00"), EUR("12.00")],
  },
];

export const COMPARED_FLOWS = CASH_FLOWS.map(({ amount, ...line }) => ({
  ...line,
  amounts: [amount, EUR("-3.00")],
}));
