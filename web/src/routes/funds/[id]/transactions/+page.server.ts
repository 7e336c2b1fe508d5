import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import {
  ReverseTransactionsDocument,
  SetCategoryDocument,
  TransactionListDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { readChart } from "#lib/server/graph/fund-chart.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { sentenceFor } from "#lib/server/graph/problem-sentences.ts";
import { readerLanguage, readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import { MOST_VIEWS, subjectOf } from "#lib/server/views/saved-views.ts";
import { viewOf } from "#lib/transaction-list/saved-view.ts";
import { idsOf, MOST_CATEGORISED, outcomeOf } from "#lib/transaction-list/bulk-form.ts";
import {
  checkTransactionQuery,
  knownAtOf,
  orderOf,
  readTransactionQuery,
  toTransactionFilter,
  transactionSearch,
} from "#lib/transaction-list/transaction-query.ts";
import type { Actions, PageServerLoad } from "./$types";

const ROWS_PER_PAGE = 50;
const MOST_REVERSED = 1_000;
/** Categories that are set at the same time. */
const AT_ONCE = 4;

export const load: PageServerLoad = async (event) => {
  const {
    cookies,
    depends,
    locals,
    params: { id },
    url,
  } = event;
  depends("allfunds:transactions");
  const asked = readTransactionQuery(url.searchParams);
  const errors = checkTransactionQuery(asked, readerLanguage(event), readerMessages());
  const after = url.searchParams.get("after");
  const before = url.searchParams.get("before");
  const isReadable = Object.keys(errors).length === 0;
  const wanted = {
    id,
    filter: isReadable ? toTransactionFilter(asked, readerPoint()) : {},
    order: orderOf(asked),
  };
  const [chart, views, list] = await Promise.all([
    readChart(id),
    signIn().views.list(subjectOf(locals), id),
    !isReadable
      ? undefined
      : query(TransactionListDocument, {
          ...wanted,
          knownAt: knownAtOf(asked),
          first: ROWS_PER_PAGE,
          after,
          before,
          last: before === null ? null : ROWS_PER_PAGE,
        }),
  ]);
  return {
    fund: chart.fund,
    accounts: chart.accounts,
    list: list?.data?.fund?.transactions ?? null,
    problems: [...chart.problems, ...(list?.problems ?? [])],
    views,
    asked,
    errors,
    knownAt: isReadable ? knownAtOf(asked) : null,
    wanted,
    today: readerToday(cookies),
  };
};

/** What a form for many transactions does. It returns what became of each of them. */
export const actions: Actions = {
  keepView: async ({ locals, params: { id }, request, url }) => {
    const asked = readTransactionQuery(url.searchParams);
    const view = viewOf(textOf(await request.formData(), "name"), id, asked, readerPoint());
    const t = readerMessages();
    if (view === undefined) return fail(400, { viewProblem: t("views.badName") });
    if (!(await signIn().views.keep(subjectOf(locals), view))) {
      return fail(422, { viewProblem: t("views.tooMany", { count: MOST_VIEWS }) });
    }
    return redirect(303, `/funds/${id}/transactions?${view.search}`);
  },
  dropView: async ({ locals, params: { id }, request, url }) => {
    await signIn().views.drop(subjectOf(locals), textOf(await request.formData(), "name"));
    const asked = readTransactionQuery(url.searchParams);
    return redirect(303, `/funds/${id}/transactions${transactionSearch(asked)}`);
  },
  reverse: async ({ cookies, locals: { t }, request }) => {
    const form = await request.formData();
    const [reason, effectiveDate] = [textOf(form, "reason"), textOf(form, "effectiveDate")];
    const transactionIds = idsOf(form, MOST_REVERSED);
    if (transactionIds === undefined) return fail(400, { problem: t("refused.selection") });
    if (reason === "") return fail(400, { problem: t("refused.reason") });
    if (effectiveDate === "") return fail(400, { problem: t("refused.valueDate") });
    const { data, problems } = await mutate(ReverseTransactionsDocument, {
      input: {
        transactionIds,
        description: reason,
        effectiveDate,
        idempotencyKey: textOf(form, "idempotencyKey") || null,
      },
    });
    if (!data) return fail(422, { problem: sentenceOf(problems[0]) });
    const wording = { language: readerLanguage({ cookies, request }), t };
    const refusals = data.reverseTransactions.results.map(({ error }) =>
      error ? sentenceFor(error.code, error.message, wording) : undefined,
    );
    return { outcome: outcomeOf("reverse", refusals) };
  },
  categorise: async ({ locals: { t }, request }) => {
    const form = await request.formData();
    const ids = idsOf(form, MOST_CATEGORISED);
    if (ids === undefined) return fail(400, { problem: t("refused.selection") });
    const category = textOf(form, "category");
    const key = textOf(form, "idempotencyKey");
    const refusals: (string | undefined)[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const set = ids.slice(at, at + AT_ONCE).map(async (transactionId) => {
        const idempotencyKey = key && `${key}-${transactionId}`;
        const input = { transactionId, category, scope: "THIS" as const, idempotencyKey };
        const { data, problems } = await mutate(SetCategoryDocument, { input });
        return data ? undefined : sentenceOf(problems[0]);
      });
      refusals.push(...(await Promise.all(set)));
    }
    return { outcome: outcomeOf("categorise", refusals) };
  },
};
