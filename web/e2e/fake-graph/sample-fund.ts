import { sampleStatement } from "./bank-statements.ts";
import { openFund, post, type Fund } from "./books.ts";

const FIRST_YEAR = 2025;
const MONTHS = 14;

/** A fund with fourteen months of subscriptions, fees, purchases and dividends, the same every time. */
export function sampleFund(name: string, scale: number, months = MONTHS): Fund {
  const fund = openFund(name, [
    ["1000", "Cash at bank", "ASSET"],
    ["1500", "Investments at cost", "ASSET"],
    ["2100", "Accrued fees payable", "LIABILITY"],
    ["3000", "Unit capital", "EQUITY"],
    ["4000", "Dividend income", "INCOME"],
    ["5000", "Management fees", "EXPENSE"],
    ["5100", "Custody and bank charges", "EXPENSE"],
  ]);
  for (let month = 0; month < months; month += 1) postMonth(fund, month, scale);
  fund.statements.push(sampleStatement(fund, idOf(fund, "1000")));
  return fund;
}

function postMonth(fund: Fund, month: number, scale: number): void {
  const year = FIRST_YEAR + Math.floor((month + 9) / 12);
  const date = (day: string) => `${year}-${String(((month + 9) % 12) + 1).padStart(2, "0")}-${day}`;
  const wave = (step: number) => 1 + ((month * step) % 7) / 7;
  const move = (day: string, text: string, debit: string, credit: string, euros: number) =>
    post(fund, {
      effectiveDate: date(day),
      description: text,
      reference: `REF-${month + 1}-${day}`,
      entries: [
        { accountId: idOf(fund, debit), side: "DEBIT", amount: (euros * scale).toFixed(2) },
        { accountId: idOf(fund, credit), side: "CREDIT", amount: (euros * scale).toFixed(2) },
      ],
    });
  move("03", "Subscription Northwind Pension Scheme", "1000", "3000", 210_000.5 * wave(3));
  move("07", "Purchase of securities, order 4711", "1500", "1000", 120_000.25 * wave(5));
  move("12", "Management fee, monthly accrual paid", "5000", "1000", 4_109.59 * wave(2));
  if (month % 3 === 2) move("15", "Dividend global equities", "1000", "4000", 18_450.1 * wave(4));
  move("18", "Redemption Harbour Family Office", "3000", "1000", 64_300 * wave(6));
  move("20", "Custody charges", "5100", "1000", 890.4 * wave(1));
}

function idOf(fund: Fund, code: string): string {
  const account = fund.accounts.find((candidate) => candidate.code === code);
  if (!account) throw new Error(`the sample fund has no account ${code}`);
  return account.id;
}
