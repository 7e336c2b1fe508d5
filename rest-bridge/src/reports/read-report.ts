import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { Execute } from "../endpoint/endpoint.ts";
import { nextCursorOf } from "../endpoint/page.ts";
import {
  RestBalanceSheetByDimensionDocument,
  RestBalanceSheetDocument,
  RestCashFlowByDimensionDocument,
  RestCashFlowStatementDocument,
  RestClassBalanceSheetDocument,
  RestClassTrialBalanceDocument,
  RestIncomeStatementByDimensionDocument,
  RestIncomeStatementDocument,
  RestTrialBalanceByDimensionDocument,
  RestTrialBalanceDocument,
} from "../graph/graph-types.generated.ts";
import { readPages, type AllPages, type Place, type ReadPage } from "./read-pages.ts";
import type { Line } from "./report-line.ts";

/** Every operation that reports are read by. */
export const READS = [
  RestTrialBalanceDocument,
  RestBalanceSheetDocument,
  RestIncomeStatementDocument,
  RestCashFlowStatementDocument,
  RestClassTrialBalanceDocument,
  RestClassBalanceSheetDocument,
  RestTrialBalanceByDimensionDocument,
  RestBalanceSheetByDimensionDocument,
  RestIncomeStatementByDimensionDocument,
  RestCashFlowByDimensionDocument,
];

/** What of a report is requested. */
export interface Wanted {
  readonly fundId: string;
  readonly classId?: string | undefined;
  readonly dimension?: string | undefined;
  /** Names of dimensions with commas between them. */
  readonly without?: string | undefined;
  readonly asOf?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly knownAt?: number | undefined;
  readonly method?: "DIRECT" | "INDIRECT" | undefined;
}

