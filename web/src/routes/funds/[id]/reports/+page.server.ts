import { FundPositionDocument } from "#lib/graph/graph-types.generated.ts";
import { readReportQuery } from "#lib/reports/report-query.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { readReport } from "#lib/server/reports/read-report.ts";
import type { PageServerLoad } from "./$types";

const ABSENT = {
  code: "FUND_NOT_FOUND",
  message: "There is no fund with this id. Choose a fund from the overview.",
};

export const load: PageServerLoad = async ({ cookies, depends, params: { id }, url }) => {
  depends("allfunds:reports");
  const asked = readReportQuery(url.searchParams, readerToday(cookies));
  const [fund, { report, problems }] = await Promise.all([
    query(FundPositionDocument, { id }),
    readReport(id, asked),
  ]);
  return {
    fund: required(fund.data?.fund, fund.problems, ABSENT),
    asked,
    report: report ?? null,
    problems: [...problems],
  };
};
