import { AsyncLocalStorage } from "node:async_hooks";
import { parseTraceParent } from "@opentelemetry/core";
import type { Caller } from "./caller.ts";
import { invalidInput } from "@allfunds/contract/errors";
import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { pooledRandom } from "./pooled-random.ts";

/** The tenant of the demo, and of everybody where nobody is asked who they are. */
export const DEMO_TENANT_ID = "018f0000-0000-7000-8000-000000000001";

/** Who asks, for whom, when, and under which trace: travels with every command, query and log line. */
export interface RequestContext {
  readonly tenantId: string;
  readonly actor: string;
  readonly scopes: readonly string[];
  /** W3C trace id, 32 hexadecimal digits. */
  readonly traceId: string;
  /** When the edge took the request; commands use this, never the clock. */
  readonly now: Date;
  /** The client's promise that a repeat is the same request. */
  readonly idempotencyKey: string | undefined;
  /** The network address the request came from, where that is known. */
  readonly clientAddress?: string;
  /** Who the token names; absent where no token was asked for. */
  readonly caller?: Caller;
}

export type HeaderValues = Readonly<Record<string, string | string[] | undefined>>;

const storage = new AsyncLocalStorage<RequestContext>();

export const runInContext = <T>(context: RequestContext, work: () => T): T =>
  storage.run(context, work);

export const currentContext = (): RequestContext | undefined => storage.getStore();

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Of no tenant: nothing is stored under it. */
const NO_TENANT_ID = "00000000-0000-0000-0000-000000000000";

/** A request nobody is asked to sign: health, pages, an error's answer. It may do nothing. */
export const anonymousContext = (
  headers: HeaderValues,
  now: Date = new Date(),
): RequestContext => ({
  tenantId: NO_TENANT_ID,
  actor: "anonymous",
  scopes: [],
  ...requestFromHeaders(headers, now),
});

/** Everybody as one user of the demo tenant who may do everything. */
export const openContext = (headers: HeaderValues, now: Date = new Date()): RequestContext => ({
  tenantId: DEMO_TENANT_ID,
  actor: "demo",
  scopes: ALL_SCOPES,
  ...requestFromHeaders(headers, now),
});

/**
 * What a request says of itself, whoever sends it: its trace, its time and its idempotency key.
 * Throws INVALID_INPUT when the Idempotency-Key is not 1-255 visible ASCII characters.
 */
export function requestFromHeaders(
  headers: HeaderValues,
  now: Date,
): Pick<RequestContext, "traceId" | "now" | "idempotencyKey"> {
  const idempotencyKey = single(headers["idempotency-key"]);
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw invalidInput("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
  }
  return { traceId: traceIdFrom(single(headers["traceparent"])), now, idempotencyKey };
}

/** The caller's trace id, or a fresh one when it sent none that is valid. */
export const traceIdFrom = (traceparent: string | undefined): string =>
  (traceparent === undefined ? null : parseTraceParent(traceparent))?.traceId ?? newTraceId();

export const newTraceId = (): string => pooledRandom(16).toString("hex");

/** A W3C `traceparent` header for a call made on behalf of this trace. */
export const traceparentFor = (traceId: string): string =>
  `00-${traceId}-${pooledRandom(8).toString("hex")}-01`;