interface ReportPage {
  readonly knownAt: number;
  readonly lines: {
    readonly nodes: readonly GraphLine[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** A page of a report by a dimension, which stands one level deeper. */
interface DividedPage {
  readonly knownAt: number;
  readonly byDimension: Pick<ReportPage, "lines">;
}

interface GraphLine {
  readonly value?: string | null;
  readonly account: Pick<Line, "code" | "name" | "type" | "currency"> & { readonly id: string };
  readonly amount: { readonly amount: string };
  readonly debit?: { readonly amount: string };
  readonly credit?: { readonly amount: string };
  readonly activity?: Line["activity"];
}

const PAGE = 200;

/** A whole report; one of several pages is of the position at which the first one was read. */
export async function readReport(
  execute: Execute,
  name: string,
  wanted: Wanted,
): Promise<AllPages<Line>> {
  const read = readerOf(execute, name, wanted);
  const isDivided = wanted.dimension !== undefined;
  const readLines: ReadPage<Line> = async (place) => {
    const page = await read(place);
    if (page === undefined) return undefined;
    const lines = page.lines.nodes.map((line) => toLine(line, isDivided));
    return { knownAt: page.knownAt, lines, next: nextCursorOf(page.lines) };
  };
  const report = await readPages(readLines, PAGE, wanted.knownAt);
  if (report === undefined) throw absent(wanted);
  return report;
}

const absent = ({ fundId, classId }: Wanted): AppError =>
  classId === undefined
    ? new AppError("FUND_NOT_FOUND", `There is no fund ${fundId}.`)
    : new AppError("SHARE_CLASS_NOT_FOUND", `The fund has no share class ${classId}.`);

type ReadReportPage = (place: Place) => Promise<ReportPage | undefined>;

function readerOf(execute: Execute, name: string, wanted: Wanted): ReadReportPage {
  const isOfDay = name === "trial-balance" || name === "balance-sheet";
  if (isOfDay) refuseGiven(wanted, ["from", "to", "method"]);
  else
    refuseGiven(wanted, name === "cash-flow" ? ["asOf", "classId"] : ["asOf", "method", "classId"]);
  if (wanted.classId !== undefined) {
    refuseGiven(wanted, ["dimension"]);
    return classReader(execute, name, wanted.fundId, { ...wanted, classId: wanted.classId });
  }
  if (wanted.dimension !== undefined) {
    return dividedReader(execute, name, { ...wanted, dimension: wanted.dimension });
  }
  refuseGiven(wanted, ["without"]);
  const { fundId, asOf, method = "DIRECT" } = wanted;
  if (isOfDay) {
    return async (place) => {
      const variables = { fundId, asOf, ...place };
      return name === "trial-balance"
        ? (await execute(RestTrialBalanceDocument, variables)).fund?.trialBalance
        : (await execute(RestBalanceSheetDocument, variables)).fund?.balanceSheet;
    };
  }
  const period = periodOf(wanted);
  return async (place) => {
    const variables = { fundId, ...period, ...place };
    return name === "cash-flow"
      ? (await execute(RestCashFlowStatementDocument, { ...variables, method })).fund
          ?.cashFlowStatement
      : (await execute(RestIncomeStatementDocument, variables)).fund?.incomeStatement;
  };
}

/** The part of a share class; one of another fund is none. */
function classReader(
  execute: Execute,
  name: string,
  fundId: string,
  { classId, asOf }: Wanted & { readonly classId: string },
): ReadReportPage {
  return async (place) => {
    const variables = { classId, asOf, ...place };
    if (name === "trial-balance") {
      const { shareClass } = await execute(RestClassTrialBalanceDocument, variables);
      return shareClass?.fund.id === fundId ? shareClass.trialBalance : undefined;
    }
    const { shareClass } = await execute(RestClassBalanceSheetDocument, variables);
    return shareClass?.fund.id === fundId ? shareClass.balanceSheet : undefined;
  };
}

/** The same by the values of a dimension. */
function dividedReader(
  execute: Execute,
  name: string,
  wanted: Wanted & { readonly dimension: string },
): ReadReportPage {
  const { fundId, dimension, asOf, method = "DIRECT" } = wanted;
  const read = async (place: Place): Promise<DividedPage | undefined> => {
    const of = { fundId, dimension, without: wanted.without?.split(","), ...place };
    switch (name) {
      case "trial-balance":
        return (await execute(RestTrialBalanceByDimensionDocument, { ...of, asOf })).fund
          ?.trialBalance;
      case "balance-sheet":
        return (await execute(RestBalanceSheetByDimensionDocument, { ...of, asOf })).fund
          ?.balanceSheet;
      case "cash-flow": {
        const variables = { ...of, ...periodOf(wanted), method };
        return (await execute(RestCashFlowByDimensionDocument, variables)).fund?.cashFlowStatement;
      }
      default: {
        const variables = { ...of, ...periodOf(wanted) };
        return (await execute(RestIncomeStatementByDimensionDocument, variables)).fund
          ?.incomeStatement;
      }
    }
  };
  return async (place) => {
    const page = await read(place);
    return page && { knownAt: page.knownAt, lines: page.byDimension.lines };
  };
}

function refuseGiven(wanted: Wanted, names: readonly (keyof Wanted)[]): void {
  const given = names.find((name) => wanted[name] !== undefined);
  if (given !== undefined) throw invalidInput(given, "is not for this report");
}

const periodOf = (wanted: Wanted) => ({
  from: required(wanted, "from"),
  to: required(wanted, "to"),
});

function required(wanted: Wanted, name: "from" | "to"): string {
  const value = wanted[name];
  if (value === undefined) throw invalidInput(name, "is needed for this report");
  return value;
}

const toLine = (
  { value, account, debit, credit, amount, activity }: GraphLine,
  isDivided: boolean,
): Line => ({
  ...(isDivided ? { value: value ?? null } : {}),
  accountId: account.id,
  code: account.code,
  name: account.name,
  type: account.type,
  currency: account.currency,
  debit: debit?.amount ?? null,
  credit: credit?.amount ?? null,
  amount: amount.amount,
  activity: activity ?? null,
});
