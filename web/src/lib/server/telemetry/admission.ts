import type { AppError } from "@allfunds/contract/errors";
import { Admission, EDGE_BOUNDS } from "@allfunds/platform/admission";
import type { RequestEvent } from "@sveltejs/kit";
import { sessionCookie } from "../session/session-cookie.ts";
import { log } from "./log.ts";
import { registry } from "./request-metrics.ts";

/** Probes are always answered. */
const PROBES = /^\/(health|metrics)(\/|$)/;
const PAGE = /\btext\/html\b/;

const admission = new Admission(EDGE_BOUNDS, registry, {
  warn: (figures, line) => log("warn", `${line}: ${JSON.stringify(figures)}`),
});

/** Measures the load from now on, until the process ends. */
export const startAdmission = (): void => void admission.start();

/** Counts a request in before its session is read; refuses one with an answer that costs no work. */
export function enterRequest(event: RequestEvent): (() => void) | Response {
  if (PROBES.test(event.route.id ?? "")) return () => undefined;
  const id = sessionCookie.read(event.cookies);
  const admitted = admission.enter(admission.requesterOf(id, event.getClientAddress()));
  if (typeof admitted === "function") return () => admitted();
  return refusal(event.request, admitted);
}

/** Counts later requests of the session to its user and tenant. */
export function identifySession({ cookies, locals }: RequestEvent): void {
  const id = sessionCookie.read(cookies);
  const { session } = locals;
  if (id === undefined || session === undefined) return;
  admission.identified(id, () => ({ tenant: session.tenant, client: session.subject }));
}

/** A page for browsers, which loads itself again, and a coded error for the scripts of an open page. */
function refusal(request: Request, { message, retryAfterSeconds }: AppError): Response {
  const isPage = PAGE.test(request.headers.get("accept") ?? "") && request.method === "GET";
  const body = isPage
    ? `<!doctype html><html lang="en"><meta charset="utf-8"><title>AllFunds is busy</title><p>${message}</p></html>`
    : JSON.stringify({ code: "OVERLOADED", message, problems: [{ code: "OVERLOADED", message }] });
  return new Response(body, {
    status: 503,
    headers: {
      "content-type": isPage ? "text/html; charset=utf-8" : "application/json",
      "retry-after": String(retryAfterSeconds),
      "cache-control": "no-store",
      ...(isPage ? { refresh: String(retryAfterSeconds) } : {}),
    },
  });
}
