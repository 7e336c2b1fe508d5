import {
  BalanceSheetReportDocument,
  CashFlowReportDocument,
  ClassBalanceSheetReportDocument,
  ClassTrialBalanceReportDocument,
  IncomeStatementReportDocument,
  TrialBalanceReportDocument,
  type AccountNameFragment,
} from "../../graph/graph-types.generated.ts";
import type { Money } from "../../money/money.ts";
import type { Problem } from "../../problems.ts";
import type { ReportName, ReportQuery } from "../../reports/report-query.ts";
import type { Report, ReportTotals } from "../../reports/report.ts";
import { query } from "../graph/graphql.ts";

interface Page {
  readonly knownAt: number;
  readonly totals: readonly object[];
  readonly lines: {
    readonly nodes: readonly Line[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
interface Line {
  readonly account: AccountNameFragment;
  readonly amount: Money;
  readonly debit?: Money;
  readonly credit?: Money;
  readonly activity?: string;
}

const LINES_PER_PAGE = 200;

interface Answer {
  readonly report: Report | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a report with all of its lines, every page of them as of the same position of the book. */
export async function readReport(fundId: string, asked: ReportQuery): Promise<Answer> {
  const lines: Line[] = [];
  let knownAt = asked.knownAt === "" ? null : Number(asked.knownAt);
  let after: string | null = null;
  while (true) {
    const { page, problems } = await readPage(fundId, asked, knownAt, after);
    if (page === undefined || problems.length > 0) return { report: undefined, problems };
    lines.push(...page.lines.nodes);
    knownAt = page.knownAt;
    const { hasNextPage, endCursor } = page.lines.pageInfo;
    if (!hasNextPage || endCursor === null) {
      return { report: shape(asked.report, page, lines), problems };
    }
    after = endCursor;
  }
}

async function readPage(
  id: string,
  { report, asOf, from, to, classId }: ReportQuery,
  knownAt: number | null,
  after: string | null,
): Promise<{ page: Page | undefined; problems: readonly Problem[] }> {
  const day = { id, asOf, knownAt, first: LINES_PER_PAGE, after };
  const ofClass = { ...day, id: classId };
  const range = { id, from, to, knownAt, first: LINES_PER_PAGE, after };
  switch (report) {
    case "trial-balance": {
      if (classId !== "") {
        const { data, problems } = await query(ClassTrialBalanceReportDocument, ofClass);
        return { page: data?.shareClass?.trialBalance, problems };
      }
      const { data, problems } = await query(TrialBalanceReportDocument, day);
      return { page: data?.fund?.trialBalance, problems };
    }
    case "balance-sheet": {
      if (classId !== "") {
        const { data, problems } = await query(ClassBalanceSheetReportDocument, ofClass);
        return { page: data?.shareClass?.balanceSheet, problems };
      }
      const { data, problems } = await query(BalanceSheetReportDocument, day);
      return { page: data?.fund?.balanceSheet, problems };
    }
    case "income-statement": {
      const { data, problems } = await query(IncomeStatementReportDocument, range);
      return { page: data?.fund?.incomeStatement, problems };
    }
    case "cash-flow": {
      const { data, problems } = await query(CashFlowReportDocument, range);
      return { page: data?.fund?.cashFlowStatement, problems };
    }
  }
}

function shape(name: ReportName, { totals, knownAt }: Page, lines: readonly Line[]): Report {
  const isTrial = name === "trial-balance";
  return {
    columns: isTrial ? ["Debit", "Credit"] : ["Amount"],
    rows: lines.map((line) => ({
      section: capitalised(line.activity ?? (isTrial ? "" : line.account.type)),
      account: line.account,
      amounts: isTrial ? [aboveZero(line.debit), aboveZero(line.credit)] : [line.amount],
    })),
    totals: totals.map(totalsOf),
    knownAt,
  };
}

const aboveZero = (money: Money | undefined): Money | null =>
  money === undefined || /^-?0*\.?0*$/.test(money.amount) ? null : money;

const totalsOf = (total: object): ReportTotals => {
  const { currency, ...sums } = total as { currency: string } & Record<string, Money | string>;
  return {
    currency,
    sums: Object.entries(sums).flatMap(([name, money]) =>
      typeof money === "string" ? [] : [{ name: capitalised(name), money }],
    ),
  };
};

const capitalised = (word: string): string =>
  word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
