import type { AuditFilter } from "../graph/graph-types.generated.ts";

const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 24 * 3600 * 1000;

/** The filter form as entered. Days are UTC, and `to` is included. */
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

/** The filter for the graph: timestamps, with `to` excluded. */
export function toAuditFilter({ action, actorId, outcome, from, to }: AuditQuery): AuditFilter {
  return {
    actions: action === "" ? null : [action],
    actorId: actorId === "" ? null : actorId,
    outcome: outcome === "ALLOWED" || outcome === "REFUSED" ? outcome : null,
    from: from === "" ? null : `${from}T00:00:00Z`,
    to: to === "" ? null : new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS).toISOString(),
  };
}

/** The filter as a query string, for bookmarks and page links. */
export function auditSearch(query: AuditQuery, after?: string | null): string {
  const search = new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== "") as [string, string][],
  );
  if (after) search.set("after", after);
  return `?${search}`;
}
