import { gatewayUrl } from "#lib/server/graph/gateway-address.ts";
import { log } from "#lib/server/telemetry/log.ts";
import { SessionEnded } from "#lib/server/session/session.ts";
import type { RequestHandler } from "./$types";

const TIMEOUT_MS = 5_000;
// The connection ends with its token, so the token must be valid for a while.
const SPARE_MS = 60_000;

const respond = (status: number, body: object) =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });

/** Issues a one-use ticket for the live connection, so that the browser never holds a token. */
export const POST: RequestHandler = async ({ request, url, locals, fetch }) => {
  if (request.headers.get("origin") !== url.origin) return respond(403, { code: "FORBIDDEN" });
  if (locals.session === undefined) return respond(401, { code: "UNAUTHENTICATED" });
  try {
    const token = await locals.session.accessToken({ spareMs: SPARE_MS });
    const response = await fetch(`${gatewayUrl}/ticket`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return respond(503, { code: "UPSTREAM_UNAVAILABLE" });
    const { ticket } = (await response.json()) as { ticket: string };
    return respond(200, { ticket, endsInMs: locals.session.tokenEndsInMs });
  } catch (error) {
    if (error instanceof SessionEnded) return respond(401, { code: "UNAUTHENTICATED" });
    log("warn", `live ticket failed: ${error instanceof Error ? error.message : "unknown reason"}`);
    return respond(503, { code: "UPSTREAM_UNAVAILABLE" });
  }
};
