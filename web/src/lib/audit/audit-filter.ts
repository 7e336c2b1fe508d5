import { startOfDay } from "../dates/time-zone.ts";
import type { AuditFilter } from "../graph/graph-types.generated.ts";

const CALENDAR_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const DAY_MS = 24 * 3600 * 1000;

/** The filter form as entered. Days are the reader's, and `to` is included. */
export interface AuditQuery {
  action: string;
  actorId: string;
  outcome: string;
  from: string;
  to: string;
}

export function readAuditQuery(search: URLSearchParams): AuditQuery {
  const text = (name: string) => search.get(name)?.trim() ?? "";
  const day = (name: string) => (CALENDAR_DATE.test(text(name)) ? text(name) : "");
  return {
    action: text("action"),
    actorId: text("actorId"),
    outcome: text("outcome"),
    from: day("from"),
    to: day("to"),
  };
}

/** The filter for the graph: timestamps of days in the reader's zone, with `to` excluded. */
export function toAuditFilter(
  { action, actorId, outcome, from, to }: AuditQuery,
  zone: string,
): AuditFilter {
  const start = (day: string) => new Date(startOfDay(day, zone)).toISOString();
  return {
    actions: action === "" ? null : [action],
    actorId: actorId === "" ? null : actorId,
    outcome: outcome === "ALLOWED" || outcome === "REFUSED" ? outcome : null,
    from: from === "" ? null : start(from),
    to: to === "" ? null : start(dayAfter(to)),
  };
}

const dayAfter = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

/** The filter as a query string, for bookmarks and page links. */
export function auditSearch(query: AuditQuery, after?: string | null): string {
  const search = new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== "") as [string, string][],
  );
  if (after) search.set("after", after);
  return `?${search}`;
}
