import { AppError } from "@allfunds/contract/errors";
import { POSITION_HEADER, writePositions } from "@allfunds/platform/book-positions";
import { traceparentFor, type RequestContext } from "@allfunds/platform/context";
import { withDeadline } from "@allfunds/platform/http";
import { inChildSpan } from "@allfunds/platform/telemetry";
import { Pool } from "undici";
import type { GraphOperation } from "../graph/graph-types.generated.ts";
import { internalError, refusalOf, transportError, type GraphqlError } from "./gateway-error.ts";

export interface GatewayOptions {
  /** Base URL of the gateway, without /graphql. */
  readonly url: string;
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
}

/** The caller that an operation runs for. */
export interface OnBehalf {
  readonly context: RequestContext;
  /** The caller's own credentials; the gateway verifies them again. */
  readonly authorization: string | undefined;
  /** Aborted when the client has gone: a query ends with it, a mutation does not. */
  readonly gone?: AbortSignal | undefined;
}

/** Sends GraphQL operations to the gateway over kept-alive connections. */
export class GatewayClient {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #options: GatewayOptions;

  constructor(options: GatewayOptions) {
    const { origin, pathname } = new URL(options.url);
    this.#basePath = pathname.replace(/\/$/, "");
    this.#options = options;
    this.#pool = new Pool(origin, { connections: 128, connect: { timeout: 2_000 } });
  }

  /** Returns all of the data or throws an AppError: data beside errors is partial and does not count. */
  async execute<Result, Variables extends object>(
    operation: GraphOperation<Result, Variables>,
    variables: Variables,
    behalf: OnBehalf,
  ): Promise<Result> {
    const { status, text } = await inChildSpan(
      `gateway ${operation.name}`,
      { kind: "CLIENT" },
      () => this.#post(operation, variables, behalf),
    );
    const { data, errors } = readAnswer(status, text);
    if (errors !== undefined && errors.length > 0) throw refusalOf(errors);
    if (data === undefined || data === null) throw internalError(`no data, status ${status}`);
    return data as Result;
  }

  /** Resolves when the gateway reports that it is ready. */
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
    { name, kind, document }: Pick<GraphOperation, "name" | "kind" | "document">,
    variables: object,
    behalf: OnBehalf,
  ): Promise<{ status: number; text: string }> {
    const { queryTimeoutMs, mutationTimeoutMs } = this.#options;
    const isMutation = kind === "mutation";
    const timeoutMs = isMutation ? mutationTimeoutMs : queryTimeoutMs;
    try {
      return await withDeadline(timeoutMs, isMutation ? undefined : behalf.gone, async (signal) => {
        const { statusCode, headers, body } = await this.#pool.request({
          method: "POST",
          path: `${this.#basePath}/graphql`,
          headers: headersFor(behalf),
          body: JSON.stringify({ query: document, variables, operationName: name }),
          signal,
        });
        const positions = headers[POSITION_HEADER];
        if (typeof positions === "string") behalf.context.seen?.noteHeader(positions);
        return { status: statusCode, text: await body.text() };
      });
    } catch (error) {
      throw transportError(error);
    }
  }
}

function headersFor({ context, authorization }: OnBehalf): Record<string, string> {
  const { traceId, idempotencyKey, positions, clientAddress } = context;
  return {
    "content-type": "application/json",
    accept: "application/json",
    traceparent: traceparentFor(traceId),
    ...(authorization === undefined ? {} : { authorization }),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    ...(positions === undefined ? {} : { [POSITION_HEADER]: writePositions(positions) }),
    // The address that the bridge established, not what the client claims: the gateway counts and records by it.
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
    throw internalError("the gateway's answer is not JSON");
  }
  // A proxy in between, or a gateway that shuts down, sends a body of another form.
  if (status >= 502 && status <= 504) {
    throw new AppError(
      status === 504 ? "UPSTREAM_TIMEOUT" : "UPSTREAM_UNAVAILABLE",
      "The graph cannot answer at the moment.",
      { detail: `the gateway answered ${status}` },
    );
  }
  throw internalError(`the gateway answered ${status} without GraphQL errors`);
}

function parseObject(text: string): GraphqlAnswer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
