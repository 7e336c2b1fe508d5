import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { newKey } from "#lib/forms/idempotency-key.ts";
import {
  ClosePeriodDocument,
  FundPeriodsDocument,
  ReopenPeriodDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const PERIODS_PER_PAGE = 50;

export const load: PageServerLoad = async ({ depends, params: { id }, url }) => {
  depends("allfunds:periods");
  const after = url.searchParams.get("after");
  const { data, problems } = await query(FundPeriodsDocument, {
    id,
    first: PERIODS_PER_PAGE,
    after,
  });
  return { fund: required(data?.fund, problems, "fund"), after, idempotencyKey: newKey() };
};

export const actions: Actions = {
  close: async ({ locals: { t }, params: { id }, request }) => {
    const form = await request.formData();
    const values = { from: textOf(form, "from"), to: textOf(form, "to") };
    const idempotencyKey = textOf(form, "idempotencyKey");
    if (values.to === "") return fail(400, { values, problem: t("refused.lastDay") });
    const { data, problems } = await mutate(ClosePeriodDocument, {
      input: { fundId: id, from: values.from || null, to: values.to, idempotencyKey },
    });
    if (!data) return fail(422, { values, problem: sentenceOf(problems[0]) });
    redirect(303, `/funds/${id}/periods`);
  },
  reopen: async ({ locals: { t }, params: { id }, request }) => {
    const form = await request.formData();
    const [periodId, reason] = [textOf(form, "periodId"), textOf(form, "reason")];
    const reopened = { periodId, reason };
    if (reason === "") return fail(400, { reopened, problem: t("refused.reason") });
    const { data, problems } = await mutate(ReopenPeriodDocument, {
      input: { fundId: id, periodId, reason, idempotencyKey: textOf(form, "idempotencyKey") },
    });
    const [problem] = problems;
    if (problem?.code === "APPROVAL_REQUIRED" && problem.proposalId) {
      redirect(303, `/approvals/changes/${problem.proposalId}?new`);
    }
    if (!data) return fail(422, { reopened, problem: sentenceOf(problem) });
    redirect(303, `/funds/${id}/periods`);
  },
};
