/** The ranges that have a name, as the form offers them. */
export const RANGES = [
  ["1m", "1 month"],
  ["3m", "3 months"],
  ["ytd", "Year to date"],
  ["1y", "1 year"],
  ["3y", "3 years"],
  ["all", "All"],
  ["dates", "From\u2013to"],
] as const;

type RangeName = (typeof RANGES)[number][0];

/** The form as entered. Days are calendar dates; both are part of the range. */
export interface PerformanceQuery {
  range: RangeName;
  from: string;
  to: string;
  /** UUID of an instrument; empty without a benchmark. */
  benchmark: string;
}

/** Days for the graph: null is the first day with entries, or today. */
export interface Days {
  from: string | null;
  to: string | null;
}

/** Reads the address. An unknown range is refused by `daysOf`, not replaced by another one. */
export function readPerformanceQuery(search: URLSearchParams): PerformanceQuery | undefined {
  const text = (name: string) => search.get(name)?.trim() ?? "";
  const [from, to, benchmark] = [text("from"), text("to"), text("benchmark")];
  const implied = from !== "" || to !== "" ? "dates" : "all";
  const named = text("range") || implied;
  const range = RANGES.map(([name]) => name).find((name) => name === named);
  return range && { range, from, to, benchmark };
}

const MONTHS = { "1m": 1, "3m": 3, "1y": 12, "3y": 36 } as const;

/** The days of a range that ends today (UTC), or the sentence of what is wrong with the dates. */
export function daysOf({ range, from, to }: PerformanceQuery, today: string): Days | string {
  if (range === "all") return { from: null, to: null };
  if (range === "ytd") return { from: `${today.slice(0, 4)}-01-01`, to: today };
  if (range !== "dates") return { from: monthsBefore(today, MONTHS[range]), to: today };
  return enteredDays(from, to, today);
}

function enteredDays(from: string, to: string, today: string): Days | string {
  if (from === "" && to === "") return "Enter the first day, the last day, or both.";
  for (const [label, day] of [
    ["From", from],
    ["To", to],
  ]) {
    if (day !== "" && !isCalendarDate(day ?? "")) return `${label} is not a calendar date.`;
  }
  if (from > (to || today)) return "The first day is after the last one.";
  return { from: from || null, to: to || null };
}

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse accepts 31 February in some engines and moves it on.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The same day that many months before; the last of the month where it has no such day. */
function monthsBefore(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  return first.toISOString().slice(0, 10);
}
