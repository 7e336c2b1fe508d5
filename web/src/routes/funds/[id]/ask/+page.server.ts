import { fail } from "@sveltejs/kit";
import { AskQuestionDocument, FundAccountsDocument } from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import type { Actions, PageServerLoad } from "./$types";

const ABSENT = {
  code: "FUND_NOT_FOUND",
  message: "There is no fund with this id. Choose a fund from the overview.",
};

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "ask");
  const { data, problems } = await query(FundAccountsDocument, { id: event.params.id });
  return { fund: required(data?.fund, problems, ABSENT), key: crypto.randomUUID() };
};

const SHORTEST_QUESTION = 3;

export const actions: Actions = {
  default: async ({ request, params }) => {
    const form = await request.formData();
    const question = textOf(form, "question").trim();
    if (question.length < SHORTEST_QUESTION) {
      return fail(400, { question, problem: "Write a question." });
    }
    const { data, problems } = await mutate(AskQuestionDocument, {
      input: { question, fundId: params.id, idempotencyKey: textOf(form, "key") || null },
    });
    if (!data) return fail(422, { question, problem: sentenceOf(problems[0]) });
    return { question, answer: data.ask };
  },
};

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
