import {
  ReviewApprovalsDocument,
  ReviewOfFundDocument,
  type FundNameFragment,
} from "#lib/graph/graph-types.generated.ts";
import { query } from "#lib/server/graph/graphql.ts";
import type { PageServerLoad } from "./$types";

/** A count beyond this is shown as "more than". */
const MOST_COUNTED = 50;
const FUNDS_AT_ONCE = 4;

export const load: PageServerLoad = async ({ depends, parent }) => {
  depends("allfunds:review");
  const { funds, fundProblems } = await parent();
  const approvals = query(ReviewApprovalsDocument, { first: MOST_COUNTED });
  const reviews: Awaited<ReturnType<typeof reviewOf>>[] = [];
  for (let start = 0; start < funds.length; start += FUNDS_AT_ONCE) {
    reviews.push(...(await Promise.all(funds.slice(start, start + FUNDS_AT_ONCE).map(reviewOf))));
  }
  const { data, problems } = await approvals;
  return {
    approvals: counted(data?.proposals),
    changes: counted(data?.changeProposals),
    reviews: reviews.map(({ review }) => review),
    problems: [...fundProblems, ...problems, ...reviews.flatMap((each) => each.problems)],
  };
};

async function reviewOf({ id, name }: FundNameFragment) {
  const { data, problems } = await query(ReviewOfFundDocument, { id, first: MOST_COUNTED });
  const statements = data?.fund?.statements;
  return {
    review: {
      id,
      name,
      categories: counted(data?.fund?.transactionsByCategory),
      statements: statements?.nodes.filter(({ openLines }) => openLines > 0) ?? null,
    },
    problems,
  };
}

/** How many items a list has, as far as it was read; null when it could not be. */
function counted(
  list: { nodes: readonly unknown[]; pageInfo: { hasNextPage: boolean } } | null | undefined,
): { count: number; isMore: boolean } | null {
  if (!list) return null;
  return { count: list.nodes.length, isMore: list.pageInfo.hasNextPage };
}
