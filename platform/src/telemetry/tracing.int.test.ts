import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool, type Pool } from "../database/pool.ts";
import { createHttpServer, type HttpServer } from "../http/http-server.ts";
import { anonymousContext, currentContext, traceparentFor } from "../context.ts";
import { createLogger } from "../logging.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { TraceCollector, type CollectedSpan } from "../testing/trace-collector.ts";
import { startTracing, stopTracing } from "./start-tracing.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CLIENT_SPAN = "b7ad6b7169203331";

const logger = createLogger("test", "silent");
let collector: TraceCollector;
let database: TestDatabase;
let pool: Pool;
let server: HttpServer;

beforeAll(async () => {
  collector = await TraceCollector.open();
  await trace(1);
  database = await createTestDatabase();
  pool = createPool({ url: database.url, logger });
  server = createHttpServer({
    service: "test",
    logger,
    contextOf: ({ headers }) => anonymousContext(headers),
  });
  server.app.post("/rows", async () => {
    await pool.query("SELECT generate_series(1, $1::int)", [3]);
    return { traceparent: traceparentFor(currentContext()?.traceId ?? "") };
  });
  server.app.get("/fault", async () => pool.query("SELECT missing FROM nowhere"));
});
afterAll(async () => {
  await stopTracing();
  await server.app.close();
  await pool.end();
  await database.drop();
  await collector.close();
});

const trace = (ratio: number): Promise<void> =>
  startTracing(
    "test",
    { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, OTEL_TRACES_SAMPLER_ARG: ratio },
    logger,
  );

/** The spans of a trace, once all that is open was exported. */
async function exported(traceId: string): Promise<CollectedSpan[]> {
  await stopTracing();
  await trace(1);
  return collector.ofTrace(traceId);
}

test("a request continues the caller's trace, with its statements below it", async () => {
  const answer = await server.app.inject({
    method: "POST",
    url: "/rows",
    headers: { traceparent: `00-${TRACE}-${CLIENT_SPAN}-01` },
    payload: { padding: "x".repeat(100_000) },
  });

  const spans = await exported(TRACE);
  const request = spans.find(({ name }) => name === "POST /rows");
  const statement = spans.find(({ name }) => name === "SELECT");
  expect(request).toMatchObject({ service: "test", parentSpanId: CLIENT_SPAN, failed: false });
  expect(request?.attributes).toMatchObject({ "http.response.status_code": 200 });
  expect(statement).toMatchObject({ parentSpanId: request?.spanId });
  expect(statement?.attributes).toEqual({
    "db.system.name": "postgresql",
    "db.query.text": "SELECT generate_series(1, $1::int)",
    "db.response.returned_rows": 3,
  });
  expect(answer.json()).toEqual({ traceparent: `00-${TRACE}-${request?.spanId}-01` });
  expect(answer.headers["x-trace-id"]).toBe(TRACE);
});

test("a failed statement is marked with its code, and never with its message", async () => {
  const answer = await server.app.inject({ url: "/fault" });

  const spans = await exported(String(answer.headers["x-trace-id"]));
  const statement = spans.find(({ name }) => name === "SELECT nowhere");
  expect(statement).toMatchObject({ failed: true, attributes: { "error.type": "42P01" } });
  expect(spans.find(({ name }) => name === "GET /fault")).toMatchObject({ failed: true });
});

test("probes and traces outside the share are not exported", async () => {
  await server.app.inject({ url: "/health/live" });
  await stopTracing();
  await trace(0);
  const answer = await server.app.inject({ method: "POST", url: "/rows", payload: {} });
  const traceId = String(answer.headers["x-trace-id"]);

  expect(await exported(traceId)).toEqual([]);
  expect(answer.json().traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  expect(collector.spans.filter(({ name }) => name.includes("/health"))).toEqual([]);
});
