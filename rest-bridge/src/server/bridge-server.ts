import { Readable } from "node:stream";
import { AppError } from "@allfunds/contract/errors";
import type { AuditEvent } from "@allfunds/platform/audit";
import type { Authentication } from "@allfunds/platform/auth";
import {
  callerOf,
  createHttpServer,
  requestContext,
  signalWhenGone,
  type HttpServer,
  type LimitBounds,
} from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Negotiator from "negotiator";
import { ASSISTANT_ROUTES, serveAssistants } from "../assistants/serve-assistants.ts";
import type { Answer, Endpoint } from "../endpoint/endpoint.ts";
import { takesKey } from "../endpoint/headers.ts";
import { contentTag, heldTag, REVALIDATED, tagOf } from "../endpoint/entity-tag.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { DOCUMENT_PATH, openApiDocument } from "../openapi/document.ts";
import { PAGE_PATHS, servePages } from "../pages/serve-pages.ts";
import { answerWaiting } from "../transactions/posting.ts";
import { admitCallers, contextOfRequest } from "./admission.ts";
import { problemRenderer, PROTECTION } from "./problem.ts";
import { refuseUnroutable } from "./refuse-unroutable.ts";
import { reportRefusals } from "./report-refusals.ts";
import { RunningKeys } from "./running-keys.ts";
import { answeredVersion, refuseUnknownVersion, versionHeaders } from "../versions/api-version.ts";

export interface BridgeOptions {
  /** Name in logs and metrics. */
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
  readonly gateway: GatewayClient;
  readonly logger: Logger;
  readonly authentication: Pick<Authentication, "contextOf" | "ready">;
  /** The issuer of tokens, for programs that find it through the bridge. */
  readonly issuer: string;
  /** Where clients get their tokens, for the OpenAPI document. */
  readonly tokenUrl: string;
  /** The public application by which users sign in to the explorer. */
  readonly explorerClientId: string | undefined;
  /** The address by which clients reach the bridge. */
  readonly publicUrl: string;
  /** Takes events for the audit log; without it, refusals are not reported. */
  readonly audit: ((event: AuditEvent) => void) | undefined;
  /** The proxies whose X-Forwarded-For is trusted: addresses, networks or `loopback`. */
  readonly trustedProxies: readonly string[];
  /** The bounds of the requests that it works on at the same time. */
  readonly admission: LimitBounds;
  /** Largest request body in bytes. */
  readonly bodyLimit: number;
  /** Origins whose pages may call it from browsers. */
  readonly corsOrigins: readonly string[];
}

/** A server for some endpoints and their OpenAPI document. */
export function createBridgeServer(options: BridgeOptions): HttpServer {
  const {
    service,
    endpoints,
    gateway,
    logger,
    bodyLimit,
    authentication,
    trustedProxies,
    corsOrigins,
    admission,
  } = options;
  const server = createHttpServer({
    service,
    logger,
    bodyLimit,
    renderError: problemRenderer(options.publicUrl, gateway.budgets),
    publicAnswers: { corsOrigins },
    admission,
    contextOf: contextOfRequest(authentication),
    trustedProxies,
    beforeContext: refuseUnroutable([
      ...endpoints,
      ...ASSISTANT_ROUTES,
      ...[DOCUMENT_PATH, ...PAGE_PATHS].map((path) => ({ method: "GET", path })),
    ]),
  });
  // Fastify accepts text as a body; the bridge accepts JSON only.
  server.app.removeContentTypeParser("text/plain");
  if (options.audit !== undefined) reportRefusals(server.app, options.audit);
  admitCallers(server.app);
  protectAnswers(server.app);
  answerInVersions(server.app);
  const running = new RunningKeys();
  for (const endpoint of endpoints) serveEndpoint(server.app, endpoint, gateway, running);
  serveDocument(server.app, endpoints, options.tokenUrl);
  servePages(server.app, endpoints, options);
  serveAssistants(server.app, options);
  server.readiness.add("gateway", () => gateway.checkReady());
  server.readiness.add("issuer", () => authentication.ready());
  return server;
}

