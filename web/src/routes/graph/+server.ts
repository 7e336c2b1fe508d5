import { isRedirect } from "@sveltejs/kit";
import { pageQueryOf } from "#lib/server/graph/page-queries.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { readerMessages } from "#lib/server/reader-language.ts";
import { RequestBudget } from "#lib/server/graph/request-budget.ts";
import type { RequestHandler } from "./$types";

const LONGEST_BODY = 16_384;
/** A page reads about ten documents at once, when its line was away. */
const BUDGET = new RequestBudget(60, 5);
/** A form of another site cannot send this header, nor JSON. */
const PURPOSE_HEADER = "x-allfunds-page";

const PRIVATE = { "cache-control": "private, no-store" };

const STATUSES = {
  FORBIDDEN: 403,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNAUTHENTICATED: 401,
  RATE_LIMITED: 429,
  BODY_TOO_LARGE: 413,
  MALFORMED_BODY: 400,
  OPERATION_NOT_TRUSTED: 403,
} as const;

function refuse(code: keyof typeof STATUSES): Response {
  const body = { data: null, problems: [{ code, message: readerMessages()(`problem.${code}`) }] };
  return Response.json(body, { status: STATUSES[code], headers: PRIVATE });
}

interface PageRequest {
  readonly id: string;
  readonly variables: Record<string, unknown>;
}

/** Answers a query of an open page by its id, with the viewer's token. The browser holds the cookie only. */
export const POST: RequestHandler = async ({ request, url, locals }) => {
  if (request.headers.get("origin") !== url.origin) return refuse("FORBIDDEN");
  if (request.headers.get(PURPOSE_HEADER) !== "1") return refuse("FORBIDDEN");
  if (request.headers.get("content-type") !== "application/json") {
    return refuse("UNSUPPORTED_MEDIA_TYPE");
  }
  if (locals.session === undefined) return refuse("UNAUTHENTICATED");
  if (!BUDGET.take(locals.session.subject, performance.now())) return refuse("RATE_LIMITED");
  const text = await request.text();
  if (text.length > LONGEST_BODY) return refuse("BODY_TOO_LARGE");
  const asked = readRequest(text);
  if (asked === undefined) return refuse("MALFORMED_BODY");
  const document = pageQueryOf(asked.id);
  if (document === undefined) return refuse("OPERATION_NOT_TRUSTED");
  try {
    const { data, problems } = await query(document, asked.variables);
    return Response.json({ data: data ?? null, problems }, { headers: PRIVATE });
  } catch (thrown) {
    // The session has ended, or a second factor is needed: the page offers both.
    if (isRedirect(thrown)) return refuse("UNAUTHENTICATED");
    throw thrown;
  }
};

function readRequest(text: string): PageRequest | undefined {
  try {
    // A query without variables may leave them out.
    const { id, variables = {} } = JSON.parse(text) as Partial<PageRequest>;
    if (typeof id !== "string" || typeof variables !== "object" || variables === null) return;
    return { id, variables };
  } catch {
    return undefined;
  }
}
