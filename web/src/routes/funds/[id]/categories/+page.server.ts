import { randomUUID } from "node:crypto";
import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import {
  AcceptCategoryDocument,
  CategoryOfOneDocument,
  CategoryReviewDocument,
  SetCategoryDocument,
  UndoCategoryChangeDocument,
  type CategorisedTransactionFilter,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf, type Problem } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const TRANSACTIONS_PER_PAGE = 20;

export const load: PageServerLoad = async ({ params: { id }, url: { searchParams } }) => {
  const transactionId = searchParams.get("transaction");
  const category = searchParams.get("category") || null;
  const counted = countedOf(searchParams);
  const shown =
    transactionId === null
      ? await loadList(
          id,
          category === null ? null : { category, ...counted },
          searchParams.get("after"),
        )
      : await loadOne(id, transactionId);
  return {
    ...shown,
    alone: transactionId !== null,
    category:
      category === null
        ? null
        : (shown.categories.find(({ code }) => code === category) ?? {
            code: category,
            name: category,
          }),
    counted,
    isFirstPage: !searchParams.has("after"),
    done: searchParams.get("done"),
    changed: Number(searchParams.get("changed") ?? 0),
    idempotencyKeys: Object.fromEntries(
      shown.transactions.map((transaction) => [transaction.id, randomUUID()]),
    ),
  };
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const CURRENCY = /^[A-Z]{3}$/;
const LISTED: ReadonlySet<string> = new Set(["category", "currency", "from", "to"]);

/** What a figure counts of a category: money in one currency between two days; null for all of the category. */
function countedOf(searchParams: URLSearchParams) {
  const [from, to, currency] = ["from", "to", "currency"].map(
    (name) => searchParams.get(name) ?? "",
  );
  if (!from || !to || !currency) return null;
  if (!DAY.test(from) || !DAY.test(to) || !CURRENCY.test(currency)) return null;
  return { from, to, currency, movesMoney: true };
}

/** The transactions of a category, or those whose category waits for a person. */
async function loadList(
  id: string,
  ofCategory: CategorisedTransactionFilter | null,
  after: string | null,
) {
  const { data, problems } = await query(CategoryReviewDocument, {
    id,
    filter: ofCategory ?? { needsReview: true },
    first: TRANSACTIONS_PER_PAGE,
    after,
  });
  const fund = required(data?.fund, problems, "fund");
  const { nodes, pageInfo } = required(fund.transactionsByCategory, problems, "list");
  const categories = required(data?.categories, problems, "list");
  return { fund, categories, transactions: nodes, pageInfo, problems };
}

async function loadOne(id: string, transactionId: string) {
  const { data, problems } = await query(CategoryOfOneDocument, { id, transactionId });
  const fund = required(data?.fund, problems, "fund");
  const categories = required(data?.categories, problems, "list");
  const transaction = required(data?.transaction, problems, "transaction");
  return { fund, categories, transactions: [transaction], pageInfo: null, problems };
}

interface Made {
  readonly id: string;
  readonly changed: number;
}

/** What the list of a form is narrowed to. */
const listedOf = (form: FormData): [name: string, value: string][] =>
  [...new URLSearchParams(textOf(form, "listed"))].filter(([name]) => LISTED.has(name));

/** Back to the list, which is one shorter, or to the transaction; either offers to undo the change. */
function finish(form: FormData, fundId: string, made: Made | undefined, problems: Problem[]) {
  if (!made) return fail(422, { problem: sentenceOf(problems[0]) });
  const search = new URLSearchParams({ done: made.id, changed: String(made.changed) });
  if (textOf(form, "alone") !== "") search.set("transaction", textOf(form, "transactionId"));
  for (const [name, value] of listedOf(form)) search.set(name, value);
  redirect(303, `/funds/${fundId}/categories?${search}`);
}

export const actions: Actions = {
  set: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const input = {
      transactionId: textOf(form, "transactionId"),
      category: textOf(form, "category"),
      scope: textOf(form, "scope") === "PAYEE" ? ("PAYEE" as const) : ("THIS" as const),
      idempotencyKey: textOf(form, "idempotencyKey") || null,
    };
    const { data, problems } = await mutate(SetCategoryDocument, { input });
    return finish(form, id, data?.setCategory, problems);
  },
  accept: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const input = {
      transactionId: textOf(form, "transactionId"),
      idempotencyKey: textOf(form, "idempotencyKey") || null,
    };
    const { data, problems } = await mutate(AcceptCategoryDocument, { input });
    return finish(form, id, data?.acceptCategory, problems);
  },
  undo: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const changeId = textOf(form, "changeId");
    const { data, problems } = await mutate(UndoCategoryChangeDocument, { input: { changeId } });
    if (!data) return fail(422, { problem: sentenceOf(problems[0]) });
    const back = new URLSearchParams(listedOf(form));
    if (textOf(form, "alone") !== "") back.set("transaction", textOf(form, "transactionId"));
    redirect(303, `/funds/${id}/categories${back.size === 0 ? "" : `?${back}`}`);
  },
};
