import type { AuditFilter } from "../graph/audit-trail.ts";

const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 24 * 3600 * 1000;

/** The filter form as typed; the days are UTC, and `to` is the last one shown. */
export interface AuditQuestion {
  action: string;
  actorId: string;
  outcome: string;
  from: string;
  to: string;
}

export function readAuditQuestion(search: URLSearchParams): AuditQuestion {
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

/** The question as the graph takes it: moments, the last of which is no longer included. */
export function toAuditFilter({ action, actorId, outcome, from, to }: AuditQuestion): AuditFilter {
  return {
    actions: action === "" ? null : [action],
    actorId: actorId === "" ? null : actorId,
    outcome: outcome === "ALLOWED" || outcome === "REFUSED" ? outcome : null,
    from: from === "" ? null : `${from}T00:00:00Z`,
    to: to === "" ? null : new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS).toISOString(),
  };
}

/** The question as a query string, so that it can be bookmarked and paged through. */
export function auditSearch(question: AuditQuestion, after?: string | null): string {
  const search = new URLSearchParams(
    Object.entries(question).filter(([, value]) => value !== "") as [string, string][],
  );
  if (after) search.set("after", after);
  return `?${search}`;
}
