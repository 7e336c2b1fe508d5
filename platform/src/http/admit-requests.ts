import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from "node:http";
import { AppError, shuttingDown } from "@allfunds/contract/errors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { NO_TENANT_ID, type RequestContext } from "../context.ts";
import { isProbe } from "../telemetry/trace-requests.ts";
import { answerRaw, type ErrorRenderer } from "./error-response.ts";
import type { Admission } from "../admission/admission.ts";
import type { Requester } from "../admission/fair-shares.ts";

/** The end of a token is its signature, which cannot be guessed. */
const TOKEN_TAIL = 64;

/**
 * Has a server admit each request before its token is verified and its body read. Probes are always served. The caller
 * of a token that was verified before is refused before the framework does anything: a refusal must cost a small part
 * of what the answer would.
 */
export class RequestAdmission {
  readonly #admission: Admission;
  readonly #render: ErrorRenderer;
  readonly #entered = new WeakSet<IncomingMessage>();
  /** Requests that were admitted, and refused by a service that they needed. */
  readonly #refusedAhead = new WeakSet<IncomingMessage>();
  #isOpen = false;
  #isClosing = false;

  constructor(admission: Admission, render: ErrorRenderer) {
    this.#admission = admission;
    this.#render = render;
  }

  /** Puts the admission of identified callers before a listener, and the refusal of all while the server closes. */
  before(listener: RequestListener): RequestListener {
    return (request, response) => {
      if (this.#isClosing && request.httpVersionMajor === 1)
        response.setHeader("connection", "close");
      const refused = this.#isClosing ? shuttingDown() : this.#enterIdentified(request, response);
      if (refused === undefined) listener(request, response);
      else answerRaw(this.#render, refused, request, response);
    };
  }

  /** Admits all other requests, from the server's start to its end. */
  watch(app: FastifyInstance): void {
    let stop: (() => void) | undefined;
    app.addHook("onReady", async () => {
      stop = this.#admission.start();
      this.#isOpen = true;
    });
    // The framework would refuse what comes from then on without a code.
    app.addHook("preClose", (done) => {
      this.#isOpen = false;
      this.#isClosing = true;
      done();
    });
    app.addHook("onClose", async () => stop?.());
    app.addHook("onError", (request, _reply, error, done) => {
      if (error instanceof AppError && error.code === "OVERLOADED")
        this.#refusedAhead.add(request.raw);
      done();
    });
    app.addHook("onRequest", (request, reply, done) => {
      const { raw, ip, headers } = request;
      if (this.#entered.has(raw) || isProbe(request.url)) return done();
      const requester = this.#admission.requesterOf(credentialOf(headers), ip);
      return done(this.#enter(requester, raw, reply.raw));
    });
  }

  /** Counts later requests with the same token to the caller whom it was found to name. */
  identify(request: FastifyRequest, { tenantId, actor }: RequestContext): void {
    const credential = credentialOf(request.headers);
    if (credential === undefined || tenantId === NO_TENANT_ID) return;
    this.#admission.identified(credential, () => ({ tenant: tenantId, client: actor }));
  }

  #enterIdentified(request: IncomingMessage, response: ServerResponse): AppError | undefined {
    const { headers, url = "" } = request;
    // A page may read the refusal only with headers that the framework adds.
    if (!this.#isOpen || headers.origin !== undefined || isProbe(url)) return undefined;
    const requester = this.#admission.identifiedBy(credentialOf(headers));
    return requester === undefined ? undefined : this.#enter(requester, request, response);
  }

  #enter(
    requester: Requester,
    request: IncomingMessage,
    response: ServerResponse,
  ): AppError | undefined {
    const admitted = this.#admission.enter(requester);
    if (typeof admitted !== "function") return admitted;
    this.#entered.add(request);
    if (isStream(request.headers)) admitted("untimed");
    else
      response.once("close", () =>
        admitted(this.#refusedAhead.has(request) ? "refused ahead" : "done"),
      );
    return undefined;
  }
}

const credentialOf = ({ authorization }: IncomingHttpHeaders): string | undefined =>
  authorization?.slice(-TOKEN_TAIL);

/** An event stream lasts as long as its client likes, and is no work meanwhile. */
const isStream = ({ accept = "" }: IncomingHttpHeaders): boolean =>
  accept.includes("text/event-stream") || accept.includes("multipart/mixed");
