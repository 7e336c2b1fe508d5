import { readerPoint } from "#lib/server/reader-language.ts";
import { redirect } from "@sveltejs/kit";
import { readLimit } from "#lib/approvals/limit-form.ts";
import { PROPOSALS_PER_PAGE, readProposalQuery } from "#lib/approvals/proposal-list.ts";
import { settle } from "#lib/forms/refusal.ts";
import {
  ApprovalLimitsDocument,
  ProposalsDocument,
  SetApprovalLimitDocument,
} from "#lib/graph/graph-types.generated.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ url }) => {
  const { status, after } = readProposalQuery(url.searchParams);
  const [{ data, problems }, limits] = await Promise.all([
    query(ProposalsDocument, { status, first: PROPOSALS_PER_PAGE, after }),
    query(ApprovalLimitsDocument, {}),
  ]);
  const { nodes, pageInfo } = required(data?.proposals, problems, "list");
  return {
    proposals: nodes,
    pageInfo,
    status,
    after,
    problems: [...problems, ...limits.problems],
    limits: limits.data?.approvalLimits.nodes ?? [],
  };
};

export const actions: Actions = {
  setLimit: async ({ request }) => {
    const form = await request.formData();
    const answer = await mutate(SetApprovalLimitDocument, {
      input: readLimit(form, readerPoint()),
    });
    const [problem] = answer.problems;
    if (problem?.code === "APPROVAL_REQUIRED" && problem.proposalId) {
      redirect(303, `/approvals/changes/${problem.proposalId}?new`);
    }
    return settle("setLimit", form, answer, "/approvals");
  },
};
