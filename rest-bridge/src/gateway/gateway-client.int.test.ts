import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "@allfunds/contract/errors";
import { GraphQLError } from "graphql";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeGraph } from "../fake-graph/fake-graph.fixture.ts";
import { CASH, FUND } from "../fake-graph/sample-values.fixture.ts";
import { serveFakeGraph } from "../fake-graph/serve-fake-graph.fixture.ts";
import {
  openBridge,
  openService,
  posting,
  sendJson,
  untilReady,
  type OpenService,
} from "../service.fixture.ts";

const LEDGER = `/api/v1/ledger?fundId=${FUND}`;
const SECRET = "password of the database is hunter2";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
});

describe("when the graph refuses", () => {
  it.each([
    ["CONSISTENCY_TIMEOUT", 503],
    ["IDEMPOTENCY_CONFLICT", 409],
    ["INSUFFICIENT_DATA", 422],
    ["SHUTTING_DOWN", 503],
  ] as const)("keeps the code %s and its sentence", async (code, status) => {
    const { graph, send } = service;
    graph.failure = new AppError(code, "A public sentence.", { detail: SECRET });
    const answer = await send(LEDGER);

    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ code, detail: "A public sentence." });
    expect(answer.text).not.toContain(SECRET);
    expect(answer.headers.has("retry-after")).toBe(status === 503);
  });

  it("keeps the paths of violations", async () => {
    const { graph, send } = service;
    const violations = [{ path: "metadata", message: "must be plain JSON" }];
    graph.failure = new AppError("INVALID_INPUT", "metadata: must be plain JSON", { violations });
    const answer = await send("/api/v1/transactions", sendJson("POST", posting()));
    expect(answer.json()).toMatchObject({ code: "INVALID_INPUT", violations });
  });

  it.each([
    ["a failure without a code", new Error(SECRET)],
    ["a code outside the closed set", coded("TEAPOT")],
    ["a refusal of the operation itself", coded("GRAPHQL_VALIDATION_FAILED")],
  ])("masks %s", async (_what, failure) => {
    const { graph, send } = service;
    graph.failure = failure;
    const answer = await send(LEDGER);

    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({ code: "INTERNAL_ERROR", status: 500 });
    expect(answer.text).not.toMatch(/hunter2|TEAPOT|GRAPHQL/);
    graph.failure = undefined;
    expect((await send(LEDGER)).status).toBe(200);
  });
});

