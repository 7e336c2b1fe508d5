import { sendToIssuer } from "#lib/server/sign-in/send-to-issuer.ts";
import type { RequestHandler } from "./$types";

export const GET: RequestHandler = (event) => sendToIssuer(event);
