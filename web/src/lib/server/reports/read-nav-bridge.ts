import { NavBridgeResultDocument } from "../../graph/graph-types.generated.ts";
import { dayBefore, type BridgeRange } from "../../nav-bridge/bridge-range.ts";
import {
  navBridges,
  type BridgeBalance,
  type NavBridge,
  type ResultLine,
} from "../../nav-bridge/nav-bridge.ts";
import type { Money } from "../../money/money.ts";
import type { Problem } from "../../problems.ts";
import { NO_PARTS } from "../../reports/report-query.ts";
import type { Report } from "../../reports/report.ts";
import { query } from "../graph/graphql.ts";
import { readReport } from "./read-report.ts";

const LINES_PER_PAGE = 200;

/** The bridges of a fund in each currency, all parts as of one position of its book. */
export async function readNavBridges(
  fundId: string,
  { from, to }: BridgeRange,
): Promise<{
  readonly bridges: NavBridge[] | null;
  readonly knownAt: number | null;
  readonly problems: Problem[];
}> {
  const sheet = {
    report: "balance-sheet" as const,
    from: "",
    to: "",
    classId: "",
    ...NO_PARTS,
  };
  const closing = await readReport(fundId, { ...sheet, asOf: to, knownAt: "" });
  const knownAt = closing.report?.knownAt;
  if (closing.report === undefined || knownAt === undefined) {
    return { bridges: null, knownAt: null, problems: [...closing.problems] };
  }
  const [opening, result] = await Promise.all([
    readReport(fundId, { ...sheet, asOf: dayBefore(from), knownAt: String(knownAt) }),
    readResult(fundId, { from, to }, knownAt),
  ]);
  if (opening.report === undefined || result.lines === undefined) {
    return { bridges: null, knownAt, problems: [...opening.problems, ...result.problems] };
  }
  const bridges = navBridges(balanceOf(opening.report), balanceOf(closing.report), result.lines);
  return { bridges, knownAt, problems: [] };
}

async function readResult(
  id: string,
  range: BridgeRange,
  knownAt: number,
): Promise<{ readonly lines: ResultLine[] | undefined; readonly problems: Problem[] }> {
  const lines: ResultLine[] = [];
  let after: string | null = null;
  while (true) {
    const { page, problems } = await readPage(id, range, knownAt, after);
    if (page === undefined || problems.length > 0) return { lines: undefined, problems };
    lines.push(...page.nodes);
    const { hasNextPage, endCursor } = page.pageInfo;
    if (!hasNextPage || endCursor === null) return { lines, problems };
    after = endCursor;
  }
}

interface Page {
  readonly nodes: readonly ResultLine[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function readPage(
  id: string,
  { from, to }: BridgeRange,
  knownAt: number,
  after: string | null,
): Promise<{ page: Page | undefined; problems: Problem[] }> {
  const asked = { id, from, to, knownAt, first: LINES_PER_PAGE, after };
  const { data, problems } = await query(NavBridgeResultDocument, asked);
  return { page: data?.fund?.incomeStatement.lines, problems };
}

function balanceOf({ rows, totals }: Report): BridgeBalance {
  return {
    totals: totals.map(({ currency, sums }) => {
      const of = (wanted: string): Money =>
        sums.find(({ name }) => name === wanted)?.money ?? { amount: "0", currency };
      return {
        currency,
        assets: of("Assets"),
        liabilities: of("Liabilities"),
        result: of("Result"),
      };
    }),
    equity: rows.flatMap(({ account, amounts: [money] }) =>
      account.type === "EQUITY" && money ? [{ account, money }] : [],
    ),
  };
}
