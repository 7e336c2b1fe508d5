import { randomUUID } from "node:crypto";
import { fail, redirect } from "@sveltejs/kit";
import { readRule } from "#lib/categories/rule-form.ts";
import { textOf } from "#lib/forms/form-data.ts";
import {
  CategoryJobDocument,
  CategoryRuleDryRunDocument,
  CategoryRulesDocument,
  DeleteCategoryRuleDocument,
  DeletePayeeRuleDocument,
  RecategorisationPreviewDocument,
  RecategoriseDocument,
  RunCategoryRuleDocument,
  SaveCategoryRuleDocument,
  UndoCategoryChangeDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf, type Problem } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { inReaderWords } from "#lib/server/graph/reader-words.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const PAYEE_RULES_PER_PAGE = 20;

export const load: PageServerLoad = async ({ params: { id }, url: { searchParams } }) => {
  const after = searchParams.get("after");
  const variables = { id, first: PAYEE_RULES_PER_PAGE, after };
  const { data, problems } = await query(CategoryRulesDocument, variables);
  const fund = required(data?.fund, problems, "fund");
  const rules = required(data?.categoryRules, problems, "list");
  const categories = required(data?.categories, problems, "list");
  const payeeRules = required(fund.payeeRules, problems, "list");
  return {
    fund: { id: fund.id, name: fund.name, currency: fund.currency },
    rules: rules.filter((rule) => rule.fund === null || rule.fund.id === fund.id),
    payeeRules: payeeRules.nodes,
    pageInfo: payeeRules.pageInfo,
    isFirstPage: after === null,
    categories,
    problems,
    job: await loadJob(searchParams.get("job")),
    done: searchParams.get("done"),
    idempotencyKey: randomUUID(),
  };
};

async function loadJob(id: string | null) {
  if (id === null) return null;
  const { data } = await query(CategoryJobDocument, { id });
  const job = data?.analyticsJob;
  if (!job) return null;
  return {
    ...job,
    error: inReaderWords(job.error),
    change: "change" in job ? job.change : null,
    moves: "moves" in job ? job.moves : [],
  };
}

const refuse = (problems: readonly Problem[]) => fail(422, { problem: sentenceOf(problems[0]) });

/** Back to the page, which shows the job or states what was done. */
const back = (fundId: string, search: Readonly<Record<string, string>>) =>
  redirect(303, `/funds/${fundId}/categories/rules?${new URLSearchParams(search)}`);

/** The rule of a form, with the currency that the page was rendered with. */
async function ruleOf(request: Request, fundId: string) {
  const { data } = await query(CategoryRulesDocument, { id: fundId, first: 1, after: null });
  const currency = data?.fund?.currency ?? "";
  return readRule(await request.formData(), { id: fundId, currency });
}

export const actions: Actions = {
  save: async ({ request, params: { id } }) => {
    const input = await ruleOf(request, id);
    const { data, problems } = await mutate(SaveCategoryRuleDocument, { input });
    if (data) return back(id, { done: "saved" });
    return fail(422, { problem: sentenceOf(problems[0]), draft: input });
  },
  try: async ({ request, params: { id } }) => {
    const rule = { ...(await ruleOf(request, id)), idempotencyKey: null };
    const { data, problems } = await query(CategoryRuleDryRunDocument, { rule });
    const tried = data?.categoryRuleDryRun;
    if (tried) return { tried: { name: rule.name, ...tried }, draft: rule };
    return fail(422, { problem: sentenceOf(problems[0]), draft: rule });
  },
  run: async ({ request, params: { id } }) => {
    const ruleId = textOf(await request.formData(), "ruleId");
    const { data, problems } = await mutate(RunCategoryRuleDocument, { ruleId });
    return data ? back(id, { job: data.runCategoryRule.id }) : refuse(problems);
  },
  delete: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const variables = { ruleId: textOf(form, "ruleId"), takeBack: form.has("takeBack") };
    const { data, problems } = await mutate(DeleteCategoryRuleDocument, variables);
    return data ? back(id, { done: "deleted" }) : refuse(problems);
  },
  deletePayee: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const input = { ruleId: textOf(form, "ruleId"), takeBack: form.has("takeBack") };
    const { data, problems } = await mutate(DeletePayeeRuleDocument, { input });
    return data ? back(id, { done: "deleted" }) : refuse(problems);
  },
  undo: async ({ request, params: { id } }) => {
    const changeId = textOf(await request.formData(), "changeId");
    const { data, problems } = await mutate(UndoCategoryChangeDocument, { input: { changeId } });
    return data ? back(id, { done: "undone" }) : refuse(problems);
  },
  preview: async ({ params: { id } }) => {
    const { data, problems } = await query(RecategorisationPreviewDocument, { fundId: id });
    const preview = data?.recategorisationPreview;
    return preview ? { preview } : refuse(problems);
  },
  recategorise: async ({ params: { id } }) => {
    const { data, problems } = await mutate(RecategoriseDocument, { fundId: id });
    return data ? back(id, { job: data.recategorise.id }) : refuse(problems);
  },
};
