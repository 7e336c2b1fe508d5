import {
  BalanceSheetPartsDocument,
  BalanceSheetTreeDocument,
  CashFlowPartsDocument,
  ComparedBalanceSheetPartsDocument,
  ComparedBalanceSheetsDocument,
  ComparedCashFlowPartsDocument,
  ComparedCashFlowsDocument,
  ComparedIncomeStatementPartsDocument,
  ComparedIncomeStatementsDocument,
  ComparedTrialBalancePartsDocument,
  ComparedTrialBalancesDocument,
  DimensionsDocument,
  FundCounterpartyNamesDocument,
  IncomeStatementPartsDocument,
  IncomeStatementTreeDocument,
  TrialBalancePartsDocument,
  TrialBalanceTreeDocument,
  type AccountNameFragment,
  type DimensionPartsFragment,
} from "../../graph/graph-types.generated.ts";
import type { Money } from "../../money/money.ts";
import type { Problem } from "../../problems.ts";
import { comparedDays, type ComparedDays } from "../../reports/compared-days.ts";
import type { ReportQuery } from "../../reports/report-query.ts";
import { sumNamed, type ReportRow } from "../../reports/report.ts";
import { aboveZero, capitalised } from "../../reports/report-figures.ts";
import { rowsOfTree, type TreeLine } from "../../reports/report-tree.ts";
import { query } from "../graph/graphql.ts";

/** Rows of a report that is broken down, and the position up to which the book was read. */
interface PartsAnswer {
  readonly rows: readonly ReportRow[] | undefined;
  readonly knownAt: number;
  readonly problems: readonly Problem[];
}

const LINES_PER_PAGE = 200;
/** Each line has a figure for each of up to 13 columns. */
const COMPARED_PER_PAGE = 50;
const VALUES_NAMED = 100;

