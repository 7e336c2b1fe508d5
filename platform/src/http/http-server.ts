import type { Socket } from "node:net";
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { Authentication } from "../auth/authentication.ts";
import { authenticateChallenge } from "../auth/require.ts";
import {
  anonymousContext,
  newTraceId,
  runInContext,
  traceIdFrom,
  type HeaderValues,
  type RequestContext,
} from "../context.ts";
import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import type { Logger } from "../logging.ts";
import { Readiness } from "./readiness.ts";
import {
  acceptStrictJson,
  endWithAnswer,
  refusalOfClientError,
  refuseAmbiguousHeaders,
} from "./strict-requests.ts";

export type HttpServerOptions = ServerOptions & CallerOptions;

/** Every server says how it knows its callers; `OPEN_TO_ALL` is a way of saying it, too. */
type CallerOptions =
  | {
      /** Says who asks, over HTTP and on sockets. */
      readonly authentication: Pick<Authentication, "contextOf"> &
        Partial<Pick<Authentication, "trustedProxies">>;
      readonly contextOf?: undefined;
    }
  | {
      readonly authentication?: undefined;
      /** Makes an HTTP request's context, or refuses the request, for a service with ways of its own. */
      readonly contextOf: (request: FastifyRequest) => RequestContext | Promise<RequestContext>;
    };

interface ServerOptions {
  readonly service: string;
  readonly logger: Logger;
  /** Largest request body in bytes; a longer one is refused with BODY_TOO_LARGE. */
  readonly bodyLimit?: number;
  /** How an error is written for this service's clients; JSON `{code, message, traceId}` unless given. */
  readonly renderError?: ErrorRenderer;
  /** Largest request head in bytes; longer ones are refused with HEADERS_TOO_LARGE. */
  readonly maxHeaderBytes?: number;
  /** Addresses of the proxies whose X-Forwarded-For is believed; those of `authentication` unless given. */
  readonly trustedProxies?: readonly string[];
}

export interface RenderedError {
  readonly contentType: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}
export type ErrorRenderer = (
  error: AppError,
  traceId: string,
  /** Its `url` is empty for a request that could not be read so far. */
  request: Pick<FastifyRequest, "url">,
) => RenderedError;

export interface HttpServer {
  readonly app: FastifyInstance;
  /** Makes the context of an operation that comes on a socket with such headers. */
  readonly contextOf: (headers: HeaderValues) => Promise<RequestContext>;
  readonly readiness: Readiness;
  readonly registry: Registry;
}

// A token that is far too long is to meet our own refusal, not the parser's.
const MAX_HEADER_BYTES = 128 * 1024;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answered to anybody, without asking who it is. */
    public?: boolean;
  }
}

/** A Fastify server with what every service shares: request context, health, metrics and JSON errors. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const loggerInstance: FastifyBaseLogger = options.logger;
  const render = options.renderError ?? renderJsonError;
  const trustedProxies = options.trustedProxies ?? options.authentication?.trustedProxies;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit ?? 1_048_576,
    requestTimeout: 60_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 256 },
    // A missing host is refused with a code, like every other fault.
    http: { maxHeaderSize: options.maxHeaderBytes ?? MAX_HEADER_BYTES, requireHostHeader: false },
    ...(trustedProxies === undefined ? {} : { trustProxy: [...trustedProxies] }),
    // What the router itself refuses, such as a malformed %-escape, passes no error handler.
    frameworkErrors: (thrown, request, reply) => void answerError(render, thrown, request, reply),
    // What Node's parser refuses never becomes a request.
    clientErrorHandler: (thrown, socket) => answerClientError(render, thrown, socket),
  });
  acceptStrictJson(app);
  const readiness = new Readiness();
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });

  answerErrors(app, render);
  enterContext(app, async (request) => {
    refuseAmbiguousHeaders(request.raw);
    if (options.contextOf !== undefined) return options.contextOf(request);
    // Whether a service lives is answered to anybody.
    if (request.routeOptions.config.public === true) return anonymousContext(request.headers);
    return contextOfHeaders(options, request.headers);
  });
  endConnectionsWhenClosing(app);
  serveHealth(app, readiness);
  serveMetrics(app, registry);
  const contextOf: HttpServer["contextOf"] = async (headers) => contextOfHeaders(options, headers);
  return { app, contextOf, readiness, registry };
}

function contextOfHeaders(
  { authentication }: HttpServerOptions,
  headers: HeaderValues,
): RequestContext | Promise<RequestContext> {
  if (authentication !== undefined) return authentication.contextOf(headers);
  // A service with ways of its own for requests has said nothing of sockets.
  throw new AppError("UNAUTHENTICATED", "Ask over HTTP, with an access token.");
}

const contexts = new WeakMap<FastifyRequest["raw"], RequestContext>();

/** The context of a request: one for its whole life, so trace and time never differ within it. */
export function requestContext(request: FastifyRequest): RequestContext {
  const known = contexts.get(request.raw);
  if (known !== undefined) return known;
  const context = anonymousContext(request.headers);
  contexts.set(request.raw, context);
  return context;
}

