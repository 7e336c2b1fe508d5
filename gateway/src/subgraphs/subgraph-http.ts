import { AppError } from "@allfunds/contract/errors";
import { POSITION_HEADER } from "@allfunds/platform/book-positions";
import { withDeadline } from "@allfunds/platform/http";
import { activeTraceparent } from "@allfunds/platform/telemetry";
import { Pool } from "undici";
import type { Graph } from "../supergraph/graph.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import {
  type CallContext,
  sharingKey,
  type SubgraphAnswer,
  type SubgraphRequest,
} from "./subgraph-request.ts";
import { readAnswer } from "./read-answer.ts";
import { SharedFlights } from "./shared-flights.ts";
import { upstreamError } from "./upstream-error.ts";

export interface SubgraphTimeouts {
  readonly queryTimeoutMs: number;
  /** Longer: a mutation may import a bank statement, and ending it early leaves its outcome unknown. */
  readonly mutationTimeoutMs: number;
}

const MAX_CONNECTIONS = 128;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The positions of books that the answer includes. */
  readonly positions: string | undefined;
}

/**
 * Sends operations to subgraphs over kept-alive connections, with one pool for each origin. Equal queries under
 * way with the same credentials are sent once.
 */
export class SubgraphHttp {
  readonly #pools = new Map<string, Pool>();
  readonly #endpoints = new Map<string, { readonly pool: Pool; readonly path: string }>();
  readonly #timeouts: SubgraphTimeouts;
  readonly #queries = new SharedFlights<HttpAnswer>();

  constructor(timeouts: SubgraphTimeouts) {
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
      const { status, text, positions } = await withDeadline(limitMs, call.signal, async (signal) =>
        mutates
          ? this.#mutate(subgraph, body, call, signal)
          : this.#queries.join(
              sharingKey(subgraph.url, body, call),
              signal,
              call.notBefore ?? 0,
              (all) => this.#query(subgraph, body, call, all),
            ),
      );
      call.seen?.noteHeader(positions);
      // Each caller reads the text, because merging changes what it reads.
      return readAnswer(subgraph.name, status, text);
    } catch (error) {
      throw asCoded(subgraph.name, error);
    }
  }

  /** Closes the connections to other origins when their requests have ended. */
  keepOnly(urls: ReadonlySet<string>): void {
    const origins = new Set([...urls].map((url) => new URL(url).origin));
    for (const url of this.#endpoints.keys()) if (!urls.has(url)) this.#endpoints.delete(url);
    for (const [origin, pool] of this.#pools) {
      if (origins.has(origin)) continue;
      this.#pools.delete(origin);
      void pool.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  async #query(
    subgraph: SubgraphAddress,
    body: string,
    call: CallContext,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    try {
      return await this.#post(subgraph, body, call, signal);
    } catch (error) {
      // A restart of the subgraph breaks kept-alive connections; only a read is safe to repeat.
      if (!isLostConnection(error)) throw error;
    }
    return this.#post(subgraph, body, call, signal);
  }

  async #mutate(
    subgraph: SubgraphAddress,
    body: string,
    call: CallContext,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    try {
      return await this.#post(subgraph, body, call, signal);
    } finally {
      this.#queries.separate();
    }
  }

  async #post(
    subgraph: SubgraphAddress,
    body: string,
    call: CallContext,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { pool, path } = this.#endpointOf(subgraph.url);
    const answer = await pool.request({
      method: "POST",
      path,
      headers: {
        ...call.headers,
        ...traceHeader(),
        "content-type": "application/json",
        accept: "application/json",
      },
      body,
      signal,
    });
    const positions = answer.headers[POSITION_HEADER];
    return {
      status: answer.statusCode,
      text: await answer.body.text(),
      positions: typeof positions === "string" ? positions : undefined,
    };
  }

  #endpointOf(url: string): { readonly pool: Pool; readonly path: string } {
    const cached = this.#endpoints.get(url);
    if (cached !== undefined) return cached;
    const { origin, pathname, search } = new URL(url);
    const endpoint = { pool: this.#poolOf(origin), path: pathname + search };
    this.#endpoints.set(url, endpoint);
    return endpoint;
  }

  #poolOf(origin: string): Pool {
    const existing = this.#pools.get(origin);
    if (existing !== undefined) return existing;
    const pool = new Pool(origin, {
      connections: MAX_CONNECTIONS,
      maxResponseSize: MAX_ANSWER_BYTES,
      // The operation's signal ends the request.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#pools.set(origin, pool);
    return pool;
  }
}

/** The active span, so that what a subgraph does for a fetch stands below it. */
function traceHeader(): { traceparent?: string } {
  const traceparent = activeTraceparent();
  return traceparent === undefined ? {} : { traceparent };
}

const LOST = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);
const isLostConnection = (error: unknown): boolean =>
  error instanceof Error && "code" in error && LOST.has(String(error.code));

const asCoded = (subgraph: string, error: unknown): AppError =>
  error instanceof AppError ? error : upstreamError(subgraph, error);

const PROBE_TIMEOUT_MS = 1_000;

/** For each subgraph "reachable" or the reason why not, from the smallest query. */
export async function reachability(
  graph: Graph,
  http: SubgraphHttp,
): Promise<Record<string, string>> {
  const call = { traceId: "", headers: {}, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) };
  const probes = graph.subgraphs.map(async (subgraph): Promise<[string, string]> => {
    try {
      await http.send(subgraph, { query: "{__typename}", variables: {} }, call);
      return [subgraph.name, "reachable"];
    } catch (error) {
      return [subgraph.name, error instanceof Error ? error.message : "not reachable"];
    }
  });
  return Object.fromEntries(await Promise.all(probes));
}
