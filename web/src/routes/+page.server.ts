import { FUND_SUMMARY } from "#lib/graph/figures.ts";
import { LATEST_TRANSACTIONS, type FundName } from "#lib/graph/funds.ts";
import { FUND_INSIGHTS } from "#lib/graph/insights.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { failPage } from "#lib/server/graph/required.ts";
import type { PageServerLoad } from "./$types";

const TRANSACTIONS_SHOWN = 12;
const FUNDS_SHOWN = 12;
const INSIGHTS_SHOWN = 6;

export const load: PageServerLoad = async ({ depends, parent }) => {
  depends("allfunds:overview");
  const [{ data, problems }, shown] = await Promise.all([
    query(LATEST_TRANSACTIONS, { first: TRANSACTIONS_SHOWN }),
    parent().then(({ funds, fundProblems }) => {
      if (funds.length === 0 && fundProblems[0]) failPage(fundProblems[0]);
      return Promise.all(funds.slice(0, FUNDS_SHOWN).map(summarise));
    }),
  ]);
  return {
    summaries: shown.map(({ summary }) => summary),
    insights: shown
      .flatMap(({ insights }) => insights)
      .toSorted((left, right) => right.effectiveDate.localeCompare(left.effectiveDate))
      .slice(0, INSIGHTS_SHOWN),
    transactions: newest(data?.funds.nodes.flatMap(({ transactions }) => transactions.nodes) ?? []),
    transactionProblems: problems,
  };
};

// Two queries per fund: an unavailable fund or subgraph does not empty the page.
async function summarise(fund: FundName) {
  const [figures, words] = await Promise.all([
    query(FUND_SUMMARY, { id: fund.id }),
    query(FUND_INSIGHTS, { id: fund.id, first: INSIGHTS_SHOWN }),
  ]);
  const insights = words.data?.fund?.insights?.nodes ?? [];
  return {
    summary: { ...fund, summary: figures.data?.fund ?? null, problems: figures.problems },
    insights: insights.map((insight) => ({ ...insight, fundName: fund.name })),
  };
}

function newest<Row extends { recordedAt: string; effectiveDate: string; position: number }>(
  rows: Row[],
): Row[] {
  const order = ({ effectiveDate, recordedAt }: Row) => `${effectiveDate} ${recordedAt}`;
  return rows
    .toSorted(
      (left, right) => order(right).localeCompare(order(left)) || right.position - left.position,
    )
    .slice(0, TRANSACTIONS_SHOWN);
}