/** Every handler runs inside its request's context, so logs and calls carry its trace. */
function enterContext(
  app: FastifyInstance,
  contextOf: (request: FastifyRequest) => Promise<RequestContext>,
): void {
  app.addHook("onRequest", async (request) => {
    contexts.set(request.raw, { clientAddress: request.ip, ...(await contextOf(request)) });
  });
  app.addHook("onRequest", (request, reply, done) => {
    try {
      const context = requestContext(request);
      void reply.header("x-trace-id", context.traceId);
      runInContext(context, done);
    } catch (error) {
      done(error as Error);
    }
  });
  // Reading the body hops to the socket's events, which are outside; step in again.
  app.addHook("preValidation", (request, _reply, done) =>
    runInContext(requestContext(request), done),
  );
}

/** A request still running at shutdown would otherwise hold its kept-alive connection, and the close, for minutes. */
function endConnectionsWhenClosing(app: FastifyInstance): void {
  let closing = false;
  app.addHook("preClose", (done) => {
    closing = true;
    done();
  });
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (closing) void reply.header("connection", "close");
    done(null, payload);
  });
}

function serveHealth(app: FastifyInstance, readiness: Readiness): void {
  const config = { public: true };
  app.get("/health/live", { config }, () => ({ status: "live" }));
  app.get("/health/ready", { config }, async (_request, reply) => {
    const report = await readiness.report();
    return reply.status(report.ready ? 200 : 503).send(report);
  });
}

function serveMetrics(app: FastifyInstance, registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the request's arrival to the end of its answer, in seconds",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unknown";
    duration.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    done();
  });
  app.get("/metrics", { config: { public: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

function answerErrors(app: FastifyInstance, render: ErrorRenderer): void {
  app.setErrorHandler((thrown, request, reply) => answerError(render, thrown, request, reply));
  app.setNotFoundHandler((request) => {
    throw new AppError(
      "NOT_FOUND",
      `There is no ${request.method} ${request.url.split("?")[0] ?? ""} here.`,
    );
  });
}

function answerError(
  render: ErrorRenderer,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = toAppError(thrown);
  if (error.status >= 500) request.log.error({ err: thrown, detail: error.detail }, error.message);
  const { contentType, body, headers } = render(error, traceIdOf(request), request);
  return reply
    .status(error.status)
    .headers(headers ?? {})
    .type(contentType)
    .send(JSON.stringify(body));
}

function answerClientError(
  render: ErrorRenderer,
  thrown: { readonly code?: string },
  socket: Socket,
): void {
  const refusal = refusalOfClientError(thrown);
  if (refusal === undefined) {
    socket.destroy();
    return;
  }
  const { contentType, body } = render(refusal, newTraceId(), { url: "" });
  endWithAnswer(socket, refusal, contentType, JSON.stringify(body));
}

/** The context's trace id; a request refused before it had a context still gets one. */
const traceIdOf = (request: FastifyRequest): string => {
  const sent = request.headers["traceparent"];
  return contexts.get(request.raw)?.traceId ?? traceIdFrom(Array.isArray(sent) ? sent[0] : sent);
};

const FASTIFY_CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["BODY_TOO_LARGE", "The body is larger than this service accepts."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["UNSUPPORTED_MEDIA_TYPE", "Send application/json."],
  FST_ERR_CTP_INVALID_JSON_BODY: ["MALFORMED_BODY", "The body is not valid JSON."],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["MALFORMED_BODY", "The body is empty."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "MALFORMED_BODY",
    "The body's length is not the announced one.",
  ],
};

/** Every failure becomes a coded one; what has no code of ours is masked. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { code, statusCode } = thrown as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : FASTIFY_CODES[code];
  if (known !== undefined) return new AppError(known[0], known[1], { cause: thrown });
  if (
    thrown instanceof SyntaxError ||
    (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
  ) {
    return new AppError("MALFORMED_BODY", "The request cannot be read.", { cause: thrown });
  }
  return new AppError("INTERNAL_ERROR", "Something went wrong on our side.", {
    cause: thrown,
    detail: thrown instanceof Error ? thrown.message : String(thrown),
  });
}

const renderJsonError: ErrorRenderer = (error, traceId, request) => ({
  contentType: "application/json; charset=utf-8",
  body: request.url.startsWith("/graphql")
    ? { errors: [{ message: error.message, extensions: { code: error.code, traceId } }] }
    : { code: error.code, message: error.message, traceId },
  ...(error.code === "UNAUTHENTICATED" || error.code === "STEP_UP_REQUIRED"
    ? { headers: { "www-authenticate": authenticateChallenge(error.code) } }
    : {}),
});
