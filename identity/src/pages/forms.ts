import { AppError } from "@allfunds/contract/errors";
import { decodeUtf8, hasBidirectionalControls } from "@allfunds/platform/text";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { layout, pageHeaders } from "./layout.ts";
import { messagePage } from "./notices.ts";

// A passkey's response is the longest field of a form.
const FORM_LIMIT_BYTES = 64 * 1024;

/** Reads HTML forms; see `parseForm`. */
export function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "buffer", bodyLimit: FORM_LIMIT_BYTES },
    async (_request: FastifyRequest, body: Buffer) => parseForm(decodeUtf8(body)),
  );
}

/**
 * The fields of a URL-encoded form. MALFORMED_BODY when a field comes twice, when its bytes are not UTF-8, or when
 * it contains bidirectional controls: a person would then see another text than the one that is stored.
 */
export function parseForm(text: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const [name = "", ...rest] = pair.split("=");
    const field = decodeField(name);
    if (fields.has(field)) throw malformed(`has the field "${field.slice(0, 80)}" twice`);
    fields.set(field, decodeField(rest.join("=")));
  }
  return Object.fromEntries(fields);
}

function decodeField(encoded: string): string {
  let text: string;
  try {
    text = decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    throw malformed("is not valid UTF-8");
  }
  if (hasBidirectionalControls(text)) throw malformed("contains bidirectional control characters");
  return text;
}

const malformed = (fault: string): AppError => new AppError("MALFORMED_BODY", `The form ${fault}.`);

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
