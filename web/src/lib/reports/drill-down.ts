import { comparedDays, type ComparedDays } from "./compared-days.ts";
import type { ReportQuery } from "./report-query.ts";
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
  if (accounts.length === 1 && (value === undefined || value === null)) {
    return `/accounts/${accountId}${searchOf(days)}`;
  }
  const { dimension } = asked;
  const others: Record<string, string> = { account: accounts.join(",") };
  if (typeof value === "string") Object.assign(others, { dimension, value });
  return `/funds/${fundId}/transactions${searchOf(days, others)}`;
}

const searchOf = ({ from, to }: ComparedDays, others: Record<string, string> = {}): string =>
  `?${new URLSearchParams({ ...others, ...(from === undefined ? {} : { from }), to })}`;
