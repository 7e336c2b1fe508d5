import { readerPoint } from "#lib/server/reader-language.ts";
import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import {
  ApprovalLimitsDocument,
  ProposalsDocument,
  SetApprovalLimitDocument,
  type ProposalStatus,
} from "#lib/graph/graph-types.generated.ts";
import { readAmount } from "#lib/money/read-amount.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const PROPOSALS_PER_PAGE = 50;
const ABSENT = {
  code: "INTERNAL_ERROR",
  message: "The list of proposals is not available. Try again in a moment.",
};
const STATUSES: ReadonlySet<string> = new Set(["WAITING", "APPROVED", "REJECTED", "WITHDRAWN"]);

export const load: PageServerLoad = async ({ url }) => {
  const wanted = url.searchParams.get("status") ?? "WAITING";
  const status = STATUSES.has(wanted) ? (wanted as ProposalStatus) : null;
  const after = url.searchParams.get("after");
  const [{ data, problems }, limits] = await Promise.all([
    query(ProposalsDocument, { status, first: PROPOSALS_PER_PAGE, after }),
    query(ApprovalLimitsDocument, {}),
  ]);
  const { nodes, pageInfo } = required(data?.proposals, problems, ABSENT);
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
    const [currency, amount] = [textOf(form, "currency").toUpperCase(), textOf(form, "amount")];
    const input = {
      currency,
      // The graph explains what is no amount.
      amount: amount === "" ? null : (readAmount(amount, currency, readerPoint()) ?? amount),
      fundId: textOf(form, "fundId") || null,
    };
    const { data, problems } = await mutate(SetApprovalLimitDocument, { input });
    if (!data) return fail(422, { problem: sentenceOf(problems[0]) });
    redirect(303, "/approvals");
  },
};
