import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import {
  AnswerJobDocument,
  AskQuestionDocument,
  FundPositionDocument,
  StartAnswerDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { inReaderWords } from "#lib/server/graph/reader-words.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerLanguage, readerMessages } from "#lib/server/reader-language.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "ask");
  const { data, problems } = await query(FundPositionDocument, { id: event.params.id });
  return {
    fund: required(data?.fund, problems, "fund"),
    key: crypto.randomUUID(),
    job: await loadJob(event.url.searchParams.get("job")),
  };
};

async function loadJob(id: string | null) {
  if (id === null) return null;
  const { data } = await query(AnswerJobDocument, { id });
  const job = data?.analyticsJob;
  return job && "answer" in job ? { ...job, error: inReaderWords(job.error) } : null;
}

const SHORTEST_QUESTION = 3;

/** A question that shows no language is answered in the reader's. */
const ANSWERED_IN = { en: "EN", de: "DE", he: "HE" } as const;

export const actions: Actions = {
  default: async ({ request, params, cookies }) => {
    const form = await request.formData();
    const question = textOf(form, "question");
    if (question.length < SHORTEST_QUESTION) {
      const t = readerMessages();
      return fail(400, { question, problem: t("ask.writeQuestion") });
    }
    const input = {
      question,
      fundId: params.id,
      readerLanguage: ANSWERED_IN[readerLanguage({ cookies, request })],
      idempotencyKey: textOf(form, "key") || null,
    };
    const started = await mutate(StartAnswerDocument, { input });
    if (started.data) redirect(303, `?job=${started.data.startAnswer.id}`);
    const [refusal] = started.problems;
    // The issuer has no token exchange: the request itself has to wait for the answer.
    const asked =
      refusal?.code === "DELEGATION_UNSUPPORTED"
        ? await mutate(AskQuestionDocument, { input })
        : undefined;
    if (asked?.data) return { question, answer: asked.data.ask };
    const problem = sentenceOf(asked === undefined ? refusal : asked.problems[0]);
    return fail(422, { question, problem });
  },
};
