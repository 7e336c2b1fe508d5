export { markTrace, traceOf } from "./event-trace.ts";
export { addGauge, watchPools } from "./gauges.ts";
export { startTracing, stopTracing } from "./start-tracing.ts";
export { activeTraceparent, inChildSpan, inSpan, isTracing, type SpanOptions } from "./tracing.ts";
