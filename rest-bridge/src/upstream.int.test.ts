import { createServer } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import { GraphQLError } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { posting, sendJson, startBridge, startHouse } from "./bridge.fixture.ts";
import { StandInGraph } from "./stand-in/graph.fixture.ts";
import { FUND } from "./stand-in/sample-values.fixture.ts";
import { startGraph } from "./stand-in/serve-graph.fixture.ts";

const LEDGER = `/api/v1/ledger?fundId=${FUND}`;
const SECRET = "password of the database is hunter2";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
});

async function house(settings?: Parameters<typeof startHouse>[0]) {
  const started = await startHouse(settings);
  closers.push(started.close);
  return started;
}

describe("when the graph refuses", () => {
  it.each([
    ["CONSISTENCY_TIMEOUT", 503],
    ["IDEMPOTENCY_CONFLICT", 409],
    ["INSUFFICIENT_DATA", 422],
    ["SHUTTING_DOWN", 503],
  ] as const)("%s keeps its code and sentence", async (code, status) => {
    const { graph, ask } = await house();
    graph.failure = new AppError(code, "A public sentence.", { detail: SECRET });
    const answer = await ask(LEDGER);

    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ code, detail: "A public sentence." });
    expect(answer.text).not.toContain(SECRET);
    expect(answer.headers.has("retry-after")).toBe(status === 503);
  });

  it("violations arrive with their paths", async () => {
    const { graph, ask } = await house();
    const violations = [{ path: "metadata", message: "must be plain JSON" }];
    graph.failure = new AppError("INVALID_INPUT", "metadata: must be plain JSON", { violations });
    const answer = await ask("/api/v1/transactions", sendJson("POST", posting()));
    expect(answer.json()).toMatchObject({ code: "INVALID_INPUT", violations });
  });

  it.each([
    ["a failure without a code", new Error(SECRET)],
    ["a code that is not of the closed set", coded("TEAPOT")],
    ["an operation the graph does not understand", coded("GRAPHQL_VALIDATION_FAILED")],
  ])("%s is masked", async (_what, failure) => {
    const { graph, ask } = await house();
    graph.failure = failure;
    const answer = await ask(LEDGER);

    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({ code: "INTERNAL_ERROR", status: 500 });
    expect(answer.text).not.toMatch(/hunter2|TEAPOT|GRAPHQL/);
    graph.failure = undefined;
    expect((await ask(LEDGER)).status).toBe(200);
  });

  it("an error beside null data is the error, never a thing that does not exist", async () => {
    const { ask } = await house();
    const answer = await ask(`/api/v1/predictions?fundId=${FUND}`);
    expect(answer.json()).toMatchObject({ code: "CONSISTENCY_TIMEOUT", status: 503 });
  });
});

describe("when the graph does not answer", () => {
  it("a slow read is given up with 504, and the next one is answered", async () => {
    const { graph, ask } = await house({ queryTimeoutMs: 100 });
    graph.delayMs = 1_000;
    const slow = await ask(LEDGER);
    graph.delayMs = 0;

    expect(slow.status).toBe(504);
    expect(slow.json()).toMatchObject({ code: "UPSTREAM_TIMEOUT" });
    expect((await ask(LEDGER)).status).toBe(200);
  });

  it("a slow write has its own, longer patience", async () => {
    const { graph, ask } = await house({ queryTimeoutMs: 50, mutationTimeoutMs: 5_000 });
    graph.delayMs = 200;
    const posted = await ask("/api/v1/transactions", sendJson("POST", posting()));
    expect(posted.status).toBe(201);
  });

  it("an absent gateway is 503 with Retry-After, and not ready; its return is noticed", async () => {
    const first = await startGraph(new StandInGraph());
    const bridge = await startBridge(first.url);
    closers.push(bridge.close);
    expect((await bridge.ask("/health/ready")).status).toBe(200);

    await first.close();
    const down = await bridge.ask(LEDGER);
    expect(down.status).toBe(503);
    expect(down.json()).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    expect(down.headers.get("retry-after")).toBe("1");
    expect((await bridge.ask("/health/ready")).status).toBe(503);
    expect((await bridge.ask("/health/live")).status).toBe(200);

    const second = await startGraph(new StandInGraph(), Number(new URL(first.url).port));
    closers.push(second.close);
    expect((await bridge.ask(LEDGER)).status).toBe(200);
  });

  it.each([
    ["a proxy's 502 page", 502, "<html>Bad Gateway</html>", "UPSTREAM_UNAVAILABLE"],
    ["a proxy's 504 page", 504, "<html>Timeout</html>", "UPSTREAM_TIMEOUT"],
    ["an answer that is no JSON", 200, "hello", "INTERNAL_ERROR"],
    ["an answer without data", 200, "{}", "INTERNAL_ERROR"],
    ["null for an answer", 200, "null", "INTERNAL_ERROR"],
    ["half an answer", 200, '{"data":{"entries":null},"errors":[null]}', "INTERNAL_ERROR"],
  ])("%s is a coded refusal", async (_what, status, body, code) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const bridge = await startBridge(`http://127.0.0.1:${port}`);
    closers.push(bridge.close, async () => server.closeAllConnections());
    closers.unshift(async () => void server.close());

    const answer = await bridge.ask(LEDGER);
    expect(answer.json()).toMatchObject({ code });
  });
});

function coded(code: string): GraphQLError {
  return new GraphQLError(SECRET, { extensions: { code } });
}