function serveEndpoint(
  app: FastifyInstance,
  endpoint: Endpoint,
  gateway: GatewayClient,
  running: RunningKeys,
): void {
  const isRepeatable = takesKey(endpoint.docs);
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { endpoint, mayHaveNoBody: endpoint.body === undefined || !endpoint.bodyRequired },
    handler: async (request, reply) => {
      const mediaType = negotiateMediaType(request, endpoint.produces);
      const { params, query, body, headers, url } = request;
      const context = requestContext(request);
      const gone = signalWhenGone(reply.raw);
      const passOn = (name: string, value: string): void => void reply.header(name, value);
      const raw = { params, query, body, headers, url, mediaType, context, gone, passOn };
      const work = () => endpoint.handle(raw, gateway).catch(waitingOrRefused);
      const { idempotencyKey, tenantId, actor } = context;
      // With another body it is another request, which the book refuses.
      const answer =
        isRepeatable && idempotencyKey !== undefined
          ? await running.run(JSON.stringify([tenantId, actor, url, idempotencyKey, body]), work)
          : await work();
      return send(request, reply, mediaType, answer);
    },
  });
}

/** Renders the document at the first request for it: a start does not need it. */
function serveDocument(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  tokenUrl: string,
): void {
  let document: { readonly text: string; readonly etag: string } | undefined;
  app.get(DOCUMENT_PATH, (request, reply) => {
    if (document === undefined) {
      const text = JSON.stringify(openApiDocument(endpoints, tokenUrl));
      document = { text, etag: contentTag(text) };
    }
    const { text, etag } = document;
    void reply.headers({ etag, "cache-control": "public, max-age=300" });
    const held = heldTag(request.headers["if-none-match"], etag);
    if (held !== undefined) return reply.status(304).header("etag", held).send();
    return reply.type("application/json; charset=utf-8").send(text);
  });
}

/** Refuses versions that there are not, and names the version of every answer of an endpoint. */
function answerInVersions(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ headers }) => refuseUnknownVersion(headers));
  app.addHook("onSend", (request, reply, payload, done) => {
    if (request.url.startsWith("/api/")) {
      void reply.headers(versionHeaders(answeredVersion(request.headers, callerOf(request))));
    }
    done(null, payload);
  });
}

/** Protects each answer whose endpoint has not decided otherwise. */
function protectAnswers(app: FastifyInstance): void {
  app.addHook("onSend", (_request, reply, payload, done) => {
    for (const [name, value] of Object.entries(PROTECTION))
      if (!reply.hasHeader(name)) void reply.header(name, value);
    done(null, payload);
  });
}

function waitingOrRefused(refusal: unknown): Answer {
  if (!(refusal instanceof AppError) || refusal.code !== "APPROVAL_REQUIRED") throw refusal;
  if (refusal.proposalId !== undefined) return answerWaiting(refusal);
  // Of several that are recorded together one needs approval: none waits.
  const { message, violations = [] } = refusal;
  throw new AppError("BULK_REFUSED", message, { cause: refusal, violations });
}

const UTF8_PARAMETER = /;\s*charset\s*=\s*"?utf-?8"?(?=\s*(?:[;,]|$))/gi;

function negotiateMediaType(request: FastifyRequest, produced: readonly string[]): string {
  const { accept } = request.headers;
  // An empty header accepts everything, and every answer is in UTF-8: many clients name that.
  const stated = accept?.trim() ? accept.replaceAll(UTF8_PARAMETER, "") : "*/*";
  const mediaType = new Negotiator({ headers: { accept: stated } }).mediaType([...produced]);
  if (mediaType !== undefined) return mediaType;
  throw new AppError("NOT_ACCEPTABLE", `This answers in ${produced.join(" or ")}.`);
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  mediaType: string,
  { status, headers, body }: Answer,
): FastifyReply {
  void reply.headers({ vary: "accept, authorization", ...headers });
  void reply
    .status(status)
    .type(BINARY.test(mediaType) ? mediaType : `${mediaType}; charset=utf-8`);
  // Of a stream HEAD needs the headers alone: reading it would run the whole export.
  if (isStream(body)) return reply.send(request.method === "HEAD" ? "" : Readable.from(body));
  const whole =
    typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  if (isRead(request) && status === 200) {
    const etag = tagOf(headers, whole);
    void reply.headers({ etag, "cache-control": REVALIDATED });
    const held = heldTag(request.headers["if-none-match"], etag);
    if (held !== undefined) return reply.status(304).header("etag", held).send();
  }
  return reply.send(whole);
}

/** Media types of bytes, which have no character set. */
const BINARY = /^application\/(?:pdf|vnd\.)/;

const isStream = (body: Answer["body"]): body is AsyncIterable<string | Uint8Array> =>
  typeof body === "object" && Symbol.asyncIterator in body;

const isRead = ({ method }: FastifyRequest): boolean => method === "GET" || method === "HEAD";
