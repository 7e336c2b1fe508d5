import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { newKey } from "#lib/forms/idempotency-key.ts";
import {
  FundChartDocument,
  OpenAccountDocument,
  type AccountType,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { readerMessages } from "#lib/server/reader-language.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const TYPES: ReadonlySet<string> = new Set([
  "ASSET",
  "LIABILITY",
  "EQUITY",
  "INCOME",
  "EXPENSE",
] satisfies AccountType[]);

export const load: PageServerLoad = async ({ depends, params: { id } }) => {
  depends("allfunds:accounts");
  const { data, problems } = await query(FundChartDocument, { id });
  const fund = required(data?.fund, problems, "fund");
  return {
    fund,
    problems,
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
