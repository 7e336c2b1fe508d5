import { AppError } from "@allfunds/contract/errors";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ANALYTICS_JOB, METRICS_JOB, VERIFICATION_JOB } from "../fake-graph/jobs.fixture.ts";
import { FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, sendJson, type OpenService } from "../service.fixture.ts";

const JOBS = "/api/v1/jobs";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const as = (...scopes: string[]) => service.issuer.headers({ scopes });

it("reads a job of metrics with its progress", async () => {
  const answer = await service.send(`${JOBS}/${METRICS_JOB}`);
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({
    id: METRICS_JOB,
    kind: "simulation",
    state: "RUNNING",
    progress: { done: 5, total: 10 },
    error: null,
    requestedBy: "maker",
    requestedAt: "2026-06-30T12:00:00.000Z",
    startedAt: "2026-06-30T12:00:01.000Z",
    finishedAt: null,
    result: null,
  });
});

it("reads a verification with what it found", async () => {
  const answer = await service.send(`${JOBS}/${VERIFICATION_JOB}`);
  expect(answer.json()).toMatchObject({
    kind: "verification",
    result: { books: [{ bookId: FUND, sound: true }], feedSound: null },
  });
});

it("looks only where the caller may look", async () => {
  const ofMetrics = { headers: await as("metrics:read") };
  expect((await service.send(`${JOBS}/${METRICS_JOB}`, ofMetrics)).status).toBe(200);
  expect((await service.send(`${JOBS}/${VERIFICATION_JOB}`, ofMetrics)).status).toBe(404);
  const ofAudit = { headers: await as("audit:read") };
  expect((await service.send(`${JOBS}/${METRICS_JOB}`, ofAudit)).status).toBe(404);
  expect((await service.send(`${JOBS}/${VERIFICATION_JOB}`, ofAudit)).status).toBe(200);
});

describe("a job that is not found", () => {
  it("is refused with a code", async () => {
    const answer = await service.send(`${JOBS}/${UNKNOWN}`);
    expect([answer.status, answer.json()["code"]]).toEqual([404, "NOT_FOUND"]);
    const malformed = await service.send(`${JOBS}/none`);
    expect([malformed.status, malformed.json()["code"]]).toEqual([400, "INVALID_INPUT"]);
  });

  it("is not reported as absent while a part of the graph is away", async () => {
    service.graph.jobs.failure = new AppError("UPSTREAM_UNAVAILABLE", "metrics is away");
    const answer = await service.send(`${JOBS}/${UNKNOWN}`);
    expect([answer.status, answer.json()["code"]]).toEqual([503, "UPSTREAM_UNAVAILABLE"]);
    expect((await service.send(`${JOBS}/${VERIFICATION_JOB}`)).status).toBe(200);
  });
});

describe("a cancelled job", () => {
  it.each([
    ["of metrics", METRICS_JOB, "cancelMetricsJob"],
    ["of analytics", ANALYTICS_JOB, "cancelAnalyticsJob"],
    ["a verification", VERIFICATION_JOB, "cancelVerification"],
  ])("%s is ended where it is", async (_what, jobId, mutation) => {
    const answer = await service.send(`${JOBS}/${jobId}/cancel`, sendJson("POST", {}));
    expect([answer.status, answer.json()["state"]]).toEqual([200, "CANCELLED"]);
    expect(service.graph.fields.at(-1)).toMatchObject({ field: mutation, input: { id: jobId } });
    expect((await service.send(`${JOBS}/${jobId}`)).json()["state"]).toBe("CANCELLED");
  });

  it("needs the right to write", async () => {
    const headers = await as("metrics:read", "audit:read");
    const answer = await service.send(`${JOBS}/${METRICS_JOB}/cancel`, { method: "POST", headers });
    expect([answer.status, answer.json()["code"]]).toEqual([403, "FORBIDDEN"]);
  });

  it("must exist", async () => {
    const answer = await service.send(`${JOBS}/${UNKNOWN}/cancel`, { method: "POST" });
    expect([answer.status, answer.json()["code"]]).toEqual([404, "NOT_FOUND"]);
  });
});

