import type { FastifyInstance, FastifyRequest } from "fastify";
import { POSITION_HEADER } from "../book-positions.ts";
import { requestSpan } from "../telemetry/trace-requests.ts";
import { withSpan } from "../telemetry/tracing.ts";
import { anonymousContext, runInContext, traceIdFrom, type RequestContext } from "../context.ts";

/** Of a caller that does not state how long it waits. */
const LONGEST_REQUEST_MS = 30_000;

const contexts = new WeakMap<FastifyRequest["raw"], RequestContext>();

/** The context of a request: one object per request, so its trace and time never change. */
export function requestContext(request: FastifyRequest): RequestContext {
  const existing = contexts.get(request.raw);
  if (existing !== undefined) return existing;
  const context = anonymousContext(request.headers);
  contexts.set(request.raw, context);
  return context;
}

/** Runs every handler inside its request's context, so logs and outgoing requests carry the trace. */
export function enterContext(
  app: FastifyInstance,
  contextOf: (request: FastifyRequest) => Promise<RequestContext>,
  timeLimitMs = LONGEST_REQUEST_MS,
): void {
  app.addHook("onRequest", async (request) => {
    const arrivedMs = performance.now();
    const context = await contextOf(request);
    const deadlineMs = arrivedMs + Math.min(context.timeoutMs ?? LONGEST_REQUEST_MS, timeLimitMs);
    contexts.set(request.raw, { clientAddress: request.ip, ...context, deadlineMs });
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
  app.addHook("onSend", (request, reply, payload, done) => {
    const seen = contexts.get(request.raw)?.seen?.text;
    if (seen !== undefined) void reply.header(POSITION_HEADER, seen);
    done(null, payload);
  });
  // Reading the body resumes in socket events outside of the context, so enter it again.
  app.addHook("preValidation", (request, _reply, done) =>
    withSpan(requestSpan(request), () => runInContext(requestContext(request), done)),
  );
}

/** Who sent a request; undefined before it was authenticated. */
export const callerOf = (request: FastifyRequest): RequestContext["caller"] =>
  contexts.get(request.raw)?.caller;

/** The context's trace id; a request that was refused before it had a context gets one, too. */
export const traceIdOf = (request: FastifyRequest): string => {
  const sent = request.headers["traceparent"];
  return contexts.get(request.raw)?.traceId ?? traceIdFrom(Array.isArray(sent) ? sent[0] : sent);
};
