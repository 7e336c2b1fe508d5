import { AppError } from "@allfunds/contract/errors";
import { POSITION_HEADER } from "@allfunds/platform/book-positions";
import { withDeadline } from "@allfunds/platform/http";
import { activeTraceparent } from "@allfunds/platform/telemetry";
import type { UpstreamAnswer } from "@allfunds/platform/upstream";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import {
  type CallContext,
  sharingKey,
  type SubgraphAnswer,
  type SubgraphRequest,
} from "./subgraph-request.ts";
import { readAnswer } from "./read-answer.ts";
import { SharedFlights } from "./shared-flights.ts";
import type { SubgraphUpstreams } from "./subgraph-upstreams.ts";
import { upstreamError } from "./upstream-error.ts";

export interface SubgraphTimeouts {
  readonly queryTimeoutMs: number;
  /** Longer: a mutation may import a bank statement, and ending it early leaves its outcome unknown. */
  readonly mutationTimeoutMs: number;
}

/**
 * Sends operations to subgraphs over kept-alive connections. Equal queries under way with the same credentials
 * are sent once.
 */
export class SubgraphHttp {
  readonly #upstreams: SubgraphUpstreams;
  readonly #timeouts: SubgraphTimeouts;
  readonly #queries = new SharedFlights<UpstreamAnswer>();

  constructor(upstreams: SubgraphUpstreams, timeouts: SubgraphTimeouts) {
    this.#upstreams = upstreams;
    this.#timeouts = timeouts;
  }

  /** Returns the subgraph's answer. Throws UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT or UPSTREAM_INVALID when there is none. */
  async send(
    subgraph: SubgraphAddress,
    request: SubgraphRequest,
    call: CallContext,
  ): Promise<SubgraphAnswer> {
    const mutates = request.query.startsWith("mutation");
    const limitMs = mutates ? this.#timeouts.mutationTimeoutMs : this.#timeouts.queryTimeoutMs;
    const body = JSON.stringify(request);
    try {
      const answer = await withDeadline(limitMs, call.signal, async (signal) =>
        mutates
          ? this.#mutate(subgraph, body, call, signal)
          : this.#queries.join(
              sharingKey(subgraph.url, body, call),
              signal,
              call.notBefore ?? 0,
              async (all) => this.#post(subgraph, body, call, all, true),
            ),
      );
      const positions = answer.headers[POSITION_HEADER];
      call.seen?.noteHeader(typeof positions === "string" ? positions : undefined);
      return read(subgraph, answer);
    } catch (error) {
      throw asCoded(subgraph.name, error);
    }
  }

  async #mutate(
    subgraph: SubgraphAddress,
    body: string,
    call: CallContext,
    signal: AbortSignal,
  ): Promise<UpstreamAnswer> {
    try {
      return await this.#post(subgraph, body, call, signal, false);
    } finally {
      this.#queries.separate();
    }
  }

  async #post(
    subgraph: SubgraphAddress,
    body: string,
    call: CallContext,
    signal: AbortSignal,
    isRead: boolean,
  ): Promise<UpstreamAnswer> {
    return this.#upstreams.of(subgraph).request({
      method: "POST",
      path: "",
      headers: {
        ...call.headers,
        ...traceHeader(),
        "content-type": "application/json",
        accept: "application/json",
      },
      body,
      signal,
      isRead,
      // With its key a mutation takes effect once, however often it arrives.
      isRepeatable: isRead || call.headers["idempotency-key"] !== undefined,
    });
  }
}

/** The active span, so that what a subgraph does for a fetch stands below it. */
function traceHeader(): { traceparent?: string } {
  const traceparent = activeTraceparent();
  return traceparent === undefined ? {} : { traceparent };
}

/** Each caller reads the text, because merging changes what it reads. */
function read({ name }: SubgraphAddress, { status, text, reject }: UpstreamAnswer): SubgraphAnswer {
  try {
    return readAnswer(name, status, text);
  } catch (error) {
    if (error instanceof AppError && error.code === "UPSTREAM_UNAVAILABLE") reject(error);
    throw error;
  }
}

const asCoded = (subgraph: string, error: unknown): AppError =>
  error instanceof AppError ? error : upstreamError(subgraph, error);
