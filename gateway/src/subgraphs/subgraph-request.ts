import {
  POSITION_HEADER,
  type SeenPositions,
  UNCHANGED_HEADER,
  writePositions,
  writeUnchanged,
} from "@allfunds/platform/book-positions";
import { forwardingHeaders } from "@allfunds/platform/auth";
import { traceparentFor, type RequestContext } from "@allfunds/platform/context";
import type { GraphQLFormattedError } from "graphql";

export interface SubgraphRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  /** Of an event: the W3C `traceparent` of what led to it. */
  readonly traceparent?: string;
  /** The times of its fields, where they were asked for: a trace in Apollo's format. */
  readonly ftv1?: string;
  /** Headers of the answer; absent where it came over no HTTP of its own. */
  readonly sent?: AnswerHeaders;
}

interface AnswerHeaders {
  /** The positions of books that the answer includes. */
  readonly positions: string | undefined;
  readonly cacheControl: string | undefined;
}

/** The caller, as far as answers depend on it. */
interface CallerIdentity {
  readonly tenantId: string;
  /** Equal for callers who get equal answers. */
  readonly key: () => string;
}

/** Notes how long the parts of a query's answer may be shown. */
export interface LifeOfParts {
  /** Whether the whole answer is kept; its parts are not those of an earlier request then. */
  readonly isKept: boolean;
  /** A subgraph has sent a part. */
  readonly fetched: (answer: SubgraphAnswer) => void;
  /** A part was kept before. */
  readonly kept: (part: KeptPart, scope: "PUBLIC" | "PRIVATE") => void;
}

interface KeptPart {
  readonly positions: readonly (readonly [book: string, position: number])[];
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  readonly readAt: number;
  readonly maxAgeMs: number;
  readonly staleMs: number;
}

/** What one client operation carries to every subgraph it calls. */
export interface CallContext {
  readonly traceId: string;
  /** Sent with each subgraph request, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends every subgraph request of the operation when it fires. */
  readonly signal: AbortSignal | undefined;
  /** When the request arrived, and when the client's time is over if it stated it; of `performance.now()`. */
  readonly arrivedAt: number;
  readonly deadline?: number;
  /** What is read for this call must not have been read before; of `performance.now()`. */
  readonly notBefore?: number;
  readonly identity?: CallerIdentity;
  /** The positions of books that the answers must include. */
  readonly positions?: ReadonlyMap<string, number> | undefined;
  /** Collects the positions of books that the answers include. */
  readonly seen?: SeenPositions | undefined;
  /** Present when the whole answer may be kept. */
  readonly life?: LifeOfParts;
  /** Counts what the answer cache had for one fetch. */
  readonly cached?: { hits: number };
  /** A signal that fires when the client no longer waits for the answer. */
  readonly gone?: () => AbortSignal;
}

/** The call context of a request that arrived at a time of `performance.now()`: its trace, idempotency key, positions, token and client address. Subgraphs verify the token themselves. */
export function callContextOf(
  context: RequestContext,
  authorization: string | undefined,
  arrivedAt = performance.now(),
): CallContext {
  const { traceId, idempotencyKey, unchanged, positions, seen, timeoutMs, clientAddress } = context;
  return {
    traceId,
    headers: {
      traceparent: traceparentFor(traceId),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      ...(unchanged === undefined ? {} : { [UNCHANGED_HEADER]: writeUnchanged(unchanged) }),
      ...(authorization === undefined ? {} : { authorization }),
      ...forwardingHeaders(context),
      ...(positions === undefined ? {} : { [POSITION_HEADER]: writePositions(positions) }),
      ...(clientAddress === undefined ? {} : { "x-forwarded-for": clientAddress }),
    },
    signal: undefined,
    arrivedAt,
    ...(timeoutMs === undefined ? {} : { deadline: arrivedAt + timeoutMs }),
    identity: { tenantId: context.tenantId, key: () => identityKey(context, authorization) },
    positions,
    seen,
  };
}

/** Everything of a caller that access rules and row-level security read. A caller without a verified token is its header. */
function identityKey({ tenantId, caller }: RequestContext, authorization = ""): string {
  if (caller === undefined) return JSON.stringify([tenantId, authorization]);
  const { kind, subject, clientId, owner, roles, scopes, funds, acr, amr } = caller;
  return JSON.stringify([tenantId, kind, subject, clientId, owner, roles, scopes, funds, acr, amr]);
}

/** The same call, ended by one more signal. */
export const endedBy = (call: CallContext, signal: AbortSignal): CallContext => ({
  ...call,
  signal: call.signal === undefined ? signal : AbortSignal.any([call.signal, signal]),
});

/** Headers that tell requests of one caller apart and change no answer. */
const OF_ONE_REQUEST = new Set(["traceparent", "idempotency-key"]);

/** Equal for requests that get equal answers: the same text with the same credentials. */
export function sharingKey(url: string, body: string, { headers }: CallContext): string {
  let key = url;
  for (const name of Object.keys(headers))
    if (!OF_ONE_REQUEST.has(name)) key += `\n${name}:${headers[name] ?? ""}`;
  return `${key}\n\n${body}`;
}
