import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { parseStrictExactJson, parseStrictJson } from "../strict-json.ts";
import { decodeUtf8 } from "../text.ts";

/** Headers that a request may have once: of two, proxies and services could each read another. */
const SINGLE_HEADERS = new Set([
  "allfunds-if-unchanged",
  "authorization",
  "content-type",
  "dpop",
  "host",
  "idempotency-key",
  "if-match",
  "traceparent",
]);

/**
 * Has requests with an unknown Expect header handled, so that they are refused with a code; Node itself would
 * answer them without a body. Their connection ends, because a client may withhold the body.
 */
export function handleUnknownExpectations({ server }: FastifyInstance): void {
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader("connection", "close");
    server.emit("request", request, response);
  });
}

/**
 * Throws MALFORMED_REQUEST when a unique header is sent twice or the Host header is missing, and
 * EXPECTATION_FAILED when the Expect header is not `100-continue`.
 */
export function refuseAmbiguousHeaders({
  rawHeaders,
  headers: { expect },
  httpVersion,
}: Pick<IncomingMessage, "rawHeaders" | "headers" | "httpVersion">): void {
  if (expect !== undefined && expect.toLowerCase() !== "100-continue") {
    throw new AppError("EXPECTATION_FAILED", 'Send "Expect: 100-continue" or no Expect header.');
  }
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

/** Accepts bodies of JSON in UTF-8, parsed strictly; numbers keep every digit for a service that only passes them on. */
export function acceptStrictJson(app: FastifyInstance, hasExactNumbers: boolean): void {
  const parse = hasExactNumbers ? parseStrictExactJson : parseStrictJson;
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      refuseOtherCharset(request.headers["content-type"]);
      if (body.length === 0) {
        if (request.routeOptions.config.mayHaveNoBody === true) return undefined;
        throw new AppError("MALFORMED_BODY", "The body is empty.");
      }
      return parse(decodeUtf8(body));
    },
  );
}
