import { writePdf } from "@allfunds/platform/documents/pdf";
import { writeCsv } from "@allfunds/platform/sheets/csv";
import { writeWorkbook } from "@allfunds/platform/sheets/workbook";
import { FundPositionDocument } from "#lib/graph/graph-types.generated.ts";
import { readReportQuery, type ReportQuery } from "#lib/reports/report-query.ts";
import type { Report } from "#lib/reports/report.ts";
import { reportDocument } from "#lib/server/export/report-document.ts";
import { reportHeadings, reportRows } from "#lib/server/export/report-rows.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerLanguage } from "#lib/server/reader-language.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { readReport } from "#lib/server/reports/read-report.ts";
import type { RequestEvent } from "@sveltejs/kit";
import type { RequestHandler } from "./$types";

const TYPES = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pdf: "application/pdf",
} as const;

type Format = keyof typeof TYPES;

/** The report that the page shows, as CSV (by default), workbook or PDF: a row for each account, then the totals. */
export const GET: RequestHandler = async (event) => {
  const { cookies, params, url } = event;
  const wanted = url.searchParams.get("format") ?? "";
  const format = Object.hasOwn(TYPES, wanted) ? (wanted as Format) : "csv";
  const asked = readReportQuery(url.searchParams, readerToday(cookies));
  const { report, problems } = await readReport(params.id, asked);
  const body = await write(event, asked, required(report, [...problems], "fund"), format);
  return new Response(new Blob(body), {
    headers: {
      "content-type": TYPES[format],
      "content-disposition": `attachment; filename="${asked.report}.${format}"`,
      "cache-control": "private, no-store",
    },
  });
};

async function write(
  event: RequestEvent,
  asked: ReportQuery,
  report: Report,
  format: Format,
): Promise<BlobPart[]> {
  const [headings, rows] = [reportHeadings(report), reportRows(report)];
  switch (format) {
    case "csv":
      return Array.fromAsync(writeCsv([headings, ...rows]));
    case "xlsx":
      return Array.fromAsync(writeWorkbook({ name: asked.report, headings, rows }));
    case "pdf": {
      const { data, problems } = await query(FundPositionDocument, {
        id: event.params["id"] ?? "",
      });
      const { name: fundName } = required(data?.fund, problems, "fund");
      const language = readerLanguage(event);
      const document = reportDocument({ fundName, asked, report }, language, event.locals.t);
      return [Uint8Array.from(await writePdf(document))];
    }
  }
}
