import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import { AppError } from "@allfunds/contract/errors";
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type onRequestHookHandler,
} from "fastify";
import { AggregatorRegistry, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { Admission } from "../admission/admission.ts";
import { RequestAdmission } from "./admit-requests.ts";
import { INTERNAL_BOUNDS, type LimitBounds } from "../admission/concurrency-limit.ts";
import type { Authentication } from "../auth/authentication.ts";
import { anonymousContext, type HeaderValues, type RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";
import { currentMesh, type Mesh } from "../mesh/mesh.ts";
import {
  answerClientError,
  answerError,
  answerErrors,
  renderJsonError,
  type ErrorRenderer,
} from "./error-response.ts";
import { Http2Acceptor } from "./accept-http2.ts";
import { traceRequests } from "../telemetry/trace-requests.ts";
import { servePublicAnswers, type PublicAnswers } from "./public-answers.ts";
import { Readiness, serveHealth } from "./readiness.ts";
import { enterContext } from "./request-context.ts";
import {
  acceptStrictJson,
  handleUnknownExpectations,
  refuseAmbiguousHeaders,
} from "./strict-requests.ts";
import { UnfinishedRequests } from "./unfinished-requests.ts";

export type HttpServerOptions = ServiceOptions & CallerOptions;

/** How a server authenticates its callers; `OPEN_TO_ALL` requires no token. */
type CallerOptions =
  | {
      /** Authenticates requests over HTTP and operations on sockets. */
      readonly authentication: Pick<Authentication, "contextOf"> &
        Partial<Pick<Authentication, "trustedProxies">>;
      readonly contextOf?: undefined;
    }
  | {
      readonly authentication?: undefined;
      /** Creates an HTTP request's context or refuses it, for a service with its own authentication. */
      readonly contextOf: (request: FastifyRequest) => RequestContext | Promise<RequestContext>;
    };

interface ServiceOptions {
  readonly service: string;
  readonly logger: Logger;
  /** Largest request body in bytes; longer ones are refused with BODY_TOO_LARGE. */
  readonly bodyLimit?: number;
  /** Whether numbers of bodies that a double would round become `ExactNumber`s. */
  readonly exactNumbers?: boolean;
  /** Renders an error for clients; by default as JSON `{code, message, traceId}`. */
  readonly renderError?: ErrorRenderer;
  /** Largest request head in bytes; longer ones are refused with HEADERS_TOO_LARGE. */
  readonly maxHeaderBytes?: number;
  /** Proxies whose X-Forwarded-For is trusted; by default those of `authentication`. */
  readonly trustedProxies?: readonly string[];
  /** The bounds of the requests that it works on at the same time; by default those of a service within the system. */
  readonly admission?: LimitBounds;
  /** Refuses what no token and no header would make right, such as a wrong method. */
  readonly beforeContext?: onRequestHookHandler;
  /** For a server of clients outside of the system. */
  readonly publicAnswers?: PublicAnswers;
  /** Whether clients may speak HTTP/2 as well: by prior knowledge, with TLS by agreement. */
  readonly http2?: boolean;
  /** Serves in mutual TLS; by default the mesh of this process, if it is in one. */
  readonly mesh?: Mesh | undefined;
}

export interface HttpServer {
  readonly app: FastifyInstance;
  /** Creates the context of an operation on a socket from its headers. */
  readonly contextOf: (headers: HeaderValues) => Promise<RequestContext>;
  readonly readiness: Readiness;
  /** Answers what has no answer yet with SHUTTING_DOWN; the end of the process would end its connection. */
  readonly refuseUnfinished: () => void;
  readonly registry: Registry;
  /** A registry of the same metrics for another part of the service; `/metrics` shows both, these with the given labels. */
  readonly registryOf: (labels: Readonly<Record<string, string>>) => Registry;
}

/** How long a client may take to send a request, and its head. Slower ones hold their connections without use. */
const REQUEST_TIMEOUT_MS = 13_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How long a request that is arriving when the server stops has for its first line and headers. */
const LAST_ARRIVALS_MS = 1_000;
/** How long a connection without a request stays open, as in Fastify. */
const KEEP_ALIVE_MS = 72_000;

// Large, so an overlong token is refused by the service and not by the parser.
const MAX_HEADER_BYTES = 128 * 1024;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Serves the route without authentication. */
    public?: boolean;
    /** Takes an empty body for none: many clients send a content type with it. */
    mayHaveNoBody?: boolean;
  }
}

