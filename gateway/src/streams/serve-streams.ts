import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import { watchToken, type Caller } from "@allfunds/platform/auth";
import { INCLUDE_TRACE_HEADER, runInContext } from "@allfunds/platform/context";
import { parseExactJson } from "@allfunds/platform/exact-json";
import { type HttpServer, requestContext, signalWhenGone } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from "fastify";
import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  OperationTypeNode,
} from "graphql";
import {
  acceptOperation,
  type AcceptedOperation,
  type AcceptOptions,
  reasonsOrFailure,
  type SentOperation,
} from "../acceptance/accept-operation.ts";
import type { ConnectionLimit } from "../acceptance/limit-connections.ts";
import type { Executor } from "../execution/executor.ts";
import { answerText } from "../operation/public-error.ts";
import { reasonsOf } from "../operation/refusal.ts";
import { type StreamFormat, streamFormatOf } from "./stream-format.ts";

export interface StreamOptions extends AcceptOptions {
  readonly executor: Executor;
  readonly logger: Logger;
  readonly connections: ConnectionLimit;
}

const HEARTBEAT_MS = 12_000;
/** A client that takes nothing for so long is gone. */
const DRAIN_LIMIT_MS = 30_000;

/**
 * Serves operations whose answers follow each other in one response, as server-sent events or parts, to
 * requests that accept them. `otherwise` handles the others.
 */
export function serveStreams(
  server: HttpServer,
  options: StreamOptions,
  otherwise: RouteHandlerMethod,
): RouteHandlerMethod {
  const open = new Set<AnswerStream>();
  server.app.addHook("preClose", (done) => {
    for (const stream of open) stream.end();
    done();
  });
  return async function handle(request, reply) {
    const format = streamFormatOf(request.headers.accept, mayDefer(request));
    if (format === undefined) return otherwise.call(this, request, reply);
    const gone = signalWhenGone(reply.raw);
    // A response that has closed already closes no more, and would count as open for ever.
    gone.throwIfAborted();
    const { caller } = requestContext(request);
    if (caller !== undefined) options.connections.admit(reply.raw, caller);
    const answers = await answersTo(request, format, gone, options);
    const stream = new AnswerStream(reply, format, gone);
    open.add(stream);
    try {
      await stream.send(answers, caller);
    } finally {
      open.delete(stream);
    }
    return reply;
  };
}

/** Whether an operation may have deferred fragments: a persisted one is not read yet. */
function mayDefer({ body, query }: FastifyRequest): boolean {
  const { query: text = "" } = (body ?? query ?? {}) as { readonly query?: unknown };
  return typeof text === "string" && (text === "" || text.includes("@defer"));
}

/** The answers to the operation of a request, or the reasons of its refusal as the only answer. */
async function answersTo(
  request: FastifyRequest,
  { statesNext }: StreamFormat,
  gone: AbortSignal,
  options: StreamOptions,
): Promise<Answers> {
  const sent = readOperation(request);
  const context = requestContext(request);
  const address = context.clientAddress ?? request.ip;
  const { authorization, [INCLUDE_TRACE_HEADER]: includeTrace } = request.headers;
  const client = { context, address, authorization, transport: "stream", includeTrace } as const;
  const { variant } = request.params as { readonly variant?: string };
  const inParts = options.executor.givesParts;
  const accepted = await acceptOperation(sent, { ...client, inParts, variant }, options);
  const asText = (result: ExecutionResult): string => {
    const stated = statesNext === true ? { hasNext: false, ...result } : result;
    return answerText(stated, context.traceId, options.logger);
  };
  if (isRefusal(accepted))
    return { results: only({ errors: accepted }), asText, abort: () => undefined };
  const { execution } = accepted.contextValue as AcceptedOperation;
  const ended = new AbortController();
  const left = AbortSignal.any([gone, ended.signal]);
  const ending = { ...execution, call: { ...execution.call, gone: () => left } };
  return runInContext(context, () =>
    answersOf(ending, request.method, options, { asText, abort: () => ended.abort() }),
  );
}

const isRefusal = (
  accepted: ExecutionArgs | readonly GraphQLError[],
): accepted is readonly GraphQLError[] => Array.isArray(accepted);

/** What a stream sends, and how it ends early. */
interface Answers {
  readonly results: AsyncIterable<ExecutionResult>;
  /** An answer in JSON, as the client may read it. */
  readonly asText: (result: ExecutionResult) => string;
  readonly abort: () => void;
}

function answersOf(
  execution: AcceptedOperation["execution"],
  method: string,
  { executor }: StreamOptions,
  ending: Pick<Answers, "asText" | "abort">,
): Answers {
  const { operation, deferLabels } = execution.operation;
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    const results = subscribed(executor, execution);
    return { ...ending, results, abort: () => void results.return(undefined) };
  }
  if (operation.operation === OperationTypeNode.MUTATION && method === "GET")
    throw new AppError("METHOD_NOT_ALLOWED", "Send mutations by POST.");
  if (deferLabels !== undefined) return { ...ending, results: executor.executeInParts(execution) };
  return { ...ending, results: only(executor.execute(execution)) };
}

