import { PROPOSALS, type ProposalStatus } from "#lib/graph/proposals.ts";
import { query } from "#lib/server/graphql.ts";
import { required } from "#lib/server/required.ts";
import type { PageServerLoad } from "./$types";

const PROPOSALS_PER_PAGE = 50;
const ABSENT = { code: "INTERNAL_ERROR", message: "There is no list of proposals." };
const STATUSES: ReadonlySet<string> = new Set(["WAITING", "APPROVED", "REJECTED", "WITHDRAWN"]);

export const load: PageServerLoad = async ({ url, depends }) => {
  depends("allfunds:approvals");
  const wanted = url.searchParams.get("status") ?? "WAITING";
  const status = STATUSES.has(wanted) ? (wanted as ProposalStatus) : null;
  const after = url.searchParams.get("after");
  const { data, problems } = await query(PROPOSALS, { status, first: PROPOSALS_PER_PAGE, after });
  const { nodes, pageInfo } = required(data?.proposals, problems, ABSENT);
  return { proposals: nodes, pageInfo, status, after, problems };
};
