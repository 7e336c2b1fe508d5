import {
  FundInsightsDocument,
  FundSummaryDocument,
  LatestTransactionsDocument,
  type FundNameFragment,
} from "#lib/graph/graph-types.generated.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { failPage } from "#lib/server/graph/required.ts";
import type { PageServerLoad } from "./$types";

const TRANSACTIONS_SHOWN = 12;
const FUNDS_SHOWN = 12;
const INSIGHTS_SHOWN = 6;

/** Offered besides the currencies of the funds. */
const WIDELY_USED = ["EUR", "USD", "GBP", "CHF", "JPY"];

export const load: PageServerLoad = async ({ depends, parent, url }) => {
  depends("allfunds:overview");
  const named = url.searchParams.get("currency") ?? "";
  const currency = /^[A-Z]{3}$/.test(named) ? named : null;
  const [{ data, problems }, shown] = await Promise.all([
    query(LatestTransactionsDocument, { first: TRANSACTIONS_SHOWN }),
    parent().then(({ funds, fundProblems }) => {
      if (funds.length === 0 && fundProblems[0]) failPage(fundProblems[0]);
      return Promise.all(funds.slice(0, FUNDS_SHOWN).map((fund) => summarise(fund, currency)));
    }),
  ]);
  const ofFunds = shown.map(({ summary }) => summary.currency);
  const offered = new Set([...ofFunds, ...(currency === null ? [] : [currency]), ...WIDELY_USED]);
  return {
    currency,
    offered: [...offered],
    summaries: shown.map(({ summary }) => summary),
    insights: shown
      .flatMap(({ insights }) => insights ?? [])
      .toSorted((left, right) => right.effectiveDate.localeCompare(left.effectiveDate))
      .slice(0, INSIGHTS_SHOWN),
    insightsMissing: shown.some(({ insights }) => insights === null),
    insightProblems: shown.flatMap(({ insightProblems }) => insightProblems),
    transactions: newest(data?.funds.nodes.flatMap(({ transactions }) => transactions.nodes) ?? []),
    transactionProblems: problems,
  };
};

// Two queries per fund: an unavailable fund or subgraph does not empty the page.
async function summarise(fund: FundNameFragment, currency: string | null) {
  const [figures, insights] = await Promise.all([
    query(FundSummaryDocument, { id: fund.id, currency }),
    query(FundInsightsDocument, { id: fund.id, first: INSIGHTS_SHOWN }),
  ]);
  const found = insights.data?.fund?.insights?.nodes ?? null;
  return {
    summary: { ...fund, summary: figures.data?.fund ?? null, problems: figures.problems },
    insights: found?.map((insight) => ({ ...insight, fundName: fund.name })) ?? null,
    insightProblems: insights.problems,
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
