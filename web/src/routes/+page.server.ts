import { FUND_SUMMARY } from "#lib/graph/figures.ts";
import { LATEST_TRANSACTIONS } from "#lib/graph/funds.ts";
import { query } from "#lib/server/graphql.ts";
import { failPage } from "#lib/server/required.ts";
import type { PageServerLoad } from "./$types";

const TRANSACTIONS_SHOWN = 12;
const FUNDS_SHOWN = 12;

export const load: PageServerLoad = async ({ depends, parent }) => {
  depends("allfunds:overview");
  const latest = query(LATEST_TRANSACTIONS, { first: TRANSACTIONS_SHOWN });
  const { funds, fundProblems } = await parent();
  if (funds.length === 0 && fundProblems[0]) failPage(fundProblems[0]);
  // One query per fund: a fund whose figures fail does not take the others with it.
  const summaries = await Promise.all(
    funds.slice(0, FUNDS_SHOWN).map(async (fund) => {
      const { data, problems } = await query(FUND_SUMMARY, { id: fund.id });
      return { ...fund, summary: data?.fund ?? null, problems };
    }),
  );
  const { data, problems } = await latest;
  return {
    summaries,
    transactions: newest(data?.funds.nodes.flatMap(({ transactions }) => transactions.nodes) ?? []),
    transactionProblems: problems,
  };
};

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
