import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { AppError, type ErrorCode, INTERNAL_ERROR_MESSAGE } from "@allfunds/contract/errors";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "@allfunds/contract/caller";
import { authenticateHeaders } from "../auth/require.ts";
import { newTraceId, traceIdFrom } from "../context.ts";
import { databaseRefusal } from "../database/sql-failure.ts";
import { callerOf, traceIdOf } from "./request-context.ts";

export interface RenderedError {
  readonly contentType: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}
export type ErrorRenderer = (
  error: AppError,
  traceId: string,
  /** Its `url` is empty when the request could not be parsed. */
  request: Pick<FastifyRequest, "url" | "headers">,
  /** Absent before the request was authenticated. */
  caller?: Caller,
) => RenderedError;

/** Answers every error of a handler, and every unknown route, with a rendered AppError. */
export function answerErrors(app: FastifyInstance, render: ErrorRenderer): void {
  app.setErrorHandler((thrown, request, reply) => answerError(render, thrown, request, reply));
  app.setNotFoundHandler((request) => {
    throw new AppError(
      "NOT_FOUND",
      `There is no ${request.method} ${request.url.split("?")[0] ?? ""} here.`,
    );
  });
}

/** Answers one request with a rendered AppError; logs it when the fault is the service's. */
export function answerError(
  render: ErrorRenderer,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = toAppError(thrown);
  // Refusals of an overloaded server are counted, and each would cost as much as a small answer.
  if (error.status >= 500 && error.code !== "OVERLOADED")
    request.log.error({ err: thrown, detail: error.detail }, error.message);
  const { contentType, body, headers } = render(
    error,
    traceIdOf(request),
    request,
    callerOf(request),
  );
  const { retryAfterSeconds } = error;
  return reply
    .status(error.status)
    .headers(retryAfterSeconds === undefined ? {} : { "retry-after": retryAfterSeconds })
    .headers(headers ?? {})
    .type(contentType)
    .send(JSON.stringify(body));
}

/** Answers one request that the framework has not begun, or has left to its handler. */
export function answerRaw(
  render: ErrorRenderer,
  error: AppError,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { headers, url = "" } = request;
  const traceId = traceIdFrom([headers["traceparent"]].flat()[0]);
  const rendered = render(error, traceId, { url, headers });
  const body = JSON.stringify(rendered.body);
  response.writeHead(error.status, {
    ...rendered.headers,
    "retry-after": String(error.retryAfterSeconds),
    "content-type": rendered.contentType,
    "content-length": String(Buffer.byteLength(body)),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/**
 * Answers on a socket whose bytes Node's parser refused. Browsers open connections ahead, and would take the answer
 * on an unused one for that of the next request.
 */
export function answerClientError(
  render: ErrorRenderer,
  thrown: { readonly code?: string },
  socket: Socket,
): void {
  const refusal = socket.bytesRead === 0 ? undefined : refusalOfClientError(thrown);
  if (refusal === undefined) {
    socket.destroy();
    return;
  }
  const { contentType, body } = render(refusal, newTraceId(), { url: "", headers: {} });
  endWithAnswer(socket, refusal, contentType, JSON.stringify(body));
}

const FASTIFY_CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["BODY_TOO_LARGE", "The body is larger than this service accepts."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["UNSUPPORTED_MEDIA_TYPE", "Send application/json."],
  FST_ERR_CTP_INVALID_JSON_BODY: ["MALFORMED_BODY", "The body is not valid JSON."],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["MALFORMED_BODY", "The body is empty."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "MALFORMED_BODY",
    "The body's length differs from Content-Length.",
  ],
};

/** Converts any error to an AppError and masks errors without a code. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const refusal = databaseRefusal(thrown);
  if (refusal !== undefined) return refusal;
  const { code, statusCode } = thrown as { code?: string; statusCode?: number };
  const coded = code === undefined ? undefined : FASTIFY_CODES[code];
  if (coded !== undefined) return new AppError(coded[0], coded[1], { cause: thrown });
  if (
    thrown instanceof SyntaxError ||
    (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
  ) {
    return new AppError("MALFORMED_BODY", "The request cannot be read.", { cause: thrown });
  }
  return new AppError("INTERNAL_ERROR", INTERNAL_ERROR_MESSAGE, {
    cause: thrown,
    detail: thrown instanceof Error ? thrown.message : String(thrown),
  });
}

export const renderJsonError: ErrorRenderer = (error, traceId, request) => ({
  contentType: "application/json; charset=utf-8",
  body: request.url.startsWith("/graphql")
    ? { errors: [{ message: error.message, extensions: { code: error.code, traceId } }] }
    : { code: error.code, message: error.message, traceId },
  headers: authenticateHeaders(error, request.headers.authorization),
});

/** The refusal for an error of Node's parser; undefined when the connection is already gone. */
function refusalOfClientError({ code }: { readonly code?: string }): AppError | undefined {
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

/** Writes a reply to a raw socket and ends the connection. */
function endWithAnswer(
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
