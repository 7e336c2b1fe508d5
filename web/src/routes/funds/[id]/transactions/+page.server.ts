import { fail } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import {
  FundChartDocument,
  ReverseTransactionsDocument,
  SetCategoryDocument,
  TransactionListDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { sentenceFor } from "#lib/problem-sentences.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerLanguage, readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { idsOf, MOST_CATEGORISED, outcomeOf } from "#lib/transaction-list/bulk-form.ts";
import {
  checkTransactionQuery,
  orderOf,
  readTransactionQuery,
  toTransactionFilter,
} from "#lib/transaction-list/transaction-query.ts";
import type { Actions, PageServerLoad } from "./$types";

const ROWS_PER_PAGE = 50;
const MOST_REVERSED = 1_000;
/** Categories that are set at the same time. */
const AT_ONCE = 4;
const ABSENT = {
  code: "FUND_NOT_FOUND",
  message: "There is no fund with this id. Choose a fund from the overview.",
};

export const load: PageServerLoad = async (event) => {
  const {
    cookies,
    depends,
    params: { id },
    url,
  } = event;
  depends("allfunds:transactions");
  const asked = readTransactionQuery(url.searchParams);
  const errors = checkTransactionQuery(asked, readerLanguage(event), await readerMessages());
  const after = url.searchParams.get("after");
  const before = url.searchParams.get("before");
  const isReadable = Object.keys(errors).length === 0;
  const wanted = {
    id,
    filter: isReadable ? toTransactionFilter(asked, readerPoint()) : {},
    order: orderOf(asked),
  };
  const [books, list] = await Promise.all([
    query(FundChartDocument, { id }),
    !isReadable
      ? undefined
      : query(TransactionListDocument, {
          ...wanted,
          first: ROWS_PER_PAGE,
          after,
          before,
          last: before === null ? null : ROWS_PER_PAGE,
        }),
  ]);
  return {
    fund: required(books.data?.fund, books.problems, ABSENT),
    list: list?.data?.fund?.transactions ?? null,
    problems: list?.problems ?? [],
    asked,
    errors,
    wanted,
    today: readerToday(cookies),
  };
};

const NOT_SELECTED = "Select the transactions again: the selection did not arrive.";

/** What a form for many transactions does. It returns what became of each of them. */
export const actions: Actions = {
  reverse: async ({ request }) => {
    const form = await request.formData();
    const [reason, effectiveDate] = [textOf(form, "reason"), textOf(form, "effectiveDate")];
    const transactionIds = idsOf(form, MOST_REVERSED);
    if (transactionIds === undefined) return fail(400, { problem: NOT_SELECTED });
    if (reason === "") return fail(400, { problem: "Enter the reason." });
    if (effectiveDate === "") return fail(400, { problem: "Choose a value date." });
    const { data, problems } = await mutate(ReverseTransactionsDocument, {
      input: {
        transactionIds,
        description: reason,
        effectiveDate,
        idempotencyKey: textOf(form, "idempotencyKey") || null,
      },
    });
    if (!data) return fail(422, { problem: sentenceOf(problems[0]) });
    const refusals = data.reverseTransactions.results.map(({ error }) =>
      error ? sentenceFor(error.code, error.message) : undefined,
    );
    return { outcome: outcomeOf("reverse", refusals) };
  },
  categorise: async ({ request }) => {
    const form = await request.formData();
    const ids = idsOf(form, MOST_CATEGORISED);
    if (ids === undefined) return fail(400, { problem: NOT_SELECTED });
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
