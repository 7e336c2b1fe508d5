import { sendToIssuer } from "#lib/server/session/send-to-issuer.ts";
import type { RequestHandler } from "./$types";

export const GET: RequestHandler = (event) => sendToIssuer(event);
