import {
  ApproveProposalDocument,
  ProposalDocument,
  RejectProposalDocument,
  WithdrawProposalDocument,
} from "#lib/graph/graph-types.generated.ts";
import { decisionActions, refusalFor } from "#lib/server/approvals/decisions.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ params, url }) => {
  const { data, problems } = await query(ProposalDocument, { id: params.id });
  const proposal = required(data?.proposal, problems, "proposal");
  return {
    proposal,
    refusal: refusalFor(proposal.mayNotApprove),
    problems,
    isNew: url.searchParams.has("new"),
  };
};

export const actions: Actions = decisionActions({
  pageOf: (id) => `/approvals/${id}`,
  approve: (id) => mutate(ApproveProposalDocument, { id }),
  reject: (id, reason) => mutate(RejectProposalDocument, { id, reason }),
  withdraw: (id) => mutate(WithdrawProposalDocument, { id }),
});
