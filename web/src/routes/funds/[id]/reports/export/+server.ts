import { writeCsv } from "@allfunds/platform/sheets/csv";
import { readReportQuery } from "#lib/reports/report-query.ts";
import { reportCells } from "#lib/server/export/report-rows.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { readReport } from "#lib/server/reports/read-report.ts";
import type { RequestHandler } from "./$types";

/** The report that the page shows, as CSV: one row for each figure, then the totals. */
export const GET: RequestHandler = async ({ cookies, params: { id }, url }) => {
  const asked = readReportQuery(url.searchParams, readerToday(cookies));
  const { report, problems } = await readReport(id, asked);
  const chunks = await Array.fromAsync(
    writeCsv(reportCells(required(report, [...problems], "fund"))),
  );
  return new Response(new Blob(chunks), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${asked.report}.csv"`,
      "cache-control": "private, no-store",
    },
  });
};
