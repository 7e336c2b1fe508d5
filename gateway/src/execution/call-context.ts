import { traceparentFor, type RequestContext } from "@allfunds/platform/context";

/** What one client operation carries to every subgraph it touches. */
export interface CallContext {
  readonly traceId: string;
  /** Sent with each subgraph request, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends every subgraph request of the operation when it fires. */
  readonly signal: AbortSignal | undefined;
  /** A signal that fires when nobody waits for the answer any more. */
  readonly gone?: () => AbortSignal;
}

/** What calls to subgraphs carry for a request: its trace, its promise, and whose it is, which they check themselves. */
export function callContextOf(
  { traceId, idempotencyKey, clientAddress }: RequestContext,
  authorization: string | undefined,
): CallContext {
  return {
    traceId,
    headers: {
      traceparent: traceparentFor(traceId),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      ...(authorization === undefined ? {} : { authorization }),
      ...(clientAddress === undefined ? {} : { "x-forwarded-for": clientAddress }),
    },
    signal: undefined,
  };
}

/** The same call, ended by one more signal. */
export const endedBy = (call: CallContext, signal: AbortSignal): CallContext => ({
  ...call,
  signal: call.signal === undefined ? signal : AbortSignal.any([call.signal, signal]),
});
