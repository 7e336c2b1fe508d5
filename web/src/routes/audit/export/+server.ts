import { IDENTITY_URL } from "$app/env/private";
import { error, type RequestEvent } from "@sveltejs/kit";
import { readAuditQuery, toAuditFilter } from "#lib/audit/audit-filter.ts";
import { readerZone } from "#lib/server/reader-zone.ts";
import { redirectToSignIn, requireAbility } from "#lib/server/sign-in/admit.ts";
import { SessionEnded } from "#lib/server/session/session.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import type { RequestHandler } from "./$types";

const FIRST_BYTE_TIMEOUT_MS = 10_000;

/** Streams the audit log as NDJSON with the viewer's token. */
export const GET: RequestHandler = async (event) => {
  requireAbility(event, "audit");
  const { from, to } = toAuditFilter(
    readAuditQuery(event.url.searchParams),
    readerZone(event.cookies),
  );
  const source = new URL(`${IDENTITY_URL ?? signIn().settings.issuer}/audit/export`);
  if (from) source.searchParams.set("from", from);
  if (to) source.searchParams.set("to", to);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), FIRST_BYTE_TIMEOUT_MS);
  const token = await tokenOf(event);
  const response = await fetch(source, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.any([timeout.signal, event.request.signal]),
  }).catch(() => undefined);
  clearTimeout(timer);
  if (!response?.ok) {
    error(
      response?.status === 403 ? 403 : 502,
      "The audit log cannot be exported at the moment. Try again in a moment.",
    );
  }
  return new Response(response.body, {
    headers: {
      "content-type": "application/x-ndjson; charset=utf-8",
      "content-disposition": 'attachment; filename="audit.ndjson"',
      "cache-control": "private, no-store",
    },
  });
};

async function tokenOf(event: RequestEvent): Promise<string | undefined> {
  try {
    return await event.locals.session?.accessToken();
  } catch (thrown) {
    if (thrown instanceof SessionEnded) redirectToSignIn(event, "ended");
    error(503, event.locals.t("problem.issuerAway"));
  }
}
