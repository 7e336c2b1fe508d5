import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import {
  ApproveProposalDocument,
  ProposalDocument,
  RejectProposalDocument,
  WithdrawProposalDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf, type Problem } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const ABSENT = {
  code: "NOT_FOUND",
  message: "There is no proposal with this id. Choose one from the list of approvals.",
};

export const load: PageServerLoad = async ({ params, url }) => {
  const { data, problems } = await query(ProposalDocument, { id: params.id });
  return {
    proposal: required(data?.proposal, problems, ABSENT),
    problems,
    isNew: url.searchParams.has("new"),
  };
};

/** The page itself shows the decision, so a success returns to it. */
function finish(id: string, reason: string, data: object | undefined, problems: Problem[]) {
  if (!data) return fail(422, { problem: sentenceOf(problems[0]), reason });
  redirect(303, `/approvals/${id}`);
}

export const actions: Actions = {
  approve: async ({ params: { id } }) => {
    const { data, problems } = await mutate(ApproveProposalDocument, { id });
    return finish(id, "", data, problems);
  },
  reject: async ({ request, params: { id } }) => {
    const reason = textOf(await request.formData(), "reason");
    if (reason === "") return fail(422, { problem: "Enter a reason for the rejection.", reason });
    const { data, problems } = await mutate(RejectProposalDocument, { id, reason });
    return finish(id, reason, data, problems);
  },
  withdraw: async ({ params: { id } }) => {
    const { data, problems } = await mutate(WithdrawProposalDocument, { id });
    return finish(id, "", data, problems);
  },
};
