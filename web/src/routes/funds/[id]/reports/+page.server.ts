import {
  DimensionNamesDocument,
  FundPositionDocument,
  ReportedClassDocument,
} from "#lib/graph/graph-types.generated.ts";
import { readReportQuery } from "#lib/reports/report-query.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { readReport } from "#lib/server/reports/read-report.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ cookies, depends, params: { id }, url }) => {
  depends("allfunds:reports");
  const asked = readReportQuery(url.searchParams, readerToday(cookies));
  const [fund, { report, problems }, reported, known] = await Promise.all([
    query(FundPositionDocument, { id }),
    readReport(id, asked),
    asked.classId === "" ? undefined : query(ReportedClassDocument, { id: asked.classId }),
    query(DimensionNamesDocument, {}),
  ]);
  return {
    shareClass: reported?.data?.shareClass ?? null,
    fund: required(fund.data?.fund, fund.problems, "fund"),
    asked,
    dimensions: known.data?.dimensions ?? [],
    report: report ?? null,
    problems: [...problems, ...(reported?.problems ?? []), ...known.problems],
  };
};