/** Creates a Fastify server with request context, health, metrics, strict JSON and coded errors. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const loggerInstance: FastifyBaseLogger = options.logger;
  const render = options.renderError ?? renderJsonError;
  const trustedProxies = options.trustedProxies ?? options.authentication?.trustedProxies;
  const mesh = options.mesh ?? currentMesh();
  // refuseAmbiguousHeaders refuses a missing host with a code.
  const http = {
    maxHeaderSize: options.maxHeaderBytes ?? MAX_HEADER_BYTES,
    requireHostHeader: false,
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
  };
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  const http2 = options.http2 === true ? http2Acceptor(registry, http.maxHeaderSize) : undefined;
  const admission = new RequestAdmission(
    new Admission(options.admission ?? INTERNAL_BOUNDS, registry, options.logger),
    render,
  );
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit ?? 1_048_576,
    forceCloseConnections: "idle",
    // A machine that starts everything at once needs longer than ten seconds; readiness shows when it is done.
    pluginTimeout: 0,
    routerOptions: { maxParamLength: 256 },
    serverFactory: serverFactoryOf(admission, mesh, http2, http),
    ...(trustedProxies === undefined ? {} : { trustProxy: [...trustedProxies] }),
    // The router's own refusals, such as of a malformed %-escape, bypass the error handler.
    frameworkErrors: (thrown, request, reply) => void answerError(render, thrown, request, reply),
    // What Node's parser refuses never becomes a Fastify request.
    clientErrorHandler: (thrown, socket) => answerClientError(render, thrown, socket),
  });
  acceptStrictJson(app, options.exactNumbers ?? false);
  handleUnknownExpectations(app);
  const readiness = new Readiness();

  answerErrors(app, render);
  traceRequests(app);
  // Before tokens are verified: browsers ask without one, and pages read refusals too.
  if (options.publicAnswers !== undefined) servePublicAnswers(app, options.publicAnswers);
  admission.watch(app);
  const unfinished = new UnfinishedRequests(render);
  unfinished.watch(app);
  const enter = async (request: FastifyRequest): Promise<RequestContext> => {
    refuseAmbiguousHeaders(request.raw);
    const context = await contextOfRequest(options, request);
    admission.identify(request, context);
    return context;
  };
  if (options.beforeContext !== undefined) app.addHook("onRequest", options.beforeContext);
  enterContext(app, enter, mesh?.timeLimitMs);
  endConnectionsWhenClosing(app, http2);
  serveHealth(app, readiness);
  const registries: [Registry, ...Registry[]] = [registry];
  serveMetrics(app, registries);
  if (mesh !== undefined) showMesh(mesh, registry);
  const contextOf: HttpServer["contextOf"] = async (headers) => contextOfHeaders(options, headers);
  const registryOf: HttpServer["registryOf"] = (labels) => {
    const further = new Registry();
    further.setDefaultLabels({ service: options.service, ...labels });
    registries.push(further);
    return further;
  };
  const refuseUnfinished = (): void => unfinished.refuse();
  return { app, contextOf, readiness, refuseUnfinished, registry, registryOf };
}

function contextOfRequest(
  options: HttpServerOptions,
  request: FastifyRequest,
): RequestContext | Promise<RequestContext> {
  if (options.contextOf !== undefined) return options.contextOf(request);
  if (request.routeOptions.config.public === true) return anonymousContext(request.headers);
  return contextOfHeaders(options, request.headers);
}

function contextOfHeaders(
  { authentication }: HttpServerOptions,
  headers: HeaderValues,
): RequestContext | Promise<RequestContext> {
  if (authentication !== undefined) return authentication.contextOf(headers);
  // A service with its own HTTP authentication has none for sockets.
  throw new AppError("UNAUTHENTICATED", "Send the operation over HTTP, with an access token.");
}

/**
 * Ends kept-alive connections after the reply, because they would delay the shutdown for minutes, and at once those
 * on which nothing was sent yet: Node takes them for requests that are arriving.
 */
