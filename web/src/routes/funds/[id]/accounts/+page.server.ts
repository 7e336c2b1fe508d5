import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { newKey } from "#lib/forms/idempotency-key.ts";
import {
  OpenAccountDocument,
  UnitAccountsDocument,
  type AccountType,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { readChart } from "#lib/server/graph/fund-chart.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { readerMessages } from "#lib/server/reader-language.ts";
import type { Actions, PageServerLoad } from "./$types";

const TYPES: ReadonlySet<string> = new Set([
  "ASSET",
  "LIABILITY",
  "EQUITY",
  "INCOME",
  "EXPENSE",
] satisfies AccountType[]);

const UNITS_PER_PAGE = 50;

export const load: PageServerLoad = async ({ depends, params: { id }, url }) => {
  depends("allfunds:accounts");
  const after = url.searchParams.get("after");
  const [{ fund, accounts, problems }, units] = await Promise.all([
    readChart(id),
    query(UnitAccountsDocument, { id, first: UNITS_PER_PAGE, after }),
  ]);
  return {
    fund,
    accounts,
    units: units.data?.fund?.accounts ?? null,
    after,
    problems: [...problems, ...units.problems],
    fresh: { code: "", name: "", type: "ASSET", currency: fund.currency, idempotencyKey: newKey() },
  };
};

export const actions: Actions = {
  open: async ({ params: { id }, request }) => {
    const form = await request.formData();
    const values = {
      code: textOf(form, "code"),
      name: textOf(form, "name"),
      type: textOf(form, "type"),
      currency: textOf(form, "currency").toUpperCase(),
      idempotencyKey: textOf(form, "idempotencyKey"),
    };
    if (!TYPES.has(values.type))
      return fail(400, { values, problem: readerMessages()("refused.accountKind") });
    const { data, problems } = await mutate(OpenAccountDocument, {
      input: { ...values, fundId: id, type: values.type as AccountType },
    });
    if (!data) return fail(422, { values, problem: sentenceOf(problems[0]) });
    redirect(303, `/funds/${id}/accounts?opened=${data.openAccount.id}`);
  },
};
