import { AppError } from "@allfunds/contract/errors";
import { traceparentFor, type RequestContext } from "@allfunds/platform/context";
import { withDeadline } from "@allfunds/platform/http";
import { Pool } from "undici";
import type { Operation } from "./operation.ts";
import { transportError } from "./transport-error.ts";
import { internal, upstreamError, type GraphqlError } from "./upstream-error.ts";

export interface GatewayOptions {
  /** Base URL of the gateway, without /graphql. */
  readonly url: string;
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
}

/** On whose behalf an operation runs. */
export interface OnBehalf {
  readonly context: RequestContext;
  /** The caller's own credentials, which the gateway judges again. */
  readonly authorization: string | undefined;
}

type Variables = Readonly<Record<string, unknown>>;

/** Speaks GraphQL to the gateway over kept-alive connections. */
export class GatewayClient {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #timeoutMs: Readonly<Record<Operation["kind"], number>>;

  constructor({ url, queryTimeoutMs, mutationTimeoutMs }: GatewayOptions) {
    const { origin, pathname } = new URL(url);
    this.#basePath = pathname.replace(/\/$/, "");
    this.#timeoutMs = { query: queryTimeoutMs, mutation: mutationTimeoutMs };
    this.#pool = new Pool(origin, { connections: 128, connect: { timeout: 2_000 } });
  }

  /** The whole answer or an AppError: data beside errors is half an answer and counts as none. */
  async execute<Data>(operation: Operation, variables: Variables, behalf: OnBehalf): Promise<Data> {
    const { status, text } = await this.#post(operation, variables, behalf);
    const { data, errors } = readAnswer(status, text);
    if (errors !== undefined && errors.length > 0) throw upstreamError(errors);
    if (data === undefined || data === null) throw internal(`no data, status ${status}`);
    return data as Data;
  }

  /** Resolves when the gateway says it is ready. */
  async checkReady(): Promise<void> {
    const { statusCode, body } = await this.#pool.request({
      method: "GET",
      path: `${this.#basePath}/health/ready`,
      signal: AbortSignal.timeout(1_000),
    });
    await body.dump();
    if (statusCode !== 200) throw new Error("the gateway is not ready");
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #post(
    { name, kind, document }: Operation,
    variables: Variables,
    behalf: OnBehalf,
  ): Promise<{ status: number; text: string }> {
    try {
      return await withDeadline(this.#timeoutMs[kind], undefined, async (signal) => {
        const { statusCode, body } = await this.#pool.request({
          method: "POST",
          path: `${this.#basePath}/graphql`,
          headers: headersFor(behalf),
          body: JSON.stringify({ query: document, variables, operationName: name }),
          signal,
        });
        return { status: statusCode, text: await body.text() };
      });
    } catch (error) {
      throw transportError(error);
    }
  }
}

function headersFor({ context, authorization }: OnBehalf): Record<string, string> {
  const { traceId, idempotencyKey, clientAddress } = context;
  return {
    "content-type": "application/json",
    accept: "application/json",
    traceparent: traceparentFor(traceId),
    ...(authorization === undefined ? {} : { authorization }),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    // Who asks us, not whom we were told of: the gateway counts and records by it.
    ...(clientAddress === undefined ? {} : { "x-forwarded-for": clientAddress }),
  };
}

interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlError[];
}

function readAnswer(status: number, text: string): GraphqlAnswer {
  const answer = parseObject(text);
  if (Array.isArray(answer?.errors) || status === 200) {
    if (answer !== undefined) return answer;
    throw internal("the gateway's answer is not JSON");
  }
  // A proxy in between, or a gateway that is going away, answers in its own words.
  if (status >= 502 && status <= 504) {
    throw new AppError(
      status === 504 ? "UPSTREAM_TIMEOUT" : "UPSTREAM_UNAVAILABLE",
      "The graph cannot answer at the moment.",
      { detail: `the gateway answered ${status}` },
    );
  }
  throw internal(`the gateway answered ${status} without GraphQL errors`);
}

function parseObject(text: string): GraphqlAnswer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
