import { AppError } from "@allfunds/contract/errors";
import type { AuditEvent } from "@allfunds/platform/audit";
import type { Authentication } from "@allfunds/platform/auth";
import {
  createHttpServer,
  requestContext,
  signalWhenGone,
  type HttpServer,
} from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Negotiator from "negotiator";
import type { Answer, Endpoint } from "../endpoint/endpoint.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { openApiDocument } from "../openapi/document.ts";
import { answerWaiting } from "../transactions/posting.ts";
import { admitCallers, contextOfRequest } from "./admission.ts";
import { renderProblem } from "./problem.ts";
import { refuseUnroutable } from "./refuse-unroutable.ts";
import { reportRefusals } from "./report-refusals.ts";

export interface BridgeOptions {
  /** Name in logs and metrics. */
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
  readonly gateway: GatewayClient;
  readonly logger: Logger;
  readonly authentication: Pick<Authentication, "contextOf" | "ready">;
  /** Where clients get their tokens, for the OpenAPI document. */
  readonly tokenUrl: string;
  /** Takes events for the audit log; without it, refusals are not reported. */
  readonly audit: ((event: AuditEvent) => void) | undefined;
  /** The proxies whose X-Forwarded-For is trusted: addresses, networks or `loopback`. */
  readonly trustedProxies: readonly string[];
  /** Largest request body in bytes. */
  readonly bodyLimit: number;
  /** Origins whose pages may call it from browsers. */
  readonly corsOrigins: readonly string[];
}

const DOCUMENT_PATH = "/api/v1/openapi.json";

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
  } = options;
  const server = createHttpServer({
    service,
    logger,
    bodyLimit,
    renderError: renderProblem,
    publicAnswers: { corsOrigins },
    contextOf: contextOfRequest(authentication),
    trustedProxies,
  });
  if (options.audit !== undefined) reportRefusals(server.app, options.audit);
  admitCallers(server.app);
  refuseUnroutable(server.app, [...endpoints, { method: "GET", path: DOCUMENT_PATH }]);
  for (const endpoint of endpoints) serveEndpoint(server.app, endpoint, gateway);
  serveDocument(server.app, endpoints, options.tokenUrl);
  server.readiness.add("gateway", () => gateway.checkReady());
  server.readiness.add("issuer", () => authentication.ready());
  return server;
}

function serveEndpoint(app: FastifyInstance, endpoint: Endpoint, gateway: GatewayClient): void {
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { endpoint },
    handler: async (request, reply) => {
      const mediaType = negotiateMediaType(request, endpoint.produces);
      const { params, query, body, headers, url } = request;
      const context = requestContext(request);
      const gone = signalWhenGone(reply.raw);
      const raw = { params, query, body, headers, url, mediaType, context, gone };
      const answer = await endpoint.handle(raw, gateway).catch(waitingOrRefused);
      return send(reply, mediaType, answer);
    },
  });
}

/** Renders the document at the first request for it: a start does not need it. */
function serveDocument(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  tokenUrl: string,
): void {
  let document: string | undefined;
  app.get(DOCUMENT_PATH, (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(endpoints, tokenUrl));
    return reply.type("application/json; charset=utf-8").send(document);
  });
}

function waitingOrRefused(refusal: unknown): Answer {
  if (refusal instanceof AppError && refusal.code === "APPROVAL_REQUIRED") {
    return answerWaiting(refusal);
  }
  throw refusal;
}

function negotiateMediaType(request: FastifyRequest, produced: readonly string[]): string {
  const mediaType = new Negotiator(request.raw).mediaType([...produced]);
  if (mediaType !== undefined) return mediaType;
  throw new AppError("NOT_ACCEPTABLE", `This answers in ${produced.join(" or ")}.`);
}

const send = (
  reply: FastifyReply,
  mediaType: string,
  { status, headers, body }: Answer,
): FastifyReply =>
  reply
    .status(status)
    .headers({ vary: "accept", ...headers })
    .type(`${mediaType}; charset=utf-8`)
    .send(typeof body === "string" ? body : JSON.stringify(body));
