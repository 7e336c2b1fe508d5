const CALENDAR_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const CLASS_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const POSITION = /^[1-9]\d{0,14}$/;

/** The reports of a fund, by the name each has in the address. */
export const REPORTS = {
  "trial-balance": { name: "Trial balance", covers: "day", isTree: true },
  "balance-sheet": { name: "Balance sheet", covers: "day", isTree: true },
  "income-statement": {
    name: "Income statement",
    covers: "range",
    isTree: true,
  },
  "cash-flow": { name: "Cash flow", covers: "range", isTree: false },
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
  /** What stands beside it: the period or month before, the same a year before, or nothing when empty. */
  compare: Comparison;
  /** How many columns a comparison has. */
  columns: number;
  /** The name of the dimension by whose values it is; empty for none. */
  dimension: string;
  /** The name of a dimension: only entries without a value of it are in a report by a dimension; empty for all. */
  without: string;
  /** How a cash flow is made. */
  method: CashFlowMethod;
  /** How many levels of the chart it shows; 0 for its accounts without the hierarchy. */
  depth: number;
}

export const COMPARISONS = ["", "previous", "year"] as const;
type Comparison = (typeof COMPARISONS)[number];

export const METHODS = ["DIRECT", "INDIRECT"] as const;
type CashFlowMethod = (typeof METHODS)[number];

export const [FEWEST_COLUMNS, MOST_COLUMNS] = [2, 13];
export const MOST_LEVELS = 9;
const DIMENSION = /^[A-Za-z][\w.-]{0,63}$/;

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
    method: search.get("method") === "INDIRECT" ? "INDIRECT" : "DIRECT",
    ...readParts(search, report, classId),
  };
}

/** A report of accounts alone, in one column. */
export const NO_PARTS = {
  compare: "",
  columns: FEWEST_COLUMNS,
  dimension: "",
  without: "",
  depth: 0,
  method: "DIRECT",
} as const;

/** What a report is broken down by. Those of a share class have accounts only. */
function readParts(
  search: URLSearchParams,
  report: ReportName,
  classId: string,
): Pick<ReportQuery, "compare" | "columns" | "dimension" | "without" | "depth"> {
  const { isTree } = REPORTS[report];
  const isWhole = !CLASS_ID.test(classId);
  const given = search.get("compare") ?? "";
  const compare = COMPARISONS.find((each) => each === given) ?? "";
  const columns = Math.trunc(Number(search.get("columns"))) || FEWEST_COLUMNS;
  const depth = Math.trunc(Number(search.get("depth"))) || 0;
  const dimension = search.get("dimension") ?? "";
  const without = search.get("without") ?? "";
  const isBroken = isWhole && DIMENSION.test(dimension);
  return {
    compare: isWhole ? compare : "",
    columns: Math.min(Math.max(columns, FEWEST_COLUMNS), MOST_COLUMNS),
    dimension: isBroken ? dimension : "",
    without: isBroken && DIMENSION.test(without) ? without : "",
    depth: isWhole && isTree && !isBroken ? Math.min(Math.max(depth, 0), MOST_LEVELS) : 0,
  };
}

const LONGEST_NAME = 60;

/**
 * What is kept of a report under a name: how it is made, not its days. It is of today or of this year whenever it is
 * opened. Undefined where it cannot have that name.
 */
export function keptReport(
  name: string,
  query: ReportQuery,
): { name: string; fundId: null; search: string } | undefined {
  const trimmed = name.trim();
  if (trimmed === "" || trimmed.length > LONGEST_NAME) return undefined;
  return { name: trimmed, fundId: null, search: choiceOf(query) };
}

/** How a report is made, without its days, position and share class. */
export function choiceOf(query: ReportQuery): string {
  const without = { asOf: "", from: "", to: "", classId: "", knownAt: "" };
  return reportSearch({ ...query, ...without }).slice(1);
}

/** The query as a part of an address; only what the report uses. */
export function reportSearch(query: ReportQuery, others: Record<string, string> = {}): string {
  const { report, knownAt } = query;
  const days =
    REPORTS[report].covers === "day"
      ? { asOf: query.asOf, class: query.classId }
      : { from: query.from, to: query.to };
  const { compare, columns, dimension, without, depth, method } = query;
  const parts = {
    compare,
    columns: compare === "" ? "" : String(columns),
    dimension,
    without: dimension === "" ? "" : without,
    method: report === "cash-flow" && method !== "DIRECT" ? method : "",
    depth: depth === 0 ? "" : String(depth),
  };
  const pairs = Object.entries({ report, ...days, knownAt, ...parts, ...others });
  return `?${new URLSearchParams(pairs.filter(([, value]) => value !== ""))}`;
}
