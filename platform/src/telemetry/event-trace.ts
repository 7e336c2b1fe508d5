import { isTracing } from "./tracing.ts";

/** The trace of what led to an object: of a commit by its events, of an event by its subscription. */
const traces = new WeakMap<object, string>();

/** Marks an object with the W3C `traceparent` it came from. */
export function markTrace(object: object, traceparent: string | undefined): void {
  if (isTracing() && traceparent !== undefined) traces.set(object, traceparent);
}

export const traceOf = (object: object): string | undefined => traces.get(object);

/** Reads the mark and removes it, where the object outlives what it was marked for. */
export function takeTrace(object: object): string | undefined {
  const traceparent = traces.get(object);
  if (traceparent !== undefined) traces.delete(object);
  return traceparent;
}
