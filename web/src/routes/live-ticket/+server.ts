import { gatewayUrl } from "#lib/server/gateway-address.ts";
import { log } from "#lib/server/log.ts";
import { SessionEnded } from "#lib/server/session/session.ts";
import type { RequestHandler } from "./$types";

const TIMEOUT_MS = 5_000;
// The line to the gateway ends with its token; one that is about to end is not worth opening.
const SPARE_MS = 60_000;

const answer = (status: number, body: object) =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });

/**
 * Hands the page a one-use ticket with which it opens its live line, so that no token comes near the
 * browser.
 */
export const POST: RequestHandler = async ({ request, url, locals, fetch }) => {
  if (request.headers.get("origin") !== url.origin) return answer(403, { code: "FORBIDDEN" });
  if (locals.session === undefined) return answer(401, { code: "UNAUTHENTICATED" });
  try {
    const token = await locals.session.accessToken({ spareMs: SPARE_MS });
    const response = await fetch(`${gatewayUrl}/ticket`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return answer(503, { code: "UPSTREAM_UNAVAILABLE" });
    const { ticket } = (await response.json()) as { ticket: string };
    return answer(200, { ticket, endsInMs: locals.session.tokenEndsInMs });
  } catch (error) {
    if (error instanceof SessionEnded) return answer(401, { code: "UNAUTHENTICATED" });
    log("warn", `no live ticket: ${error instanceof Error ? error.message : "unknown reason"}`);
    return answer(503, { code: "UPSTREAM_UNAVAILABLE" });
  }
};
