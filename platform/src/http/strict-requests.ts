import type { IncomingMessage } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { parseStrictJson } from "../strict-json.ts";
import { decodeUtf8 } from "../text.ts";

/** Headers that a request may have once: of two, proxies and services could each read another. */
const SINGLE_HEADERS = new Set([
  "authorization",
  "content-type",
  "host",
  "idempotency-key",
  "if-match",
  "traceparent",
]);

/** Throws MALFORMED_REQUEST when a unique header is sent twice or the Host header is missing. */
export function refuseAmbiguousHeaders({
  rawHeaders,
  httpVersion,
}: Pick<IncomingMessage, "rawHeaders" | "httpVersion">): void {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    if (!SINGLE_HEADERS.has(name)) continue;
    if (seen.has(name)) {
      throw new AppError("MALFORMED_REQUEST", `Send the header "${name}" once.`, {
        violations: [{ path: name, message: "must not be sent twice" }],
      });
    }
    seen.add(name);
  }
  if (httpVersion === "1.1" && !seen.has("host")) {
    throw new AppError("MALFORMED_REQUEST", "Send a Host header.");
  }
}

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/** Throws UNSUPPORTED_MEDIA_TYPE when a content type names another charset than UTF-8. */
function refuseOtherCharset(contentType: string | undefined): void {
  const charset = contentType === undefined ? undefined : CHARSET.exec(contentType)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new AppError(
    "UNSUPPORTED_MEDIA_TYPE",
    `Send UTF-8; the charset "${charset.slice(0, 40)}" is not supported.`,
  );
}

/** Accepts bodies of JSON in UTF-8, parsed by `parseStrictJson`. */
export function acceptStrictJson(app: FastifyInstance): void {
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      refuseOtherCharset(request.headers["content-type"]);
      if (body.length === 0) throw new AppError("MALFORMED_BODY", "The body is empty.");
      return parseStrictJson(decodeUtf8(body));
    },
  );
}
