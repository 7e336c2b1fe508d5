import { AppError } from "@allfunds/contract/errors";
import type { AuditEvent } from "@allfunds/platform/audit";
import type { Authentication } from "@allfunds/platform/auth";
import { createHttpServer, requestContext, type HttpServer } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Negotiator from "negotiator";
import { admitCallers, contextOfRequest } from "./access/admit.ts";
import { reportRefusals } from "./access/report-refusals.ts";
import type { Answer, Endpoint } from "./endpoint.ts";
import type { GatewayClient } from "./gateway/gateway-client.ts";
import { renderProblem } from "./http/problem.ts";
import { settleRequests } from "./http/settle-request.ts";
import { openApiDocument } from "./openapi/document.ts";
import { answerWaiting } from "./shapes/waiting.ts";

export interface BridgeOptions {
  /** Name in logs and metrics. */
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
  readonly gateway: GatewayClient;
  readonly logger: Logger;
  /** Says who asks. */
  readonly authentication: Pick<Authentication, "contextOf" | "ready">;
  /** Where clients get their tokens, for the document. */
  readonly tokenUrl: string;
  /** Takes lines for the audit trail; absent, nobody is told whom the bridge turns away. */
  readonly audit?: ((event: AuditEvent) => void) | undefined;
  /** Whose X-Forwarded-For is believed: addresses, networks or `loopback`. */
  readonly trustedProxies: readonly string[];
  /** Largest request body in bytes. */
  readonly bodyLimit: number;
}

const DOCUMENT_PATH = "/api/v1/openapi.json";

/** One server of the bridge, with the endpoints it is there for and their OpenAPI document. */
export function createBridge(options: BridgeOptions): HttpServer {
  const { service, endpoints, gateway, logger, bodyLimit, authentication, trustedProxies } =
    options;
  const server = createHttpServer({
    service,
    logger,
    bodyLimit,
    renderError: renderProblem,
    contextOf: contextOfRequest(authentication),
    trustedProxies,
  });
  if (options.audit !== undefined) reportRefusals(server.app, options.audit);
  admitCallers(server.app);
  settleRequests(server.app, [...endpoints, { method: "GET", path: DOCUMENT_PATH }]);
  for (const endpoint of endpoints) serveEndpoint(server.app, endpoint, gateway);
  const document = JSON.stringify(openApiDocument(endpoints, options.tokenUrl));
  server.app.get(DOCUMENT_PATH, (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(document),
  );
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
      const mediaType = agreedMediaType(request, endpoint.produces);
      const { params, query, body, headers, url } = request;
      const context = requestContext(request);
      const arrived = { params, query, body, headers, url, mediaType, context };
      const answer = await endpoint.handle(arrived, gateway).catch(whatWaits);
      return send(reply, mediaType, answer);
    },
  });
}

function whatWaits(refusal: unknown): Answer {
  if (refusal instanceof AppError && refusal.code === "APPROVAL_REQUIRED") {
    return answerWaiting(refusal);
  }
  throw refusal;
}

function agreedMediaType(request: FastifyRequest, produced: readonly string[]): string {
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
