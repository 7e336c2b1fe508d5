import { randomUUID } from "node:crypto";
import { redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { refuse } from "#lib/forms/refusal.ts";
import {
  FundMonthEndDocument,
  FundRevaluationDocument,
  RevalueCurrenciesDocument,
} from "#lib/graph/graph-types.generated.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { Actions, PageServerLoad } from "./$types";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const load: PageServerLoad = async ({
  cookies,
  locals,
  params: { id },
  url: { searchParams },
}) => {
  const wanted = searchParams.get("day") ?? "";
  const day = DAY.test(wanted) ? wanted : lastMonthEnd(readerToday(cookies));
  const [checks, revaluation] = await Promise.all([
    query(FundMonthEndDocument, { id, day }),
    query(FundRevaluationDocument, { id, on: day }),
  ]);
  const { monthEnd, ...fund } = required(checks.data?.fund, checks.problems, "fund");
  return {
    fund,
    monthEnd,
    day,
    revaluation: revaluation.data?.fund?.currencyRevaluation ?? null,
    revaluationProblems: revaluation.problems,
    mayPost: locals.session?.viewer.may.post ?? false,
    revalued: searchParams.get("revalued"),
    idempotencyKey: randomUUID(),
  };
};

/** The last day of the month before a day. */
function lastMonthEnd(today: string): string {
  const [year = 0, month = 1] = today.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, 0)).toISOString().slice(0, 10);
}

export const actions: Actions = {
  revalue: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const on = textOf(form, "day");
    const { data, problems } = await mutate(RevalueCurrenciesDocument, {
      input: { fundId: id, on, idempotencyKey: textOf(form, "idempotencyKey") },
    });
    if (!data) return refuse("revalue", form, problems);
    const posted = data.revalueCurrencies.transaction?.id ?? "none";
    return redirect(303, `?${new URLSearchParams({ day: on, revalued: posted })}`);
  },
};
