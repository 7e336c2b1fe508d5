import {
  FundChartDocument,
  type AccountRowFragment,
  type FundChartQuery,
} from "../../graph/graph-types.generated.ts";
import { query } from "./graphql.ts";
import { required } from "./required.ts";
import type { Problem } from "../../problems.ts";

interface FundChart {
  readonly fund: Omit<NonNullable<FundChartQuery["fund"]>, "accounts">;
  /** Every account in a currency, by code. Those of units and positions take no posting by hand. */
  readonly accounts: readonly AccountRowFragment[];
  readonly problems: readonly Problem[];
}

/** The whole chart of a fund, read page by page; the page of errors when there is no such fund. */
export async function readChart(id: string): Promise<FundChart> {
  const first = await query(FundChartDocument, { id, after: null });
  const { accounts, ...fund } = required(first.data?.fund, first.problems, "fund");
  const nodes = [...accounts.nodes];
  const problems = [...first.problems];
  let { hasNextPage, endCursor } = accounts.pageInfo;
  while (hasNextPage && problems.length === 0) {
    const next = await query(FundChartDocument, { id, after: endCursor });
    problems.push(...next.problems);
    const page = next.data?.fund?.accounts;
    if (page === undefined) break;
    nodes.push(...page.nodes);
    ({ hasNextPage, endCursor } = page.pageInfo);
  }
  return { fund, accounts: nodes, problems };
}
