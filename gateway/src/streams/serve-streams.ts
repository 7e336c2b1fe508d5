import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import { runInContext } from "@allfunds/platform/context";
import { type HttpServer, requestContext } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from "fastify";
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLError,
  OperationTypeNode,
} from "graphql";
import {
  acceptOperation,
  type AcceptedOperation,
  type AcceptOptions,
  type SentOperation,
} from "../acceptance/accept-operation.ts";
import type { ConnectionLimit } from "../acceptance/limit-connections.ts";
import type { Executor } from "../execution/executor.ts";
import { publicResult } from "../operation/public-error.ts";
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

type Handler = RouteHandlerMethod;

/**
 * Serves operations whose answers follow each other in one response, as server-sent events or parts, to
 * requests that accept them. `otherwise` handles the others.
 */
export function serveStreams(
  server: HttpServer,
  options: StreamOptions,
  otherwise: Handler,
): Handler {
  const open = new Set<AnswerStream>();
  server.app.addHook("preClose", (done) => {
    for (const stream of open) stream.end();
    done();
  });
  return async function handle(request, reply) {
    const format = streamFormatOf(request.headers.accept);
    if (format === undefined) return otherwise.call(this, request, reply);
    const answers = await answersTo(request, options);
    const { caller } = requestContext(request);
    if (caller !== undefined) options.connections.admit(reply.raw, caller);
    const stream = new AnswerStream(reply, format);
    open.add(stream);
    try {
      await stream.send(answers, caller?.expiresAt);
    } finally {
      open.delete(stream);
    }
    return reply;
  };
}

/** The answers to the operation of a request, or the reasons of its refusal as the only answer. */
async function answersTo(request: FastifyRequest, options: StreamOptions): Promise<Answers> {
  const sent = readOperation(request);
  const context = requestContext(request);
  const address = context.clientAddress ?? request.ip;
  const { authorization } = request.headers;
  const client = { context, address, authorization, transport: "stream" } as const;
  const accepted = await acceptOperation(sent, client, options);
  const asPublic = (result: ExecutionResult): FormattedExecutionResult =>
    publicResult(result, context.traceId, options.logger);
  if (isRefusal(accepted))
    return { results: only({ errors: accepted }), asPublic, abort: () => undefined };
  const { execution } = accepted.contextValue as AcceptedOperation;
  return runInContext(context, () => answersOf(execution, request.method, options, asPublic));
}

const isRefusal = (
  accepted: ExecutionArgs | readonly GraphQLError[],
): accepted is readonly GraphQLError[] => Array.isArray(accepted);

/** What a stream sends, and how it ends early. */
interface Answers {
  readonly results: AsyncIterable<ExecutionResult>;
  /** An answer as the client may read it. */
  readonly asPublic: (result: ExecutionResult) => FormattedExecutionResult;
  readonly abort: () => void;
}

function answersOf(
  execution: AcceptedOperation["execution"],
  method: string,
  { executor }: StreamOptions,
  asPublic: Answers["asPublic"],
): Answers {
  const { operation } = execution.operation.operation;
  if (operation === OperationTypeNode.SUBSCRIPTION) {
    const results = executor.subscribe(execution);
    return { results, asPublic, abort: () => void results.return() };
  }
  if (operation === OperationTypeNode.MUTATION && method === "GET")
    throw new AppError("METHOD_NOT_ALLOWED", "Send mutations by POST.");
  return { results: only(executor.execute(execution)), asPublic, abort: () => undefined };
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
    try {
      return JSON.parse(String(text)) as Record<string, unknown>;
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

const EXPIRED = new AppError("UNAUTHENTICATED", "The access token has expired.");
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One response with the answers of one operation. */
class AnswerStream {
  readonly #reply: FastifyReply;
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  #abort: () => void = () => undefined;
  #isExpired = false;

  constructor(reply: FastifyReply, format: StreamFormat) {
    this.#reply = reply;
    this.#response = reply.raw;
    this.#format = format;
  }

  /** Ends the operation; the response ends with it. */
  end(): void {
    this.#abort();
  }

  /** Sends all answers, until the operation, its client or its token ends. */
  async send({ results, asPublic, abort }: Answers, expiresAt: Date | undefined): Promise<void> {
    this.#abort = abort;
    this.#response.once("close", abort);
    this.#begin();
    const heartbeat = setInterval(() => this.#response.write(this.#format.heartbeat), HEARTBEAT_MS);
    const expiry = this.#endAt(expiresAt);
    try {
      for await (const result of results) await this.#write(this.#format.answer(asPublic(result)));
      if (this.#isExpired)
        await this.#write(this.#format.answer(asPublic({ errors: reasonsOf(EXPIRED) })));
    } finally {
      clearInterval(heartbeat);
      clearTimeout(expiry);
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

  #endAt(expiresAt: Date | undefined): NodeJS.Timeout | undefined {
    if (expiresAt === undefined) return undefined;
    const leftMs = Math.min(Math.max(0, expiresAt.getTime() - Date.now()), MAX_TIMER_MS);
    return setTimeout(() => {
      this.#isExpired = true;
      this.#abort();
    }, leftMs).unref();
  }

  /** Waits until the client has taken enough, so that a slow one slows only its own operation. */
  async #write(text: string): Promise<void> {
    if (this.#response.destroyed || this.#response.write(text)) return;
    const signal = AbortSignal.timeout(DRAIN_LIMIT_MS);
    await once(this.#response, "drain", { signal }).catch(() => this.#response.destroy());
  }
}
