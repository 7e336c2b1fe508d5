import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { decodeUtf8, parseStrictJson } from "../strict-json.ts";

/** Headers of which a request has one at most: of two, each reader on the way could take another. */
const SINGLE_HEADERS = new Set([
  "authorization",
  "content-type",
  "host",
  "idempotency-key",
  "if-match",
  "traceparent",
]);

/** MALFORMED_REQUEST when a header that must be unique comes twice, or no host is named. */
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

/** UNSUPPORTED_MEDIA_TYPE when a content type names another charset than UTF-8. */
export function refuseOtherCharset(contentType: string | undefined): void {
  const charset = contentType === undefined ? undefined : CHARSET.exec(contentType)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new AppError(
    "UNSUPPORTED_MEDIA_TYPE",
    `Send UTF-8; the charset "${charset.slice(0, 40)}" is not supported.`,
  );
}

/** Bodies are JSON in UTF-8, read strictly; see `parseStrictJson`. */
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

/** What Node's parser refuses before there is a request. */
export function refusalOfClientError({ code }: { readonly code?: string }): AppError | undefined {
  if (code === "ECONNRESET" || code === "EPIPE") return undefined;
  if (code === "HPE_HEADER_OVERFLOW") {
    return new AppError(
      "HEADERS_TOO_LARGE",
      "The request's headers are larger than this service accepts.",
    );
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new AppError("REQUEST_TIMEOUT", "The request did not arrive in time.");
  }
  return new AppError("MALFORMED_REQUEST", "The request is not valid HTTP/1.1.");
}

/** Answers on a bare socket, whose connection ends with it. */
export function endWithAnswer(
  socket: Socket,
  { status }: AppError,
  contentType: string,
  body: string,
): void {
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_TEXT[status] ?? "Error"}\r\nConnection: close\r\n` +
      `Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};
