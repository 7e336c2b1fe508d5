import type { Execute } from "../endpoint/endpoint.ts";
import { nextCursorOf } from "../endpoint/page.ts";
import {
  RestComparativeBalanceSheetByDimensionDocument,
  RestComparativeBalanceSheetDocument,
  RestComparativeCashFlowByDimensionDocument,
  RestComparativeCashFlowDocument,
  RestComparativeClassBalanceSheetDocument,
  RestComparativeClassTrialBalanceDocument,
  RestComparativeIncomeStatementByDimensionDocument,
  RestComparativeIncomeStatementDocument,
  RestComparativeTrialBalanceByDimensionDocument,
  RestComparativeTrialBalanceDocument,
  type ComparativeFieldsFragment,
  type ComparedValueFieldsFragment,
  type RestComparativeCashFlowQuery,
} from "../graph/graph-types.generated.ts";
import type { ComparedColumn, ComparedLine, ComparedWanted } from "./compared-line.ts";
import { readPages, type AllPages, type Place } from "./read-pages.ts";

/** Every operation that comparative reports are read by. */
export const COMPARATIVE_READS = [
  RestComparativeTrialBalanceDocument,
  RestComparativeBalanceSheetDocument,
  RestComparativeIncomeStatementDocument,
  RestComparativeCashFlowDocument,
  RestComparativeClassTrialBalanceDocument,
  RestComparativeClassBalanceSheetDocument,
  RestComparativeTrialBalanceByDimensionDocument,
  RestComparativeBalanceSheetByDimensionDocument,
  RestComparativeIncomeStatementByDimensionDocument,
  RestComparativeCashFlowByDimensionDocument,
];

// The gateway counts each column of each line: twice as many lines would cost more than it allows.
const PAGE = 100;

/** A whole report in several columns; undefined when there is no such fund, or no such share class of it. */
export function readComparative(
  execute: Execute,
  report: string,
  wanted: ComparedWanted,
  columns: readonly ComparedColumn[],
): Promise<AllPages<ComparedLine> | undefined> {
  const { classId, dimension, knownAt } = wanted;
  if (classId !== undefined) {
    const readClass = classReader(execute, report, { ...of(wanted, columns), classId });
    return readPages(readClass, PAGE, knownAt);
  }
  const read =
    dimension === undefined
      ? async (place: Place) => {
          const found = await readWhole(execute, report, { ...of(wanted, columns), ...place });
          return found && ("method" in found ? toFlowPage(found) : toPage(found));
        }
      : async (place: Place) => {
          const variables = { ...of(wanted, columns), dimension, ...place };
          const found = await readDivided(execute, report, variables);
          return found && toValuePage(found);
        };
  return readPages(read, PAGE, knownAt);
}

const of = (
  { fundId, depth, without, method = "DIRECT" }: ComparedWanted,
  columns: readonly ComparedColumn[],
) => ({
  fundId,
  depth,
  without: without?.split(","),
  method,
  days: columns.map(({ to }) => to),
  periods: columns.map(({ from, to }) => ({ from: from ?? to, to })),
});

type Variables = ReturnType<typeof of> & Place;

/** The parts of a share class; one of another fund is none. */
function classReader(
  execute: Execute,
  report: string,
  { classId, fundId, days, depth }: ReturnType<typeof of> & { readonly classId: string },
) {
  return async (place: Place) => {
    const variables = { classId, days, depth, ...place };
    if (report === "trial-balance") {
      const { shareClass } = await execute(RestComparativeClassTrialBalanceDocument, variables);
      return shareClass?.fund.id === fundId
        ? toPage(shareClass.comparativeTrialBalance)
        : undefined;
    }
    const { shareClass } = await execute(RestComparativeClassBalanceSheetDocument, variables);
    return shareClass?.fund.id === fundId ? toPage(shareClass.comparativeBalanceSheet) : undefined;
  };
}

async function readWhole(execute: Execute, report: string, given: Variables) {
  const { days, periods, depth, method, without: _, ...page } = given;
  switch (report) {
    case "trial-balance":
      return (await execute(RestComparativeTrialBalanceDocument, { ...page, days, depth })).fund
        ?.comparativeTrialBalance;
    case "balance-sheet":
      return (await execute(RestComparativeBalanceSheetDocument, { ...page, days, depth })).fund
        ?.comparativeBalanceSheet;
    case "cash-flow": {
      const variables = { ...page, periods, method };
      const { fund } = await execute(RestComparativeCashFlowDocument, variables);
      return fund ? { method, ...fund.comparativeCashFlowStatement } : undefined;
    }
    default: {
      const variables = { ...page, periods, depth };
      return (await execute(RestComparativeIncomeStatementDocument, variables)).fund
        ?.comparativeIncomeStatement;
    }
  }
}

async function readDivided(
  execute: Execute,
  report: string,
  given: Variables & { readonly dimension: string },
) {
  const { days, periods, method, depth: _, ...page } = given;
  switch (report) {
    case "trial-balance":
      return (await execute(RestComparativeTrialBalanceByDimensionDocument, { ...page, days })).fund
        ?.comparativeTrialBalance;
    case "balance-sheet":
      return (await execute(RestComparativeBalanceSheetByDimensionDocument, { ...page, days })).fund
        ?.comparativeBalanceSheet;
    case "cash-flow": {
      const variables = { ...page, periods, method };
      return (await execute(RestComparativeCashFlowByDimensionDocument, variables)).fund
        ?.comparativeCashFlowStatement;
    }
    default: {
      const variables = { ...page, periods };
      return (await execute(RestComparativeIncomeStatementByDimensionDocument, variables)).fund
        ?.comparativeIncomeStatement;
    }
  }
}

function toPage({ knownAt, lines }: ComparativeFieldsFragment) {
  return {
    knownAt,
    next: nextCursorOf(lines),
    lines: lines.nodes.flatMap(({ level, account: { id: accountId, ...account }, columns }) => {
      const currencies = columns[0]?.amounts.map((amount) => amount.currency) ?? [];
      return currencies.map((inCurrency, at): ComparedLine => ({
        level,
        accountId,
        ...account,
        currency: inCurrency,
        amounts: columns.map(({ amounts }) => amounts[at]?.amount ?? "0"),
      }));
    }),
  };
}

type ReadFlows = NonNullable<RestComparativeCashFlowQuery["fund"]>["comparativeCashFlowStatement"];
type FlowNode = ReadFlows["lines"]["nodes"][number];

const toLine = ({
  account: { id: accountId, ...account },
  amounts,
}: Omit<FlowNode, "activity">) => ({
  accountId,
  ...account,
  currency: amounts[0]?.currency ?? "",
  amounts: amounts.map(({ amount }) => amount),
});

const toFlowPage = ({ knownAt, lines }: ReadFlows) => ({
  knownAt,
  next: nextCursorOf(lines),
  lines: lines.nodes.map((node): ComparedLine => ({ ...toLine(node), activity: node.activity })),
});

interface Divided {
  readonly knownAt: number;
  readonly byDimension: ComparedValueFieldsFragment;
}

const toValuePage = ({ knownAt, byDimension: { lines } }: Divided) => ({
  knownAt,
  next: nextCursorOf(lines),
  lines: lines.nodes.map(({ value, activity, ...node }): ComparedLine => ({
    value,
    ...toLine(node),
    ...(activity === null ? {} : { activity }),
  })),
});