/** A page of lines; undefined where the graph answered none. */
interface Page<Line> {
  readonly knownAt: number;
  readonly nodes: readonly Line[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface PageAnswer<Line> {
  readonly page: Page<Line> | undefined;
  readonly problems: readonly Problem[];
}

interface Place {
  readonly knownAt: number | null;
  readonly after: string | null;
}

type ReadPage<Line> = (place: Place) => Promise<PageAnswer<Line>>;

/** Every line of a report, all pages as of the position of the first. */
async function readAll<Line>(
  asked: ReportQuery,
  readPage: ReadPage<Line>,
): Promise<{ lines: Line[] | undefined; knownAt: number; problems: readonly Problem[] }> {
  const lines: Line[] = [];
  let place: Place = { knownAt: asked.knownAt === "" ? null : Number(asked.knownAt), after: null };
  while (true) {
    const { page, problems } = await readPage(place);
    if (page === undefined || problems.length > 0) {
      return { lines: undefined, knownAt: place.knownAt ?? 0, problems };
    }
    lines.push(...page.nodes);
    const { knownAt, pageInfo } = page;
    const { hasNextPage, endCursor } = pageInfo;
    if (!hasNextPage || endCursor === null) return { lines, knownAt, problems };
    place = { knownAt, after: endCursor };
  }
}

interface Reported<Part> {
  readonly data?:
    | { readonly fund?: { readonly report: Part & { readonly knownAt: number } } | null }
    | null
    | undefined;
  readonly problems: readonly Problem[];
}

interface Lines<Line> {
  readonly nodes: readonly Line[];
  readonly pageInfo: Page<Line>["pageInfo"];
}

const pageIn = <Part, Line>(
  { data, problems }: Reported<Part>,
  linesIn: (part: Part) => Lines<Line>,
): PageAnswer<Line> => {
  const report = data?.fund?.report;
  if (report === undefined) return { page: undefined, problems };
  return { page: { knownAt: report.knownAt, ...linesIn(report) }, problems };
};

const linesOf = <Line>({ lines }: { readonly lines: Lines<Line> }): Lines<Line> => lines;
const partsOf = <Line>({
  byDimension,
}: {
  readonly byDimension: { readonly lines: Lines<Line> };
}): Lines<Line> => byDimension.lines;

/** The rows of a report by hierarchy, by dimension or in several columns. */
export async function readParts(fundId: string, asked: ReportQuery): Promise<PartsAnswer> {
  const { dimension, compare } = asked;
  if (dimension === "") {
    const isFlow = asked.report === "cash-flow";
    return isFlow ? readComparedFlows(fundId, asked) : readTree(fundId, asked);
  }
  const [names, parts] = await Promise.all([
    valueNames(fundId, dimension),
    compare === "" ? readValues(fundId, asked) : readComparedValues(fundId, asked),
  ]);
  const named = (section: string | null | undefined): string =>
    typeof section === "string" ? (names.get(section) ?? section) : "Without a value";
  return {
    ...parts,
    rows: parts.rows?.map((row) => Object.assign(row, { section: named(row.value) })),
  };
}

async function readTree(id: string, asked: ReportQuery): Promise<PartsAnswer> {
  const days = comparedDays(asked);
  const { lines, knownAt, problems } = await readAll(
    asked,
    asked.compare === "" ? treePages(id, asked) : comparedPages(id, asked, days),
  );
  return { rows: lines && rowsOfTree(asked, lines), knownAt, problems };
}

type OneAmount = Omit<TreeLine, "columns"> & { readonly amounts: readonly Money[] };

const oneColumn = ({ page, problems }: PageAnswer<OneAmount>): PageAnswer<TreeLine> => ({
  page: page && {
    ...page,
    nodes: page.nodes.map(({ amounts, ...line }) => ({ ...line, columns: [{ amounts }] })),
  },
  problems,
});

function treePages(id: string, { report, asOf, from, to }: ReportQuery): ReadPage<TreeLine> {
  const first = LINES_PER_PAGE;
  return async (place) => {
    const variables = { id, first, ...place };
    if (report === "income-statement") {
      const answer = await query(IncomeStatementTreeDocument, { ...variables, from, to });
      return oneColumn(pageIn(answer, linesOf));
    }
    const document =
      report === "balance-sheet" ? BalanceSheetTreeDocument : TrialBalanceTreeDocument;
    return oneColumn(pageIn(await query(document, { ...variables, asOf }), linesOf));
  };
}

const periodsOf = (days: readonly ComparedDays[]) =>
  days.map(({ from, to }) => ({ from: from ?? to, to }));

function comparedPages(
  id: string,
  { report }: ReportQuery,
  columns: readonly ComparedDays[],
): ReadPage<TreeLine> {
  return async (place) => {
    const variables = { id, first: COMPARED_PER_PAGE, ...place };
    if (report === "income-statement") {
      const periods = periodsOf(columns);
      return pageIn(
        await query(ComparedIncomeStatementsDocument, { ...variables, periods }),
        linesOf,
      );
    }
    const days = columns.map(({ to }) => to);
    const document =
      report === "balance-sheet" ? ComparedBalanceSheetsDocument : ComparedTrialBalancesDocument;
    return pageIn(await query(document, { ...variables, days }), linesOf);
  };
}

interface ComparedFlow {
  readonly activity: string;
  readonly account: AccountNameFragment;
  readonly amounts: readonly Money[];
}

/** Cash flows of several periods: accounts by the part of the statement, as the statement has them. */
async function readComparedFlows(id: string, asked: ReportQuery): Promise<PartsAnswer> {
  const { method } = asked;
  const periods = periodsOf(comparedDays(asked));
  const readPage: ReadPage<ComparedFlow> = async (place) => {
    const variables = { id, method, periods, first: COMPARED_PER_PAGE, ...place };
    return pageIn(await query(ComparedCashFlowsDocument, variables), linesOf);
  };
  const { lines, knownAt, problems } = await readAll(asked, readPage);
  const rows = lines?.map(({ activity, account, amounts }) => ({
    section: capitalised(activity),
    account,
    amounts,
    of: [account.id],
  }));
  return { rows, knownAt, problems };
}

interface ComparedPart {
  readonly value: string | null;
  readonly account: AccountNameFragment;
  readonly amounts: readonly Money[];
}

const withoutOf = ({ without }: ReportQuery): string[] | null =>
  without === "" ? null : [without];

async function readComparedValues(id: string, asked: ReportQuery): Promise<PartsAnswer> {
  const { report, dimension, method } = asked;
  const columns = comparedDays(asked);
  const readPage: ReadPage<ComparedPart> = async (place) => {
    const without = withoutOf(asked);
    const variables = { id, dimension, without, first: COMPARED_PER_PAGE, ...place };
    if (report === "cash-flow") {
      const periods = { periods: periodsOf(columns), method };
      const answer = await query(ComparedCashFlowPartsDocument, { ...variables, ...periods });
      return pageIn(answer, partsOf);
    }
    if (report === "income-statement") {
      const periods = periodsOf(columns);
      const document = ComparedIncomeStatementPartsDocument;
      return pageIn(await query(document, { ...variables, periods }), partsOf);
    }
    const days = columns.map(({ to }) => to);
    const document =
      report === "balance-sheet"
        ? ComparedBalanceSheetPartsDocument
        : ComparedTrialBalancePartsDocument;
    return pageIn(await query(document, { ...variables, days }), partsOf);
  };
  const { lines, knownAt, problems } = await readAll(asked, readPage);
  const rows = lines?.map(({ value, account, amounts }) => ({
    section: "",
    account,
    amounts,
    of: [account.id],
    value,
  }));
  return { rows, knownAt, problems };
}

type ValueLine = DimensionPartsFragment["lines"]["nodes"][number];
type ValueTotals = DimensionPartsFragment["totals"];

async function readValues(id: string, asked: ReportQuery): Promise<PartsAnswer> {
  const { report, asOf, from, to, dimension, method } = asked;
  let totals: ValueTotals = [];
  const inParts = (part: { readonly byDimension: DimensionPartsFragment }): Lines<ValueLine> => {
    ({ totals } = part.byDimension);
    return part.byDimension.lines;
  };
  const readPage: ReadPage<ValueLine> = async (place) => {
    const without = withoutOf(asked);
    const variables = { id, dimension, without, first: LINES_PER_PAGE, ...place };
    if (report === "cash-flow") {
      const answer = await query(CashFlowPartsDocument, { ...variables, from, to, method });
      return pageIn(answer, inParts);
    }
    if (report === "income-statement") {
      const answer = await query(IncomeStatementPartsDocument, { ...variables, from, to });
      return pageIn(answer, inParts);
    }
    const document =
      report === "balance-sheet" ? BalanceSheetPartsDocument : TrialBalancePartsDocument;
    return pageIn(await query(document, { ...variables, asOf }), inParts);
  };
  const { lines, knownAt, problems } = await readAll(asked, readPage);
  return { rows: lines && rowsByValue(report, lines, totals), knownAt, problems };
}

/** The lines of each value, and behind them their sum in each currency. */
function rowsByValue(
  report: ReportQuery["report"],
  lines: readonly ValueLine[],
  totals: ValueTotals,
): ReportRow[] {
  const isTrial = report === "trial-balance";
  const sum = isTrial ? "Total" : report === "cash-flow" ? "Change" : "Net";
  return [...Map.groupBy(lines, ({ value }) => value)].flatMap(([value, own]) => [
    ...own.map(({ account, amount, debit, credit }) => ({
      section: "",
      account,
      amounts: isTrial ? [aboveZero(debit), aboveZero(credit)] : [amount],
      of: [account.id],
      value,
    })),
    ...totals
      .filter((total) => total.value === value && report !== "balance-sheet")
      .map(({ debit, credit, net }) => ({
        section: "",
        account: sumNamed(sum),
        amounts: isTrial ? [debit, credit] : [net],
        value,
      })),
  ]);
}

/** Names of a dimension's values, as far as they are few; of counterparties those of the fund. */
async function valueNames(id: string, dimension: string): Promise<ReadonlyMap<string, string>> {
  if (dimension === "counterparty") {
    const { data } = await query(FundCounterpartyNamesDocument, { id });
    const nodes = data?.fund?.counterparties.nodes ?? [];
    return new Map(nodes.map((one) => [one.id, one.name]));
  }
  const { data } = await query(DimensionsDocument, { values: VALUES_NAMED });
  const values = data?.dimensions.find((one) => one.dimension === dimension)?.values.nodes ?? [];
  return new Map(values.map(({ value, name }) => [value, `${value} ${name}`]));
}
