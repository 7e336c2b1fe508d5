import type { Logger } from "pino";
import { setTracer } from "./tracing.ts";

/** Of a service's configuration. */
interface TracingConfig {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  readonly OTEL_TRACES_SAMPLER_ARG: number;
}

let stop: () => Promise<void> = async () => undefined;

/**
 * Exports the spans of this process over OTLP (HTTP, JSON) when an endpoint is configured. Call it before the
 * first connection to a database is made. The packages are loaded only then.
 */
export async function startTracing(
  service: string,
  config: TracingConfig,
  logger: Logger,
): Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = config;
  if (endpoint === undefined) return;
  const { context } = await import("@opentelemetry/api");
  const { AsyncLocalStorageContextManager } = await import("@opentelemetry/context-async-hooks");
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
  const { resourceFromAttributes } = await import("@opentelemetry/resources");
  const { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } =
    await import("@opentelemetry/sdk-trace");
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, "")}/v1/traces`,
    headers: headersOf(config.OTEL_EXPORTER_OTLP_HEADERS),
  });
  // By the trace id, so that all services keep the same traces, whatever flag a client sends.
  const byTraceId = new TraceIdRatioBasedSampler(ratio);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": service,
      "service.namespace": "allfunds",
      "service.instance.id": `${process.pid}`,
    }),
    sampler: new ParentBasedSampler({
      root: byTraceId,
      remoteParentSampled: byTraceId,
      remoteParentNotSampled: byTraceId,
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
  });
  setTracer(provider.getTracer("allfunds"));
  stop = async () => {
    setTracer(undefined);
    await provider
      .shutdown()
      .catch((error: unknown) => logger.warn({ err: error }, "the last spans were not exported"));
    stop = async () => undefined;
  };
  logger.info({ endpoint, ratio }, "exporting traces");
}

/** Exports what is left and ends the tracing. */
export const stopTracing = (): Promise<void> => stop();

/** The headers of OTEL_EXPORTER_OTLP_HEADERS: `name=value` pairs, separated by commas, values percent-encoded. */
function headersOf(text: string | undefined): Record<string, string> {
  const pairs = (text ?? "").split(",").filter((pair) => pair.includes("="));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
    }),
  );
}
