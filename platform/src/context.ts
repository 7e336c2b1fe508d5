import { AsyncLocalStorage } from "node:async_hooks";
import { parseTraceParent } from "@opentelemetry/core";
import {
  POSITION_HEADER,
  readPositions,
  readUnchanged,
  SeenPositions,
  UNCHANGED_HEADER,
  type Unchanged,
} from "./book-positions.ts";
import type { Caller } from "@allfunds/contract/caller";
import { invalidInput } from "@allfunds/contract/errors";
import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { pooledRandom } from "./pooled-random.ts";
import { activeTraceId, activeTraceparent } from "./telemetry/tracing.ts";

/** The demo tenant, and the tenant of every request where no token is required. */
export const DEMO_TENANT_ID = "018f0000-0000-7000-8000-000000000001";

/** A request's tenant, actor, time and trace; it accompanies every command, query and log line. */
export interface RequestContext {
  readonly tenantId: string;
  readonly actor: string;
  readonly scopes: readonly string[];
  /** W3C trace id, 32 hexadecimal digits. */
  readonly traceId: string;
  /** When the edge received the request; commands use this, never the clock. */
  readonly now: Date;
  /** The client's key for repeats of the same request. */
  readonly idempotencyKey: string | undefined;
  /** What a change is refused without. */
  readonly unchanged?: Unchanged;
  /** The positions of books that the answer must include. */
  readonly positions?: ReadonlyMap<string, number>;
  /** Collects the positions of books that the answer includes. */
  readonly seen?: SeenPositions;
  /** How long the caller waits for the answer, in milliseconds; absent when it did not state it. */
  readonly timeoutMs?: number;
  /** Until when the caller of an HTTP request waits at most, by `performance.now()`. */
  readonly deadlineMs?: number;
  /** The network address of the client, when it is available. */
  readonly clientAddress?: string;
  /** The program that the client states it is. Nothing but statistics follows from it. */
  readonly client?: { readonly name: string; readonly version: string };
  /** The token's caller; absent when no token was required. */
  readonly caller?: Caller;
  /** Aborted when nothing waits for the answer any more: its client has gone or ended it. */
  readonly signal?: AbortSignal;
}

export type HeaderValues = Readonly<Record<string, string | string[] | undefined>>;

const storage = new AsyncLocalStorage<RequestContext>();

export const runInContext = <T>(context: RequestContext, work: () => T): T =>
  storage.run(context, work);

export const currentContext = (): RequestContext | undefined => storage.getStore();

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/** States how long the caller still waits, in milliseconds, when it sends the request. */
export const TIMEOUT_HEADER = "allfunds-timeout-ms";
const TIMEOUT = /^[1-9]\d{0,8}$/;

/** Requests the times of an operation's fields in its answer's extensions, in Apollo's format. */
export const INCLUDE_TRACE_HEADER = "apollo-federation-include-trace";
export const TRACE_FORMAT = "ftv1";

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** The id of no tenant; no data is stored under it. */
export const NO_TENANT_ID = "00000000-0000-0000-0000-000000000000";

/** The context of a request without a caller (health, pages, errors); it permits nothing. */
export const anonymousContext = (
  headers: HeaderValues,
  now: Date = new Date(),
): RequestContext => ({
  tenantId: NO_TENANT_ID,
  actor: "anonymous",
  scopes: [],
  ...requestFromHeaders(headers, now),
});

/** The context of one demo user with every scope. */
export const openContext = (headers: HeaderValues, now: Date = new Date()): RequestContext => ({
  tenantId: DEMO_TENANT_ID,
  actor: "demo",
  scopes: ALL_SCOPES,
  ...requestFromHeaders(headers, now),
});

/**
 * A request's trace, time, idempotency key, positions and time limit, which need no token.
 * Throws INVALID_INPUT when the Idempotency-Key is not 1-255 visible ASCII characters, or another is malformed.
 */
export function requestFromHeaders(
  headers: HeaderValues,
  now: Date,
): Pick<
  RequestContext,
  "traceId" | "now" | "idempotencyKey" | "unchanged" | "positions" | "seen" | "timeoutMs" | "client"
> {
  const idempotencyKey = single(headers["idempotency-key"]);
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw invalidInput("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
  }
  const unchanged = single(headers[UNCHANGED_HEADER]);
  const positions = single(headers[POSITION_HEADER]);
  return {
    traceId: traceIdFrom(single(headers["traceparent"])),
    now,
    idempotencyKey,
    ...(unchanged === undefined ? {} : { unchanged: readUnchanged(unchanged) }),
    ...(positions === undefined ? {} : { positions: readPositions(positions) }),
    ...timeoutIn(headers),
    ...clientIn(headers),
    seen: new SeenPositions(),
  };
}

function timeoutIn(headers: HeaderValues): Pick<RequestContext, "timeoutMs"> {
  const timeoutMs = single(headers[TIMEOUT_HEADER]);
  if (timeoutMs === undefined) return {};
  if (!TIMEOUT.test(timeoutMs))
    throw invalidInput(TIMEOUT_HEADER, "must be a number of milliseconds");
  return { timeoutMs: Number(timeoutMs) };
}

const MAX_CLIENT_LENGTH = 64;

/** The headers in which GraphQL clients state their name and version. */
function clientIn(headers: HeaderValues): Pick<RequestContext, "client"> {
  const name = single(headers["apollographql-client-name"]);
  if (name === undefined || name === "") return {};
  const version = single(headers["apollographql-client-version"]) ?? "";
  return {
    client: {
      name: name.slice(0, MAX_CLIENT_LENGTH),
      version: version.slice(0, MAX_CLIENT_LENGTH),
    },
  };
}

/** The trace of the active span, else the caller's, or a new one when it sent no valid one. */
export const traceIdFrom = (traceparent: string | undefined): string =>
  activeTraceId() ??
  (traceparent === undefined ? null : parseTraceParent(traceparent))?.traceId ??
  newTraceId();

export const newTraceId = (): string => pooledRandom(16).toString("hex");

/** A W3C `traceparent` header for a request within this trace: of the active span where there is one. */
export const traceparentFor = (traceId: string): string =>
  activeTraceparent() ?? `00-${traceId}-${pooledRandom(8).toString("hex")}-01`;
