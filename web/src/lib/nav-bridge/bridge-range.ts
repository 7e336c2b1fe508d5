const CALENDAR_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** The days of a bridge, both included. */
export interface BridgeRange {
  readonly from: string;
  readonly to: string;
}

const dayAt = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
const DAY_MS = 86_400_000;

/** The last whole month before a day. */
function lastMonth(today: string): BridgeRange {
  const to = dayAt(Date.parse(`${today.slice(0, 7)}-01`) - DAY_MS);
  return { from: `${to.slice(0, 7)}-01`, to };
}

/** The day before, of which the opening balance sheet is. */
export const dayBefore = (day: string): string => dayAt(Date.parse(day) - DAY_MS);

/** Reads the address; the last whole month where it names no range that can be read. */
export function readBridgeRange(search: URLSearchParams, today: string): BridgeRange {
  const [from, to] = [search.get("from") ?? "", search.get("to") ?? ""];
  const isReadable = [from, to].every(
    (day) => CALENDAR_DATE.test(day) && !Number.isNaN(Date.parse(day)),
  );
  return isReadable && from <= to ? { from, to } : lastMonth(today);
}
