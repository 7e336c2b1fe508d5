import { createLogger } from "@allfunds/platform/logging";
import { startTracing, stopTracing } from "@allfunds/platform/telemetry";
import { TraceCollector } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openService, type OpenService } from "../service.fixture.ts";

const TRACE = "a3ce929d0e0e47364bf92f3577b34da6";

let collector: TraceCollector;
let gateway: OpenService;
beforeAll(async () => {
  collector = await TraceCollector.open();
  const config = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: 1 };
  await startTracing("gateway", config, createLogger("test", "silent"));
  gateway = await openService();
});
afterAll(async () => {
  await stopTracing();
  await gateway.close();
  await collector.close();
});

it("traces a query as request, plan and fetches, and what a subgraph does below its fetch", async () => {
  await gateway.run(`query Of { fund(id: "f1") { name insight } }`, {
    headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
  });
  await stopTracing();

  const spans = collector.ofTrace(TRACE);
  const parentOf = (parentSpanId: string) => spans.find(({ spanId }) => spanId === parentSpanId);
  const paths = spans.map((span) => {
    const path = [span.name];
    for (let at = parentOf(span.parentSpanId); at !== undefined; at = parentOf(at.parentSpanId))
      path.unshift(at.name);
    return path.join(" > ");
  });
  const request = "POST /graphql";
  expect(paths).toEqual(
    expect.arrayContaining([
      request,
      `${request} > plan`,
      `${request} > query Of`,
      `${request} > query Of > fetch ledger > POST /graphql`,
      `${request} > query Of > fetch analytics > POST /graphql`,
    ]),
  );
});