function endConnectionsWhenClosing(app: FastifyInstance, http2: Http2Acceptor | undefined): void {
  let closing = false;
  // The acceptor has a list of its own.
  const endUnused = http2 === undefined ? watchUnused(app.server) : () => http2.close();
  app.addHook("preClose", (done) => {
    closing = true;
    // What the event loop has not read yet is no unused connection.
    setImmediate(() => setImmediate(endUnused));
    done();
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    // HTTP/2 has no such header, which Fastify sets with some refusals.
    if (request.raw.httpVersionMajor === 2) void reply.removeHeader("connection");
    else if (closing) void reply.header("connection", "close");
    done(null, payload);
  });
}

/** Keeps the connections without a request so far; returns what ends them, those in the middle of one a moment later. */
function watchUnused(server: Server): () => void {
  const unused = new Set<Socket>();
  server.on(server instanceof TlsServer ? "secureConnection" : "connection", (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  const used = ({ socket }: { readonly socket: Socket }): void => void unused.delete(socket);
  server.prependListener("request", used);
  // Only once upgrades are taken: with any listener for them, Node no longer answers them as requests.
  let takesUpgrades = false;
  server.on("newListener", (event: string) => {
    if (event !== "upgrade" || takesUpgrades) return;
    takesUpgrades = true;
    server.prependListener("upgrade", used);
  });
  const end = (): void => {
    for (const socket of unused) socket.destroy();
  };
  return () => {
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
    setTimeout(end, LAST_ARRIVALS_MS).unref();
  };
}

/** Creates servers that admit requests, with what Fastify sets on those that it creates itself. */
function serverFactoryOf(
  admission: RequestAdmission,
  mesh: Mesh | undefined,
  http2: Http2Acceptor | undefined,
  http: ServerOptions,
) {
  const options = { ...http, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const offered = http2 === undefined ? {} : { ALPNProtocols: ["h2", "http/1.1"] };
  return (framework: RequestListener): Server => {
    const listener = admission.before(framework);
    const server =
      mesh === undefined
        ? createServer(options, listener)
        : mesh.createServer({ ...options, ...offered }, listener);
    http2?.accept(server);
    return server;
  };
}

const http2Acceptor = (registry: Registry, maxHeaderBytes: number): Http2Acceptor =>
  new Http2Acceptor({
    registry,
    maxHeaderBytes,
    firstBytesMs: HEADERS_TIMEOUT_MS,
    requestMs: REQUEST_TIMEOUT_MS,
    idleMs: KEEP_ALIVE_MS,
  });

function showMesh(mesh: Mesh, registry: Registry): void {
  const expiry: Gauge = new Gauge({
    name: "mesh_certificate_expiry_timestamp_seconds",
    help: "When the certificate that this service presents ends, in seconds since 1970",
    registers: [],
    collect: () => expiry.set(mesh.expiresAtMs / 1_000),
  });
  const refused: Gauge = new Gauge({
    name: "mesh_refused_connections",
    help: "Connections refused since the start, because the policy does not list their callers",
    registers: [],
    collect: () => refused.set(mesh.refused),
  });
  registry.registerMetric(expiry);
  registry.registerMetric(refused);
}

async function metricsOf(registries: readonly Registry[]): Promise<string> {
  const [only] = registries;
  if (registries.length === 1 && only !== undefined) return only.metrics();
  const read = await Promise.all(registries.map((each) => each.getMetricsAsJSON()));
  return AggregatorRegistry.aggregate(read).metrics();
}

/** The first registry gets the metrics of the server itself. */
function serveMetrics(app: FastifyInstance, registries: readonly [Registry, ...Registry[]]): void {
  const [registry] = registries;
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
    reply.type(registry.contentType).send(await metricsOf(registries)),
  );
}
