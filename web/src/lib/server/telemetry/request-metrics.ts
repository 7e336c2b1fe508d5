import { collectDefaultMetrics, Histogram, Registry } from "prom-client";

export const registry = new Registry();
collectDefaultMetrics({ register: registry });

const requestSeconds = new Histogram({
  name: "http_request_duration_seconds",
  help: "Time to answer a request, by route and status",
  labelNames: ["route", "status"],
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
});

/** Records one answered request. `route` is the route's pattern, so that ids do not become labels. */
export function countRequest(route: string, status: number, durationMs: number): void {
  requestSeconds.observe({ route, status: String(status) }, durationMs / 1000);
}

/** All metrics of this process in the Prometheus text format. */
export async function metricsPage(): Promise<Response> {
  return new Response(await registry.metrics(), {
    headers: { "content-type": registry.contentType },
  });
}
