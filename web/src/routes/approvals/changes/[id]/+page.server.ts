import {
  ApproveChangeDocument,
  ChangeDocument,
  RejectChangeDocument,
  WithdrawChangeDocument,
} from "#lib/graph/graph-types.generated.ts";
import { decisionActions, refusalFor } from "#lib/server/approvals/decisions.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ params, url }) => {
  const { data, problems } = await query(ChangeDocument, { id: params.id });
  const change = required(data?.changeProposal, problems, "proposal");
  return {
    change,
    refusal: refusalFor(change.mayNotApprove),
    problems,
    isNew: url.searchParams.has("new"),
  };
};

export const actions: Actions = decisionActions({
  pageOf: (id) => `/approvals/changes/${id}`,
  approve: (id) => mutate(ApproveChangeDocument, { id }),
  reject: (id, reason) => mutate(RejectChangeDocument, { id, reason }),
  withdraw: (id) => mutate(WithdrawChangeDocument, { id }),
});