describe("when the graph is slow or absent", () => {
  it("gives a slow read up with 504 while a write goes on waiting", async () => {
    const config = { GATEWAY_QUERY_TIMEOUT_MS: 100, GATEWAY_MUTATION_TIMEOUT_MS: 60_000 };
    const { graph, send, close } = await openService({ config });
    closers.push(close);
    const resume = graph.pause();
    const write = send("/api/v1/transactions", sendJson("POST", posting()));
    const read = await send(LEDGER);
    resume();

    expect(read.status).toBe(504);
    expect(read.json()).toMatchObject({ code: "UPSTREAM_TIMEOUT" });
    expect((await write).status).toBe(201);
  });

  it("ends a query when its client has gone, and no write", async () => {
    const graph = new FakeGraph();
    const served = await serveFakeGraph(graph);
    const bridge = await openBridge(served.url);
    closers.push(bridge.close, served.close);
    const resume = graph.pause();
    const leaving = new AbortController();
    const { signal } = leaving;
    const write = { ...sendJson("POST", posting()), signal };
    const sent = [bridge.send(LEDGER, { signal }), bridge.send("/api/v1/transactions", write)];
    await vi.waitFor(() => expect(graph.fields).toHaveLength(2), { timeout: 60_000 });
    leaving.abort();
    await Promise.allSettled(sent);
    const isEnded = (name: string) =>
      graph.fields.find(({ field }) => field === name)?.context.signal?.aborted;
    await vi.waitFor(() => expect(isEnded("entries")).toBe(true), { timeout: 60_000 });
    expect(isEnded("postTransaction")).toBe(false);
    resume();
    await vi.waitFor(() => expect(graph.stored).toBe(1), { timeout: 60_000 });
  });

  it("answers 503 and is not ready while the gateway is absent, and recovers", async () => {
    const first = await serveFakeGraph(new FakeGraph());
    const bridge = await openBridge(first.url);
    closers.push(bridge.close);
    await untilReady(() => bridge.send("/health/ready"));

    await first.close();
    const down = await bridge.send(LEDGER);
    expect(down.status).toBe(503);
    expect(down.json()).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    expect(down.headers.get("retry-after")).toBe("1");
    expect((await bridge.send("/health/ready")).status).toBe(503);
    expect((await bridge.send("/health/live")).status).toBe(200);

    const second = await serveFakeGraph(new FakeGraph(), Number(new URL(first.url).port));
    closers.push(second.close);
    await vi.waitFor(async () => expect((await bridge.send(LEDGER)).status).toBe(200), {
      timeout: 20_000,
    });
  });

  it("answers reads from the other replica of the gateway when one is absent", async () => {
    const [gone, other] = [
      await serveFakeGraph(new FakeGraph()),
      await serveFakeGraph(new FakeGraph()),
    ];
    const bridge = await openBridge(`${gone.url},${other.url}`);
    closers.push(bridge.close, other.close);
    await untilReady(() => bridge.send("/health/ready"));
    await gone.close();
    const answers = await Promise.all(Array.from({ length: 10 }, async () => bridge.send(LEDGER)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });
});

/** A bridge in front of a server that sends the same answer to every request. */
async function openBefore(status: number, body: string) {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const bridge = await openBridge(`http://127.0.0.1:${port}`);
  closers.push(async () => {
    await bridge.close();
    server.close();
    server.closeAllConnections();
  });
  return bridge;
}

describe("when the answer is not one of the graph", () => {
  it.each([
    ["a proxy's 502 page", 502, "<html>Bad Gateway</html>", "UPSTREAM_UNAVAILABLE"],
    ["a proxy's 504 page", 504, "<html>Timeout</html>", "UPSTREAM_TIMEOUT"],
    ["an answer that is no JSON", 200, "hello", "INTERNAL_ERROR"],
    ["an answer without data", 200, "{}", "INTERNAL_ERROR"],
    ["null for an answer", 200, "null", "INTERNAL_ERROR"],
    ["partial data", 200, '{"data":{"entries":null},"errors":[null]}', "INTERNAL_ERROR"],
  ])("refuses with a code when it is %s", async (_what, status, body, code) => {
    const bridge = await openBefore(status, body);
    const answer = await bridge.send(LEDGER);
    expect(answer.json()).toMatchObject({ code });
  });

  it.each([
    ["metrics", `/api/v1/metrics?fundId=${FUND}`, { subject: { currency: "EUR", metrics: null } }],
    ["forecast", `/api/v1/forecasts?accountId=${CASH}`, { subject: { forecast: null } }],
    ["predictions", `/api/v1/predictions?fundId=${FUND}`, { fund: { predictions: null } }],
  ])("refuses a null for %s that has no error", async (_name, path, data) => {
    const bridge = await openBefore(200, JSON.stringify({ data }));
    const answer = await bridge.send(path);
    expect(answer.json()).toMatchObject({ code: "INTERNAL_ERROR", status: 500 });
  });
});

const at = (position: number) => ({ "allfunds-position": `${FUND}:${position}` });

describe("the position of a book", () => {
  it("goes to the graph as the client sent it, and comes back as the graph read it", async () => {
    const answer = await service.send(LEDGER, { headers: at(7) });
    expect(service.graph.headers).toMatchObject([at(7)]);
    expect(answer.headers.get("allfunds-position")).toBe(`${FUND}:8`);
  });

  it("is refused when it is malformed", async () => {
    const answer = await service.send(LEDGER, { headers: { "allfunds-position": "7" } });
    expect(answer.json()).toMatchObject({ code: "INVALID_INPUT", status: 400 });
    expect(service.graph.headers).toEqual([]);
  });
});

function coded(code: string): GraphQLError {
  return new GraphQLError(SECRET, { extensions: { code } });
}
