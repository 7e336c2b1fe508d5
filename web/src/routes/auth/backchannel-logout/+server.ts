import { log } from "#lib/server/telemetry/log.ts";
import { IssuerUnavailable } from "#lib/server/session/session.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import type { RequestHandler } from "./$types";

const NO_STORE = { headers: { "cache-control": "no-store" } };
const refuse = (status: number, error: string) => Response.json({ error }, { status, ...NO_STORE });

/** Ends sessions for the issuer (OpenID Connect Back-Channel Logout 1.0). */
export const POST: RequestHandler = async ({ request }) => {
  const token = (await request.formData()).get("logout_token");
  if (typeof token !== "string") return refuse(400, "invalid_request");
  try {
    const { store, logoutTokens } = signIn();
    await store.endAll(await logoutTokens.read(token));
    return new Response(null, { status: 200, ...NO_STORE });
  } catch (error) {
    log("warn", `logout token refused: ${error instanceof Error ? error.message : "unknown"}`);
    return error instanceof IssuerUnavailable
      ? refuse(503, "temporarily_unavailable")
      : refuse(400, "invalid_request");
  }
};
