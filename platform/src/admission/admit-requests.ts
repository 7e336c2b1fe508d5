import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { NO_TENANT_ID, type RequestContext } from "../context.ts";
import type { Admission } from "./admission.ts";

/** Requests that were admitted, and refused by a service that they needed. */
const refusedAhead = new WeakSet<FastifyRequest>();

/** The end of a token is its signature, which cannot be guessed. */
const TOKEN_TAIL = 64;

const credentialOf = ({ headers: { authorization } }: FastifyRequest): string | undefined =>
  authorization?.slice(-TOKEN_TAIL);

/** Has a server admit each request before its token is verified and its body read. Probes are always served. */
export function admitRequests(app: FastifyInstance, admission: Admission): void {
  let stop: (() => void) | undefined;
  app.addHook("onReady", async () => {
    stop = admission.start();
  });
  app.addHook("onClose", async () => stop?.());
  app.addHook("onError", (request, _reply, error, done) => {
    if (error instanceof AppError && error.code === "OVERLOADED") refusedAhead.add(request);
    done();
  });
  app.addHook("onRequest", (request, reply, done) => {
    try {
      if (!isProbe(request.url)) admit(admission, request, reply);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Counts later requests with the same token to the caller whom it was found to name. */
export function identifyCaller(
  admission: Admission,
  request: FastifyRequest,
  { tenantId, actor }: RequestContext,
): void {
  const credential = credentialOf(request);
  if (credential === undefined || tenantId === NO_TENANT_ID) return;
  admission.identified(credential, () => ({ tenant: tenantId, client: actor }));
}

function admit(admission: Admission, request: FastifyRequest, reply: FastifyReply): void {
  const admitted = admission.enter(admission.requesterOf(credentialOf(request), request.ip));
  if (typeof admitted !== "function") {
    const { reason, retryAfterSeconds } = admitted;
    throw new AppError("OVERLOADED", reason, { retryAfterSeconds });
  }
  if (isStream(request)) admitted("untimed");
  else
    reply.raw.once("close", () => admitted(refusedAhead.has(request) ? "refused ahead" : "done"));
}

/** An event stream lasts as long as its client likes, and is no work meanwhile. */
const isStream = ({ headers: { accept = "" } }: FastifyRequest): boolean =>
  accept.includes("text/event-stream") || accept.includes("multipart/mixed");

const isProbe = (url: string): boolean => url.startsWith("/health/") || url === "/metrics";
