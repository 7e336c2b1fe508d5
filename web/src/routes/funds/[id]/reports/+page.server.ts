import {
  DimensionNamesDocument,
  FundPositionDocument,
  ReportedClassDocument,
} from "#lib/graph/graph-types.generated.ts";
import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { keptReport, readReportQuery, reportSearch } from "#lib/reports/report-query.ts";
import { readerMessages } from "#lib/server/reader-language.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import { MOST_VIEWS, subjectOf } from "#lib/server/views/saved-views.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { readReport } from "#lib/server/reports/read-report.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ cookies, depends, locals, params: { id }, url }) => {
  depends("allfunds:reports");
  const asked = readReportQuery(url.searchParams, readerToday(cookies));
  const [fund, { report, problems }, reported, known, kept] = await Promise.all([
    query(FundPositionDocument, { id }),
    readReport(id, asked),
    asked.classId === "" ? undefined : query(ReportedClassDocument, { id: asked.classId }),
    query(DimensionNamesDocument, {}),
    signIn().reports.list(subjectOf(locals), id),
  ]);
  return {
    shareClass: reported?.data?.shareClass ?? null,
    fund: required(fund.data?.fund, fund.problems, "fund"),
    asked,
    dimensions: known.data?.dimensions ?? [],
    kept,
    report: report ?? null,
    problems: [...problems, ...(reported?.problems ?? []), ...known.problems],
  };
};

export const actions: Actions = {
  keepView: async ({ cookies, locals, params: { id }, request, url }) => {
    const asked = readReportQuery(url.searchParams, readerToday(cookies));
    const kept = keptReport(textOf(await request.formData(), "name"), asked);
    const t = readerMessages();
    if (kept === undefined) return fail(400, { viewProblem: t("views.badName") });
    if (!(await signIn().reports.keep(subjectOf(locals), kept))) {
      return fail(422, { viewProblem: t("views.tooMany", { count: MOST_VIEWS }) });
    }
    return redirect(303, `/funds/${id}/reports${reportSearch(asked)}`);
  },
  dropView: async ({ cookies, locals, params: { id }, request, url }) => {
    await signIn().reports.drop(subjectOf(locals), textOf(await request.formData(), "name"));
    const asked = readReportQuery(url.searchParams, readerToday(cookies));
    return redirect(303, `/funds/${id}/reports${reportSearch(asked)}`);
  },
};
