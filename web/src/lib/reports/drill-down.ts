import { comparedDays, type ComparedDays } from "./compared-days.ts";
import { REPORTS, type ReportQuery } from "./report-query.ts";
import type { ReportRow } from "./report.ts";

/** Accounts that a list of transactions takes. */
const MOST_ACCOUNTS = 100;

/** The address of the postings behind a figure; undefined where no list has exactly them. */
export function postingsOf(
  fundId: string,
  asked: ReportQuery,
  { of: accounts, value }: ReportRow,
  column: number,
): string | undefined {
  if (asked.classId !== "" || accounts === undefined) return undefined;
  const columns = comparedDays(asked);
  const days = columns[columns.length === 1 ? 0 : column];
  const [accountId = ""] = accounts;
  if (days === undefined || accounts.length === 0 || accounts.length > MOST_ACCOUNTS) {
    return undefined;
  }
  const { knownAt } = asked;
  const isOfDay = REPORTS[asked.report].covers === "day";
  if (isOfDay && accounts.length === 1 && value === undefined) {
    return `/accounts/${accountId}${searchOf(days, { knownAt })}`;
  }
  return `/funds/${fundId}/transactions${searchOf(days, {
    account: accounts.join(","),
    ...ofValue(asked, value),
    ...(isOfDay ? {} : ofPeriod(asked)),
    knownAt,
  })}`;
}

/** The entries that a line of a report by a dimension has. */
function ofValue(
  { dimension, without }: ReportQuery,
  value: ReportRow["value"],
): Record<string, string> {
  if (value === undefined) return {};
  const lacking = value === null ? [dimension, without] : [without];
  const names = new Set(lacking.filter((name) => name !== ""));
  return {
    ...(value === null ? {} : { dimension, value }),
    without: [...names].join(","),
  };
}

/** A direct cash flow has what moved cash; the reports of a period leave closings of years out. */
const ofPeriod = ({ report, method }: ReportQuery): Record<string, string> =>
  report === "cash-flow" && method === "DIRECT" ? { cash: "yes" } : { yearEnd: "no" };

function searchOf({ from = "", to }: ComparedDays, others: Record<string, string>): string {
  const pairs = Object.entries({ ...others, from, to });
  return `?${new URLSearchParams(pairs.filter(([, text]) => text !== ""))}`;
}
