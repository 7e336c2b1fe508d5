import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { problemPage } from "./problem-page.ts";
import { layout, pageHeaders } from "./layout.ts";

// A passkey's answer is the longest thing a form carries.
const FORM_LIMIT_BYTES = 64 * 1024;

/** Reads HTML forms; a field that comes twice counts once, the last time. */
export function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: FORM_LIMIT_BYTES },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
}

/** The text of a field, empty when it was not sent. */
export function fieldOf(body: unknown, name: string): string {
  const value = (body as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === "string" ? value : "";
}

/** The JSON in a field, undefined when it is none. */
export function jsonFieldOf(body: unknown, name: string): unknown {
  try {
    return JSON.parse(fieldOf(body, name));
  } catch {
    return undefined;
  }
}

/** Other sites cannot submit our forms: browsers name the page a form was sent from. */
export function refuseForeignForms(app: FastifyInstance, issuer: string): void {
  const { origin } = new URL(issuer);
  app.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method !== "POST" || request.headers.origin === origin) return undefined;
    return reply
      .status(403)
      .headers(pageHeaders([]))
      .send(layout(problemPage("This form is not ours", "Open the page again and retry.")));
  });
}