describe("an analysis", () => {
  const ANALYZE = "/api/v1/analyze";
  const texts = Array.from({ length: 101 }, (_, index) => `Fee ${index}`);

  it.each([
    ["of more than 100 texts", { kind: "CATEGORIZE", texts }, {}],
    [
      "that is to be answered later",
      { kind: "CATEGORIZE", texts: ["Fee"] },
      { prefer: "wait=5, respond-async" },
    ],
  ])("%s is answered with 202 and a job that has its results", async (_what, body, headers) => {
    const answer = await service.send(ANALYZE, sendJson("POST", body, headers));
    expect(answer.status).toBe(202);
    const address = answer.headers.get("location") ?? "";
    expect(address).toBe(`${JOBS}/${ANALYTICS_JOB}`);
    const job = (await service.send(address)).json();
    expect(job).toMatchObject({ kind: "analysis", result: { kind: "CATEGORIZE" } });
    const { results } = job["result"] as { results: object[] };
    expect(results).toHaveLength(body.texts.length);
    expect(results[0]).toMatchObject({ index: 0, transactionId: null });
  });

  it("of 100 texts is answered at once", async () => {
    const few = { kind: "CATEGORIZE", texts: texts.slice(1) };
    expect((await service.send(ANALYZE, sendJson("POST", few))).status).toBe(200);
  });

  it("of more than 10,000 texts is refused", async () => {
    const many = { kind: "CATEGORIZE", texts: Array.from({ length: 10_001 }, () => "a") };
    const answer = await service.send(ANALYZE, sendJson("POST", many));
    expect([answer.status, answer.json()["code"]]).toEqual([400, "INVALID_INPUT"]);
  });
});

describe("a question", () => {
  const question = { kind: "ADVISE", question: "How much cash do we have?" };

  it("is answered with 202 and a job that has the answer", async () => {
    const answer = await service.send("/api/v1/analyze", sendJson("POST", question));
    expect(answer.status).toBe(202);
    const job = await service.send(answer.headers.get("location") ?? "");
    expect(job.json()).toMatchObject({
      kind: "answer",
      result: { kind: "ADVISE", facts: [{ id: "f1", value: "10.00" }] },
    });
  });

  it("is answered at once where the issuer has no token exchange", async () => {
    service.graph.jobs.exchangesTokens = false;
    const answer = await service.send("/api/v1/analyze", sendJson("POST", question));
    expect([answer.status, answer.json()["kind"]]).toEqual([200, "ADVISE"]);
  });
});

describe("a simulation", () => {
  const SIMULATIONS = "/api/v1/simulations";
  const newSimulation = {
    assets: [{ expectedReturn: 0.06, volatility: 0.15 }],
    horizon: 12,
    initialValue: "100.00",
    currency: "EUR",
  };

  it("is answered with 202 and the address of its job", async () => {
    const headers = { "idempotency-key": "k-1" };
    const answer = await service.send(SIMULATIONS, sendJson("POST", newSimulation, headers));
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`${JOBS}/${METRICS_JOB}`);
    expect(answer.headers.get("idempotency-hit")).toBe("true");
    expect(answer.json()).toMatchObject({ id: METRICS_JOB, state: "WAITING", result: null });
    const [sent] = service.graph.fields;
    expect(sent?.input).toEqual({
      ...newSimulation,
      assets: [{ expectedReturn: 0.06, volatility: 0.15, weight: 1 }],
      method: "GBM",
      step: "MONTH",
      paths: 10_000,
      rebalanceEvery: 1,
      yearlyFee: 0,
      plan: [],
    });
  });

  it.each([
    ["without an asset", { assets: [] }],
    ["without a horizon", { horizon: undefined }],
    ["with an amount that is a number", { initialValue: 100 }],
    ["with a field that there is not", { horizont: 12 }],
  ])("%s is refused before the graph", async (_what, changes) => {
    const answer = await service.send(
      SIMULATIONS,
      sendJson("POST", { ...newSimulation, ...changes }),
    );
    expect([answer.status, answer.json()["code"]]).toEqual([400, "INVALID_INPUT"]);
    expect(service.graph.fields).toEqual([]);
  });

  it("that is too much work is refused with the code of the graph", async () => {
    const answer = await service.send(
      SIMULATIONS,
      sendJson("POST", { ...newSimulation, goal: "0" }),
    );
    expect([answer.status, answer.json()["code"]]).toEqual([400, "OPERATION_LIMIT_EXCEEDED"]);
  });
});
