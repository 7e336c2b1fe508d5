import { error, fail, redirect } from "@sveltejs/kit";
import {
  DismissInsightDocument,
  FundBooksDocument,
  FundForecastDocument,
  FundHistoryDocument,
  FundInsightsDocument,
  LanguageModelDocument,
  PostTransactionDocument,
} from "#lib/graph/graph-types.generated.ts";
import { readForecastAge } from "#lib/charts/forecast-outcome.ts";
import { lastMonthEnds } from "#lib/dates/calendar-months.ts";
import { textOf } from "#lib/forms/form-data.ts";
import { readChart } from "#lib/server/graph/fund-chart.ts";
import { mutate } from "#lib/server/graph/graphql.ts";
import { readerLanguage, readerMessages } from "#lib/server/reader-language.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { readLater, settle } from "#lib/server/graph/streamed.ts";
import { required } from "#lib/server/graph/required.ts";
import {
  checkJournal,
  currenciesOf,
  emptyLine,
  freshJournal,
  MAXIMUM_LINES,
  readJournal,
  toPostInput,
} from "#lib/transactions/journal-form.ts";
import { placeProblem } from "#lib/transactions/place-problem.ts";
import type { Actions, PageServerLoad } from "./$types";

const TRANSACTIONS_PER_PAGE = 25;
const FORECAST_MONTHS = 6;
const INSIGHTS_SHOWN = 6;

export const load: PageServerLoad = async ({ cookies, depends, params: { id }, url }) => {
  depends("allfunds:fund");
  const age = readForecastAge(url.searchParams.get("forecast"));
  const first = { id, first: TRANSACTIONS_PER_PAGE, after: url.searchParams.get("after") };
  // Several queries instead of one: an unavailable or slow subgraph does not hold the page up.
  const books = readLater(FundBooksDocument, first);
  const slow = {
    history: readLater(FundHistoryDocument, { id }),
    forecast: readLater(FundForecastDocument, {
      id,
      horizon: Math.max(FORECAST_MONTHS, age),
      asOf: age === 0 ? null : (lastMonthEnds(readerToday(cookies), age + 1).at(-1) ?? null),
    }),
    insights: readLater(FundInsightsDocument, { id, first: INSIGHTS_SHOWN }),
    model: readLater(LanguageModelDocument, {}),
  };
  const answer = await books.answer;
  const { accounts } = required(answer.data?.fund, answer.problems, "fund");
  return {
    books: { ...books, answer },
    // The books have as many accounts as a summary shows; what is posted may be to any.
    chart: accounts.pageInfo.hasNextPage ? (await readChart(id)).accounts : null,
    ...(await settle(slow, { cookies, url })),
    isFirstPage: !url.searchParams.has("after"),
    forecastAge: age,
    posted: url.searchParams.get("posted"),
    freshForm: freshJournal(readerToday(cookies)),
  };
};

export const actions: Actions = {
  post: async (event) => {
    const { request, params } = event;
    const values = readJournal(await request.formData());
    const { fund, accounts } = await readChart(params.id);
    const currencyOf = currenciesOf(accounts);
    const reading = { currencyOf, language: readerLanguage(event), base: fund.currency };
    const t = readerMessages();
    const errors = checkJournal(values, reading, t);
    if (Object.keys(errors).length > 0) return fail(400, { values, errors });
    const { data, problems } = await mutate(PostTransactionDocument, {
      input: toPostInput(values, params.id, reading),
    });
    const problem = problems[0];
    if (problem?.code === "APPROVAL_REQUIRED" && problem.proposalId) {
      redirect(303, `/approvals/${problem.proposalId}?new`);
    }
    if (problem || !data) {
      const refused = problem ?? {
        code: "INTERNAL_ERROR",
        message: t("post.notSent"),
      };
      return fail(422, { values, errors: placeProblem(refused, values, t) });
    }
    return redirect(303, `/funds/${params.id}?posted=${data.postTransaction.id}#transactions`);
  },
  dismiss: async ({ request, params }) => {
    const id = textOf(await request.formData(), "id");
    const { problems } = await mutate(DismissInsightDocument, { id });
    const problem = problems[0];
    // Another person's dismissal has the same effect.
    if (problem && problem.code !== "NOT_FOUND") error(422, problem.message);
    return redirect(303, `/funds/${params.id}#insights-title`);
  },
  // For browsers without scripts: returns the same form with one more line.
  addLine: async ({ request }) => {
    const values = readJournal(await request.formData());
    if (values.lines.length < MAXIMUM_LINES) values.lines.push(emptyLine());
    return { values, errors: {} };
  },
};
