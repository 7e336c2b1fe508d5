import { sendToIssuer } from "#lib/server/session/send-to-issuer.ts";
import type { RequestHandler } from "./$types";

/** Asks for two factors. The issuer's own session spares the password of whoever is signed in. */
export const GET: RequestHandler = (event) => sendToIssuer(event, "mfa");
