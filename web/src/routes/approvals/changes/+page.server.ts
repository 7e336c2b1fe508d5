import { PROPOSALS_PER_PAGE, readProposalQuery } from "#lib/approvals/proposal-list.ts";
import { ChangesDocument } from "#lib/graph/graph-types.generated.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ url }) => {
  const { status, after } = readProposalQuery(url.searchParams);
  const { data, problems } = await query(ChangesDocument, {
    status,
    first: PROPOSALS_PER_PAGE,
    after,
  });
  const { nodes, pageInfo } = required(data?.changeProposals, problems, "list");
  return { changes: nodes, pageInfo, status, after, problems };
};
