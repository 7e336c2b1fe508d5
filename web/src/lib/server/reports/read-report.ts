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
import { comparedDays } from "../../reports/compared-days.ts";
import { aboveZero, capitalised } from "../../reports/report-figures.ts";
import {
  columnOfDays,
  sumNamed,
  type Report,
  type ReportRow,
  type ReportTotals,
} from "../../reports/report.ts";
import { query } from "../graph/graphql.ts";
import { readParts } from "./read-report-parts.ts";

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

/** Reads a report, all of it as of the same position of the book. */
export function readReport(fundId: string, asked: ReportQuery): Promise<Answer> {
  const isBroken = asked.dimension !== "" || asked.depth > 0 || asked.compare !== "";
  return isBroken ? readBroken(fundId, asked) : readAccounts(fundId, asked);
}

/** A report by hierarchy, by dimension or in several columns, with the sums of the plain reports. */
async function readBroken(fundId: string, asked: ReportQuery): Promise<Answer> {
  const { rows, knownAt, problems } = await readParts(fundId, asked);
  if (rows === undefined) return { report: undefined, problems };
  const days = comparedDays(asked);
  const isCompared = asked.compare !== "";
  // The sums of a report are not those of the entries that lack a dimension.
  if (asked.without !== "") {
    const columns = isCompared ? days.map(columnOfDays) : columnsOf(asked.report);
    return { report: { columns, rows, totals: [], knownAt }, problems };
  }
  const pages = await Promise.all(
    days.map(({ from = asked.from, to }) =>
      readPage(fundId, { ...asked, asOf: to, from, to }, { knownAt, after: null, first: 1 }),
    ),
  );
  const lacking = pages.find(({ page, problems: own }) => page === undefined || own.length > 0);
  if (lacking !== undefined) return { report: undefined, problems: lacking.problems };
  const totals = pages.map(({ page }) => (page?.totals ?? []).map(totalsOf));
  const report = {
    columns: isCompared ? days.map(columnOfDays) : columnsOf(asked.report),
    rows: isCompared ? [...rows, ...totalRows(totals)] : rows,
    totals: isCompared ? [] : (totals[0] ?? []),
    knownAt,
  };
  return { report, problems };
}

/** The sums of several columns beside each other, for each currency that one of them has. */
function totalRows(columns: readonly (readonly ReportTotals[])[]): ReportRow[] {
  const currencies = new Set(columns.flat().map(({ currency }) => currency));
  return [...currencies].toSorted().flatMap((currency) => {
    const own = columns.map((totals) => totals.find((each) => each.currency === currency)?.sums);
    const names = new Set(own.flatMap((sums = []) => sums.map(({ name }) => name)));
    return [...names].map((name) => ({
      section: "Total",
      account: sumNamed(name),
      amounts: own.map((sums) => sums?.find((sum) => sum.name === name)?.money ?? null),
    }));
  });
}

/** The accounts without their hierarchy, every page of them. */
async function readAccounts(fundId: string, asked: ReportQuery): Promise<Answer> {
  const lines: Line[] = [];
  let knownAt = asked.knownAt === "" ? null : Number(asked.knownAt);
  let after: string | null = null;
  while (true) {
    const { page, problems } = await readPage(fundId, asked, {
      knownAt,
      after,
      first: LINES_PER_PAGE,
    });
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
  { report, asOf, from, to, classId, method }: ReportQuery,
  { knownAt, after, first }: { knownAt: number | null; after: string | null; first: number },
): Promise<{ page: Page | undefined; problems: readonly Problem[] }> {
  const day = { id, asOf, knownAt, first, after };
  const ofClass = { ...day, id: classId };
  const range = { id, from, to, knownAt, first, after };
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
      const { data, problems } = await query(CashFlowReportDocument, { ...range, method });
      return { page: data?.fund?.cashFlowStatement, problems };
    }
  }
}

function shape(name: ReportName, { totals, knownAt }: Page, lines: readonly Line[]): Report {
  const isTrial = name === "trial-balance";
  return {
    columns: columnsOf(name),
    rows: lines.map((line) => ({
      section: capitalised(line.activity ?? (isTrial ? "" : line.account.type)),
      account: line.account,
      amounts: isTrial ? [aboveZero(line.debit), aboveZero(line.credit)] : [line.amount],
      of: [line.account.id],
    })),
    totals: totals.map(totalsOf),
    knownAt,
  };
}

const columnsOf = (name: ReportName): string[] =>
  name === "trial-balance" ? ["Debit", "Credit"] : ["Amount"];

const totalsOf = (total: object): ReportTotals => {
  const { currency, ...sums } = total as { currency: string } & Record<string, Money | string>;
  return {
    currency,
    sums: Object.entries(sums).flatMap(([name, money]) =>
      typeof money === "string" ? [] : [{ name: capitalised(name), money }],
    ),
  };
};
