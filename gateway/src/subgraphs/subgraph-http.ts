import { AppError } from "@allfunds/contract/errors";
import { POSITION_HEADER } from "@allfunds/platform/book-positions";
import { TIMEOUT_HEADER } from "@allfunds/platform/context";
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
import { withHeaderRules } from "./traffic-policy.ts";
import { upstreamError } from "./upstream-error.ts";

/**
 * A query joins an equal one only if that is no older, in milliseconds: the time limit it was sent with is that
 * of its first caller.
 */
const JOINED_WITHIN_MS = 1_000;

/**
 * Sends operations to subgraphs over kept-alive connections. Equal queries under way with the same credentials
 * are sent once.
 */
export class SubgraphHttp {
  readonly #upstreams: SubgraphUpstreams;
  readonly #queries = new SharedFlights<UpstreamAnswer>();

  constructor(upstreams: SubgraphUpstreams) {
    this.#upstreams = upstreams;
  }

  /** Returns the subgraph's answer. Throws UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT or UPSTREAM_INVALID when there is none. */
  async send(
    subgraph: SubgraphAddress,
    request: SubgraphRequest,
    call: CallContext,
  ): Promise<SubgraphAnswer> {
    const mutates = request.query.startsWith("mutation");
    const policy = this.#upstreams.policyOf(subgraph.name);
    const body = JSON.stringify(request);
    const now = performance.now();
    const ruled = withHeaderRules(call, policy);
    const limitMs = mutates
      ? policy.mutationTimeoutMs
      : Math.max(1, Math.min(policy.queryTimeoutMs, (call.deadline ?? Infinity) - now));
    const post = async (signal: AbortSignal): Promise<UpstreamAnswer> =>
      this.#post(subgraph, { body, headers: ruled.headers, limitMs, signal, isRead: !mutates });
    try {
      const answer = mutates
        ? await withDeadline(limitMs, call.signal, async (signal) => this.#mutate(signal, post))
        : await this.#queries.join(
            sharingKey(subgraph.url, body, ruled),
            { limitMs, ended: call.signal },
            Math.max(call.notBefore ?? 0, now - JOINED_WITHIN_MS),
            post,
          );
      const positions = textOf(answer.headers[POSITION_HEADER]);
      call.seen?.noteHeader(positions);
      const cacheControl = textOf(answer.headers["cache-control"]);
      return { ...read(subgraph, answer), sent: { positions, cacheControl } };
    } catch (error) {
      throw asCoded(subgraph.name, error);
    }
  }

  async #mutate(
    signal: AbortSignal,
    post: (signal: AbortSignal) => Promise<UpstreamAnswer>,
  ): Promise<UpstreamAnswer> {
    try {
      return await post(signal);
    } finally {
      this.#queries.separate();
    }
  }

  async #post(
    subgraph: SubgraphAddress,
    { body, headers, limitMs, signal, isRead }: Posting,
  ): Promise<UpstreamAnswer> {
    return this.#upstreams.of(subgraph).request({
      method: "POST",
      path: "",
      headers: {
        ...headers,
        ...traceHeader(),
        [TIMEOUT_HEADER]: String(Math.ceil(limitMs)),
        "content-type": "application/json",
        accept: "application/json",
      },
      body,
      signal,
      isRead,
      // With its key a mutation takes effect once, however often it arrives.
      isRepeatable: isRead || headers["idempotency-key"] !== undefined,
    });
  }
}

interface Posting {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly isRead: boolean;
}

const textOf = (header: unknown): string | undefined =>
  typeof header === "string" ? header : undefined;

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
