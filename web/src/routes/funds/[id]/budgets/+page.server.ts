import { randomUUID } from "node:crypto";
import { monthAway, readBudget } from "#lib/budgets/budget-page.ts";
import { textOf } from "#lib/forms/form-data.ts";
import { settle } from "#lib/forms/refusal.ts";
import { FundBudgetPageDocument, SetBudgetDocument } from "#lib/graph/graph-types.generated.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { readerPoint } from "#lib/server/reader-language.ts";
import type { Actions, PageServerLoad } from "./$types";

const DAY = /^2\d{3}-(?:0[1-9]|1[0-2])-\d{2}$/;
const FACTS = 10;

export const load: PageServerLoad = async ({
  cookies,
  locals,
  params: { id },
  url: { searchParams },
}) => {
  const today = readerToday(cookies);
  const wanted = searchParams.get("day") ?? "";
  const day = monthAway(DAY.test(wanted) ? wanted : today, 0);
  const after = searchParams.get("after");
  const answer = await query(FundBudgetPageDocument, { id, day, facts: FACTS, after });
  const fund = required(answer.data?.fund, answer.problems, "fund");
  const period = searchParams.get("period") === "YEAR" ? ("YEAR" as const) : ("MONTH" as const);
  const lines = (period === "YEAR" ? fund.year : fund.month)?.lines ?? [];
  const [category, currency] = [searchParams.get("category"), searchParams.get("currency")];
  return {
    fund: { id: fund.id, name: fund.name, currency: fund.currency },
    month: fund.month,
    year: fund.year,
    facts: fund.budgetFacts,
    categories: answer.data?.categories ?? [],
    problems: answer.problems,
    day,
    today,
    isFirstPage: after === null,
    /** What the form begins with. */
    begun: category === null ? null : { category, currency: currency ?? fund.currency, period },
    /** What is set already; a year that is the sum of its months has nothing of its own. */
    line:
      lines.find(
        (line) =>
          line.category.code === category &&
          line.amount.currency === currency &&
          line.basis === period,
      ) ?? null,
    maySet: locals.session?.viewer.may.correct ?? false,
    done: searchParams.has("done"),
    idempotencyKey: randomUUID(),
  };
};

export const actions: Actions = {
  set: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const day = textOf(form, "day");
    const input = readBudget(form, { fundId: id, day, point: readerPoint() });
    const answer = await mutate(SetBudgetDocument, { input });
    return settle("set", form, answer, `/funds/${id}/budgets?${new URLSearchParams({ day })}&done`);
  },
};
