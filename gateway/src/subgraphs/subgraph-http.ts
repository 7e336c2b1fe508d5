import { Pool } from "undici";
import { AppError } from "@allfunds/contract/errors";
import { withDeadline } from "@allfunds/platform/http";
import type { CallContext } from "../execution/call-context.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import type { SubgraphAnswer, SubgraphRequest } from "./subgraph-request.ts";
import { upstreamError } from "./upstream-error.ts";

export interface SubgraphTimeouts {
  readonly queryTimeoutMs: number;
  /** Longer: a mutation may import a whole statement, and cutting it off leaves its outcome unknown. */
  readonly mutationTimeoutMs: number;
}

const MOST_CONNECTIONS = 128;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Sends operations to subgraphs over kept-alive connections, one pool per origin for the gateway's life. */
export class SubgraphHttp {
  readonly #pools = new Map<string, Pool>();
  readonly #ways = new Map<string, { readonly pool: Pool; readonly path: string }>();
  readonly #timeouts: SubgraphTimeouts;

  constructor(timeouts: SubgraphTimeouts) {
    this.#timeouts = timeouts;
  }

  /** The subgraph's answer as it is. Throws UPSTREAM_UNAVAILABLE or UPSTREAM_TIMEOUT when there is none. */
  async send(
    subgraph: SubgraphAddress,
    request: SubgraphRequest,
    call: CallContext,
  ): Promise<SubgraphAnswer> {
    const mutates = request.query.startsWith("mutation");
    const limitMs = mutates ? this.#timeouts.mutationTimeoutMs : this.#timeouts.queryTimeoutMs;
    const body = JSON.stringify(request);
    try {
      return await withDeadline(limitMs, call.signal, async (signal) => {
        try {
          return await this.#post(subgraph, body, call, signal);
        } catch (error) {
          // A kept-alive connection may die under a request when the subgraph restarts; asking again is safe for reads only.
          if (mutates || !isLostConnection(error)) throw error;
        }
        return this.#post(subgraph, body, call, signal);
      });
    } catch (error) {
      throw asCoded(subgraph.name, error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  async #post(
    subgraph: SubgraphAddress,
    body: string,
    call: CallContext,
    signal: AbortSignal,
  ): Promise<SubgraphAnswer> {
    const { pool, path } = this.#wayTo(subgraph.url);
    const answer = await pool.request({
      method: "POST",
      path,
      headers: { ...call.headers, "content-type": "application/json", accept: "application/json" },
      body,
      signal,
    });
    const text = await answer.body.text();
    return readAnswer(subgraph.name, answer.statusCode, text);
  }

  /** Where a subgraph is asked; its address is taken apart once. */
  #wayTo(url: string): { readonly pool: Pool; readonly path: string } {
    const known = this.#ways.get(url);
    if (known !== undefined) return known;
    const { origin, pathname, search } = new URL(url);
    const way = { pool: this.#poolOf(origin), path: pathname + search };
    this.#ways.set(url, way);
    return way;
  }

  #poolOf(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, {
      connections: MOST_CONNECTIONS,
      maxResponseSize: LARGEST_ANSWER_BYTES,
      // The operation's own signal ends it; these would only end it earlier.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#pools.set(origin, pool);
    return pool;
  }
}

function readAnswer(subgraph: string, status: number, text: string): SubgraphAnswer {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw upstreamError(subgraph, `answered ${status} with something that is not JSON`);
  }
  if (typeof answer === "object" && answer !== null && ("data" in answer || "errors" in answer))
    return answer as SubgraphAnswer;
  throw upstreamError(subgraph, `answered ${status} without data or errors`);
}

const LOST = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);
const isLostConnection = (error: unknown): boolean =>
  error instanceof Error && "code" in error && LOST.has(String(error.code));

const asCoded = (subgraph: string, error: unknown): AppError =>
  error instanceof AppError ? error : upstreamError(subgraph, error);
