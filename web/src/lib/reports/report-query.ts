const CALENDAR_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const CLASS_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const POSITION = /^[1-9]\d{0,14}$/;

/** The reports of a fund, by the name each has in the address. */
export const REPORTS = {
  "trial-balance": { name: "Trial balance", covers: "day" },
  "balance-sheet": { name: "Balance sheet", covers: "day" },
  "income-statement": { name: "Income statement", covers: "range" },
  "cash-flow": { name: "Cash flow", covers: "range" },
} as const;

export type ReportName = keyof typeof REPORTS;

/** What a report is requested for: a day or a range of value dates, as of a position of the book. */
export interface ReportQuery {
  report: ReportName;
  asOf: string;
  from: string;
  to: string;
  /** The share class that a report of a day is of; empty for the whole fund. */
  classId: string;
  /** Empty for the end of the book. */
  knownAt: string;
}

/** Reads the address. By default: today, and this year so far. What cannot be read takes the default. */
export function readReportQuery(search: URLSearchParams, today: string): ReportQuery {
  const given = search.get("report") ?? "";
  const report = Object.hasOwn(REPORTS, given) ? (given as ReportName) : "trial-balance";
  const day = (name: string, otherwise: string) => {
    const value = search.get(name) ?? "";
    return CALENDAR_DATE.test(value) ? value : otherwise;
  };
  const knownAt = search.get("knownAt")?.trim() ?? "";
  const classId = search.get("class") ?? "";
  return {
    report,
    asOf: day("asOf", today),
    from: day("from", `${today.slice(0, 4)}-01-01`),
    to: day("to", today),
    classId: REPORTS[report].covers === "day" && CLASS_ID.test(classId) ? classId : "",
    knownAt: POSITION.test(knownAt) ? knownAt : "",
  };
}

/** The query as a part of an address; only what the report uses. */
export function reportSearch(query: ReportQuery, others: Record<string, string> = {}): string {
  const { report, knownAt } = query;
  const days =
    REPORTS[report].covers === "day"
      ? { asOf: query.asOf, class: query.classId }
      : { from: query.from, to: query.to };
  const pairs = Object.entries({ report, ...days, knownAt, ...others });
  return `?${new URLSearchParams(pairs.filter(([, value]) => value !== ""))}`;
}

/** The days that an account's statement shows behind a figure of the report. */
export const statementSearch = ({ report, asOf, from, to }: ReportQuery): string =>
  REPORTS[report].covers === "day"
    ? `?${new URLSearchParams({ to: asOf })}`
    : `?${new URLSearchParams({ from, to })}`;
