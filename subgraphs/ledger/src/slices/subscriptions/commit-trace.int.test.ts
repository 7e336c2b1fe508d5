import { createLogger } from "@allfunds/platform/logging";
import { startTracing, stopTracing } from "@allfunds/platform/telemetry";
import { TraceCollector } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ask,
  openFund,
  openService,
  POST,
  posting,
  type TestService,
} from "../../service.fixture.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT_SPAN = "00f067aa0ba902b7";

let collector: TraceCollector;
let service: TestService;
beforeAll(async () => {
  collector = await TraceCollector.open();
  const config = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: 1 };
  await startTracing("ledger", config, createLogger("test", "silent"));
  service = await openService();
});
afterAll(async () => {
  await stopTracing();
  await service.close();
  await collector.close();
});

test("an event carries the trace of the commit that led to it, below the request of its client", async () => {
  const fund = await openFund(service);
  const events = service.socket.iterate({
    query: `subscription { ledgerEvents(fundId: "${fund.fundId}") { whole } }`,
  });
  await events.next();
  const headers = { traceparent: `00-${TRACE}-${CLIENT_SPAN}-01` };
  await ask(service, POST, posting(fund, "1.00"), headers);
  // What was there already comes first, in one message or several.
  let traceparent = "";
  while (!traceparent.includes(TRACE)) {
    const { value } = await events.next();
    traceparent = String(value?.extensions?.["traceparent"]);
  }
  await events.return?.();
  await stopTracing();

  const path: string[] = [];
  let span = collector
    .ofTrace(TRACE)
    .find(({ spanId }) => traceparent === `00-${TRACE}-${spanId}-01`);
  while (span !== undefined) {
    path.unshift(span.name);
    if (span.parentSpanId === CLIENT_SPAN) break;
    span = collector.ofTrace(TRACE).find(({ spanId }) => spanId === span?.parentSpanId);
  }
  expect(path).toEqual(["POST /graphql", "mutation", "execute commands", "commit batch"]);
  const commit = collector.ofTrace(TRACE).find(({ name }) => name === "commit batch");
  expect(commit?.attributes).toMatchObject({ "ledger.commands": 1, "ledger.events": 1 });
});
