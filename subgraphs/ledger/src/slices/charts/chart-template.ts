import type { AccountType } from "@allfunds/contract/events";
import type { AccountClass } from "../account-classes/account-class.ts";
import type { NewAccount } from "./chart.ts";

/** Charts of accounts to begin with. */
export const CHART_TEMPLATES = { GENERAL: "GENERAL", FUND: "FUND" } as const;
export type ChartTemplate = keyof typeof CHART_TEMPLATES;

type Row = readonly [
  code: string,
  name: string,
  type: AccountType,
  parentCode?: string,
  accountClass?: AccountClass,
];

const GENERAL: readonly Row[] = [
  ["1", "Assets", "ASSET"],
  ["10", "Current assets", "ASSET", "1"],
  ["1000", "Bank", "ASSET", "10"],
  ["1100", "Receivables", "ASSET", "10"],
  ["1200", "Prepaid expenses", "ASSET", "10"],
  ["1500", "Suspense", "ASSET", "10", "SUSPENSE"],
  ["16", "Non-current assets", "ASSET", "1", "NON_CURRENT"],
  ["1600", "Equipment", "ASSET", "16", "NON_CURRENT"],
  ["1700", "Financial assets", "ASSET", "16", "NON_CURRENT"],
  ["2", "Liabilities", "LIABILITY"],
  ["20", "Current liabilities", "LIABILITY", "2"],
  ["2000", "Payables", "LIABILITY", "20"],
  ["2100", "Accrued expenses", "LIABILITY", "20"],
  ["2200", "Tax payable", "LIABILITY", "20"],
  ["26", "Non-current liabilities", "LIABILITY", "2", "NON_CURRENT"],
  ["2600", "Loans", "LIABILITY", "26", "NON_CURRENT"],
  ["3", "Equity", "EQUITY"],
  ["3000", "Capital", "EQUITY", "3"],
  ["3800", "Opening balances", "EQUITY", "3", "OPENING_BALANCES"],
  ["3900", "Retained earnings", "EQUITY", "3", "RETAINED_EARNINGS"],
  ["4", "Income", "INCOME"],
  ["4000", "Revenue", "INCOME", "4"],
  ["4100", "Interest income", "INCOME", "4"],
  ["4200", "Currency gains", "INCOME", "4", "CURRENCY_RESULT"],
  ["5", "Expenses", "EXPENSE"],
  ["5000", "Personnel", "EXPENSE", "5"],
  ["5100", "Rent", "EXPENSE", "5"],
  ["5200", "Services", "EXPENSE", "5"],
  ["5300", "Interest expense", "EXPENSE", "5"],
  ["5400", "Tax", "EXPENSE", "5"],
];

const FUND: readonly Row[] = [
  ["1", "Assets", "ASSET"],
  ["1000", "Bank", "ASSET", "1"],
  ["1100", "Subscriptions receivable", "ASSET", "1"],
  ["1200", "Investments at cost", "ASSET", "1", "NON_CURRENT"],
  ["1250", "Unrealised appreciation", "ASSET", "1", "NON_CURRENT"],
  ["1300", "Dividends receivable", "ASSET", "1"],
  ["1310", "Accrued interest", "ASSET", "1"],
  ["1320", "Coupons receivable", "ASSET", "1"],
  ["1330", "Tax reclaimable", "ASSET", "1"],
  ["1400", "Receivable for investments sold", "ASSET", "1"],
  ["1500", "Suspense", "ASSET", "1", "SUSPENSE"],
  ["2", "Liabilities", "LIABILITY"],
  ["2000", "Payable for investments bought", "LIABILITY", "2"],
  ["2050", "Subscriptions received in advance", "LIABILITY", "2"],
  ["2100", "Redemptions payable", "LIABILITY", "2"],
  ["2140", "Distributions payable", "LIABILITY", "2"],
  ["2200", "Management fee payable", "LIABILITY", "2"],
  ["2210", "Administration fee payable", "LIABILITY", "2"],
  ["2215", "Custody fee payable", "LIABILITY", "2"],
  ["2230", "Performance fee accrued", "LIABILITY", "2"],
  ["3", "Equity", "EQUITY"],
  ["3000", "Unit capital", "EQUITY", "3"],
  ["3300", "Distributed", "EQUITY", "3"],
  ["3800", "Opening balances", "EQUITY", "3", "OPENING_BALANCES"],
  ["3900", "Retained result", "EQUITY", "3", "RETAINED_EARNINGS"],
  ["4", "Income", "INCOME"],
  ["4000", "Dividend income", "INCOME", "4"],
  ["4010", "Interest income", "INCOME", "4"],
  ["4100", "Realised gain, price", "INCOME", "4"],
  ["4110", "Realised gain, currency", "INCOME", "4", "CURRENCY_RESULT"],
  ["4200", "Unrealised gain, price", "INCOME", "4"],
  ["4210", "Unrealised gain, currency", "INCOME", "4", "CURRENCY_RESULT"],
  ["5", "Expenses", "EXPENSE"],
  ["5000", "Management fee", "EXPENSE", "5"],
  ["5010", "Administration fee", "EXPENSE", "5"],
  ["5015", "Custody fee", "EXPENSE", "5"],
  ["5020", "Performance fee", "EXPENSE", "5"],
  ["5100", "Transaction costs", "EXPENSE", "5"],
  ["5200", "Withholding tax", "EXPENSE", "5"],
];

/** The accounts of a template, parents first, all in the currency of the fund. */
export const accountsOfTemplate = (template: ChartTemplate): readonly NewAccount[] =>
  (template === "FUND" ? FUND : GENERAL).map(([code, name, type, parentCode, accountClass]) => ({
    code,
    name,
    type,
    parentCode,
    class: accountClass,
    countsAsCash: code === "1000",
  }));
