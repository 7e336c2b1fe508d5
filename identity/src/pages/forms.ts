import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { layout, pageHeaders } from "./layout.ts";
import { messagePage } from "./notices.ts";

// A passkey's response is the longest field of a form.
const FORM_LIMIT_BYTES = 64 * 1024;

/** Reads HTML forms; of a repeated field the last value counts. */
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

/** Refuses forms of other sites: browsers send the origin of the page that contains a form. */
export function refuseForeignForms(app: FastifyInstance, issuer: string): void {
  const { origin } = new URL(issuer);
  app.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method !== "POST" || request.headers.origin === origin) return undefined;
    const page = messagePage("This form is from another site", "Open the page again and retry.");
    return reply.status(403).headers(pageHeaders([])).send(layout(page));
  });
}
