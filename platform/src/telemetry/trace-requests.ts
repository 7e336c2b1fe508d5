import type { Span } from "@opentelemetry/api";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { SpanStatusCode } from "@opentelemetry/api";
import { openSpan, withSpan } from "./tracing.ts";

const spans = new WeakMap<FastifyRequest["raw"], Span>();

/** Probes come every few seconds, and explain nothing of the load. */
export const isProbe = (url: string): boolean => url.startsWith("/health/") || url === "/metrics";

/** The span of a request, to continue in after its body was read. */
export const requestSpan = (request: FastifyRequest): Span | undefined => spans.get(request.raw);

/** Makes a span of each request, from its arrival to the end of its answer. Add it before other hooks. */
export function traceRequests(app: FastifyInstance): void {
  app.addHook("onRequest", (request, _reply, done) => {
    const span = isProbe(request.url) ? undefined : startSpan(request);
    if (span === undefined) return done();
    spans.set(request.raw, span);
    withSpan(span, done);
  });
  app.addHook("onResponse", (request, reply, done) => {
    const span = spans.get(request.raw);
    span?.setAttribute("http.response.status_code", reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}

function startSpan(request: FastifyRequest): Span | undefined {
  const { method, headers } = request;
  const route = request.routeOptions.url ?? "unknown";
  const sent = headers["traceparent"];
  return openSpan(`${method} ${route}`, {
    kind: "SERVER",
    parent: typeof sent === "string" ? sent : undefined,
    attributes: { "http.request.method": method, "http.route": route },
  });
}
