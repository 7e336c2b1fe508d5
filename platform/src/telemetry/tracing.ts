import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";

/** Undefined until a process starts to trace; until then a span costs one comparison. */
let tracer: Tracer | undefined;

/** Makes spans with this tracer from now on; without one, no spans. */
export const setTracer = (next: Tracer | undefined): void => {
  tracer = next;
};

export const isTracing = (): boolean => tracer !== undefined;

export interface SpanOptions {
  /** SERVER and CLIENT are the two ends of a call; INTERNAL is work within a service. */
  readonly kind?: keyof typeof SpanKind;
  readonly attributes?: Attributes;
  /** A W3C `traceparent` to continue; by default the active span. */
  readonly parent?: string | undefined;
  /** W3C `traceparent`s of other traces that this work serves. */
  readonly links?: readonly string[];
}

/** What work may add to its own span. */
export interface ActiveSpan {
  readonly set: (attributes: Attributes) => void;
}

const NO_SPAN: ActiveSpan = { set: () => undefined };

/** Runs work in a span of its own, which ends with the work and carries its failure. */
export function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: ActiveSpan) => Promise<T>,
): Promise<T> {
  if (tracer === undefined) return work(NO_SPAN);
  const span = startSpan(tracer, name, options);
  return context.with(trace.setSpan(context.active(), span), async () => {
    try {
      return await work({ set: (attributes) => void span.setAttributes(attributes) });
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The same as `inSpan` where the work has an active span; alone it leaves no trace. */
export const inChildSpan = <T>(
  name: string,
  options: SpanOptions,
  work: (span: ActiveSpan) => Promise<T>,
): Promise<T> => (activeSpan() === undefined ? work(NO_SPAN) : inSpan(name, options, work));

/** A span that its caller ends; undefined when nothing is traced. */
export const openSpan = (name: string, options: SpanOptions): Span | undefined =>
  tracer === undefined ? undefined : startSpan(tracer, name, options);

function startSpan(
  by: Tracer,
  name: string,
  { kind = "INTERNAL", attributes, parent, links = [] }: SpanOptions,
): Span {
  const from = parent === undefined ? context.active() : continuing(parent);
  return by.startSpan(
    name,
    {
      kind: SpanKind[kind],
      ...(attributes === undefined ? {} : { attributes }),
      links: links.flatMap((text) => {
        const linked = remoteSpan(text);
        return linked === undefined ? [] : [{ context: linked }];
      }),
    },
    from,
  );
}

/** Records a failure with its code, never its message: that may carry what clients sent. */
export function failSpan(span: Span, error: unknown): void {
  const code = (error as { readonly code?: unknown } | null)?.code;
  const type = typeof code === "string" ? code : error instanceof Error ? error.name : "Error";
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function remoteSpan(traceparent: string): SpanContext | undefined {
  const parsed = parseTraceParent(traceparent);
  return parsed === null ? undefined : { ...parsed, isRemote: true };
}

function continuing(traceparent: string): Context {
  const remote = remoteSpan(traceparent);
  return remote === undefined
    ? trace.deleteSpan(context.active())
    : trace.setSpanContext(context.active(), remote);
}

const activeSpan = (): Span | undefined =>
  tracer === undefined ? undefined : trace.getSpan(context.active());

/** The trace id of the active span. */
export const activeTraceId = (): string | undefined => activeSpan()?.spanContext().traceId;

/** The active span as a W3C `traceparent`. */
export function activeTraceparent(): string | undefined {
  const active = activeSpan()?.spanContext();
  return active === undefined ? undefined : traceparentOf(active);
}

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;

/** Runs work with the span active, which stays open afterwards. */
export const withSpan = <T>(span: Span | undefined, work: () => T): T =>
  span === undefined ? work() : context.with(trace.setSpan(context.active(), span), work);
