import { sendToIssuer } from "#lib/server/sign-in/send-to-issuer.ts";
import type { RequestHandler } from "./$types";

/** Requires two factors. The issuer's session replaces the password of a signed-in user. */
export const GET: RequestHandler = (event) => sendToIssuer(event, "mfa");