function subscribed(
  executor: Executor,
  execution: AcceptedOperation["execution"],
): AsyncGenerator<ExecutionResult> {
  try {
    return executor.subscribe(execution);
  } catch (error) {
    return only({ errors: reasonsOrFailure(error) });
  }
}

async function* only(
  result: ExecutionResult | Promise<ExecutionResult>,
): AsyncGenerator<ExecutionResult> {
  yield await result;
}

function readOperation({ method, body, query }: FastifyRequest): SentOperation {
  const given = method === "GET" ? readParameters(query as Record<string, unknown>) : body;
  if (typeof given !== "object" || given === null) throw invalidInput("body", "must be an object");
  const {
    query: text = "",
    operationName,
    variables,
    extensions,
  } = given as Partial<SentOperation>;
  if (typeof text !== "string") throw invalidInput("query", "must be a text");
  if (operationName !== undefined && operationName !== null && typeof operationName !== "string")
    throw invalidInput("operationName", "must be a text");
  for (const [name, value] of Object.entries({ variables, extensions })) {
    const isAbsent = value === undefined || value === null;
    if (!isAbsent && (typeof value !== "object" || Array.isArray(value)))
      throw invalidInput(name, "must be an object");
  }
  return { query: text, operationName, variables, extensions };
}

function readParameters(parameters: Readonly<Record<string, unknown>>): Partial<SentOperation> {
  const parsed = (name: "variables" | "extensions"): Record<string, unknown> | undefined => {
    const text = parameters[name];
    if (text === undefined || text === "") return undefined;
    if (typeof text !== "string") throw invalidInput(name, "must be given once");
    try {
      return parseExactJson(text) as Record<string, unknown>;
    } catch {
      throw invalidInput(name, "must be JSON");
    }
  };
  return {
    ...(parameters as Partial<SentOperation>),
    variables: parsed("variables"),
    extensions: parsed("extensions"),
  };
}

const ENDED = {
  expired: new AppError("UNAUTHENTICATED", "The access token has expired."),
  revoked: new AppError("UNAUTHENTICATED", "The access token was revoked."),
};

/** One response with the answers of one operation. */
class AnswerStream {
  readonly #reply: FastifyReply;
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  readonly #gone: AbortSignal;
  #abort: () => void = () => undefined;
  #ended: keyof typeof ENDED | undefined;

  constructor(reply: FastifyReply, format: StreamFormat, gone: AbortSignal) {
    this.#gone = gone;
    this.#reply = reply;
    this.#response = reply.raw;
    this.#format = format;
  }

  /** Ends the operation; the response ends with it. */
  end(): void {
    this.#abort();
  }

  /** Sends all answers, until the operation, its client or its token ends. */
  async send({ results, asText, abort }: Answers, caller: Caller | undefined): Promise<void> {
    this.#abort = abort;
    if (this.#gone.aborted) abort();
    else this.#gone.addEventListener("abort", abort, { once: true });
    this.#begin();
    const heartbeat = setInterval(() => this.#response.write(this.#format.heartbeat), HEARTBEAT_MS);
    const stopWatching = caller && watchToken(caller, (reason) => this.#endWith(reason));
    try {
      for await (const result of results) await this.#write(this.#format.answer(asText(result)));
      if (this.#ended !== undefined)
        await this.#write(this.#format.answer(asText({ errors: reasonsOf(ENDED[this.#ended]) })));
    } catch (error) {
      // The status was sent with the first byte.
      await this.#write(this.#format.answer(asText({ errors: reasonsOrFailure(error) })));
    } finally {
      clearInterval(heartbeat);
      stopWatching?.();
    }
    this.#response.end(this.#format.end);
  }

  #begin(): void {
    this.#reply.hijack();
    for (const [name, value = ""] of Object.entries(this.#reply.getHeaders()))
      this.#response.setHeader(name, value);
    this.#response.writeHead(200, {
      "content-type": this.#format.contentType,
      "cache-control": "no-store",
      // nginx would hold events back otherwise.
      "x-accel-buffering": "no",
    });
    // The client learns that it has subscribed.
    this.#response.write(this.#format.heartbeat);
  }

  #endWith(reason: keyof typeof ENDED): void {
    this.#ended = reason;
    this.#abort();
  }

  /** Waits until the client has taken enough, so that a slow one slows only its own operation. */
  async #write(text: string): Promise<void> {
    if (this.#response.destroyed || this.#response.write(text)) return;
    const signal = AbortSignal.any([this.#gone, AbortSignal.timeout(DRAIN_LIMIT_MS)]);
    await once(this.#response, "drain", { signal }).catch(() => this.#response.destroy());
  }
}
