import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../execution/plan-operation.ts";
import { startSmallGateway, type SmallGateway } from "../small-gateway.fixture.ts";
import { startSmallSubgraph } from "../small-subgraphs.fixture.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };

let gateway: SmallGateway;
beforeAll(async () => {
  gateway = await startSmallGateway();
});
afterAll(async () => gateway.close());

const get = async (
  query: string,
  headers: Record<string, string> = { "apollo-require-preflight": "1" },
) => fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, { headers });

const send = async (body: object) => {
  const response = await fetch(gateway.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as {
    data?: object;
    errors?: { extensions: { code: string } }[];
  };
};

describe("operations over three subgraphs", () => {
  it("answers one query from all of them", async () => {
    const { status, data, errors } = await gateway.ask(
      `query ($id: ID!) { fund(id: $id) { name metrics { value } insight } }`,
      { variables: { id: "4" } },
    );
    expect(errors).toBeUndefined();
    expect(status).toBe(200);
    expect(data).toEqual({
      fund: { name: "Fund 4", metrics: { value: 41 }, insight: "Insight 4" },
    });
  });

  it("runs a mutation and completes its answer from the others", async () => {
    const { data } = await gateway.ask(
      `mutation { renameFund(id: "2", name: "New") { name metrics { value } } }`,
    );
    expect(data).toEqual({ renameFund: { name: "New", metrics: { value: 21 } } });
  });

  it("carries trace and idempotency key to every subgraph", async () => {
    await gateway.ask(`{ fund(id: "1") { metrics { value } } }`, {
      headers: { ...TRACEPARENT, "idempotency-key": "key-1" },
    });
    for (const name of ["ledger", "metrics"] as const) {
      expect(gateway.subgraphs[name].requests.at(-1)).toMatchObject({
        traceId: TRACE,
        idempotencyKey: "key-1",
      });
    }
  });

  it("keeps the code, sentence and violations a subgraph refused with", async () => {
    const { data, errors } = await gateway.ask(`mutation { refuse { id } }`, {
      headers: TRACEPARENT,
    });
    expect(data).toBeNull();
    expect(errors).toEqual([
      {
        message: "Debits and credits differ.",
        path: ["refuse"],
        extensions: {
          code: "LEDGER_UNBALANCED",
          service: "ledger",
          traceId: TRACE,
          violations: [{ path: "entries", message: "differ by 1.00" }],
        },
      },
    ]);
  });

  it("masks a failure without a code", async () => {
    const { errors } = await gateway.ask(`{ broken }`);
    expect(errors?.[0]?.extensions["code"]).toBe("INTERNAL_ERROR");
    expect(JSON.stringify(errors)).not.toContain("passwd");
  });

  it("puts the error of one entity at its place in the list", async () => {
    const { data, errors } = await gateway.ask(`{ funds(first: 13) { insight } }`);
    expect(data).toHaveProperty("funds.11.insight", "Insight 12");
    expect(errors).toMatchObject([
      { path: ["funds", 12, "insight"], extensions: { code: "INSUFFICIENT_DATA" } },
    ]);
  });
});

describe("refusals", () => {
  it.each([
    ["a document that does not parse", "{ fund(", 400, "GRAPHQL_PARSE_FAILED"],
    ["an unknown field", "{ nothing }", 400, "GRAPHQL_VALIDATION_FAILED"],
    ["too many tokens", `{ ${"a: __typename ".repeat(1_700)} }`, 400, "GRAPHQL_PARSE_FAILED"],
    ["a subscription", "subscription { fundChanged { id } }", 400, "INVALID_INPUT"],
    ["a missing variable", "query ($id: ID!) { fund(id: $id) { id } }", 400, "INVALID_INPUT"],
    [
      "an unnamed choice of operations",
      "query A { __typename } query B { __typename }",
      400,
      "OPERATION_NOT_FOUND",
    ],
  ])("refuses %s with a code and a trace id", async (_name, query, status, code) => {
    const answer = await gateway.ask(query, { headers: TRACEPARENT });
    expect(answer.status).toBe(status);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code, traceId: TRACE });
  });

  it("refuses an operation name that is not in the document", async () => {
    const answer = await gateway.ask("query A { __typename }", { operationName: "B" });
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]?.extensions["code"]).toBe("OPERATION_NOT_FOUND");
  });

  it.each([
    [
      "malformed JSON",
      { method: "POST", headers: { "content-type": "application/json" }, body: "{" },
      400,
      "MALFORMED_BODY",
    ],
    [
      "another content type",
      { method: "POST", headers: { "content-type": "application/xml" }, body: "<a/>" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    [
      "a form a foreign site could send",
      { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" },
      400,
      "MALFORMED_BODY",
    ],
    [
      "a body that is too large",
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: `{"query":"${" ".repeat(200_000)}"}`,
      },
      413,
      "BODY_TOO_LARGE",
    ],
    [
      "a batch",
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: `[{"query":"{__typename}"}]`,
      },
      400,
      "MALFORMED_BODY",
    ],
  ])("answers %s in JSON with a code", async (_name, init, status, code) => {
    const response = await fetch(gateway.url, init);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("json");
    const { errors } = (await response.json()) as {
      errors: { extensions: { code: string; traceId: string } }[];
    };
    expect(errors[0]?.extensions.code).toBe(code);
    expect(errors[0]?.extensions.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it("answers a query by GET but no mutation, and neither to a foreign site", async () => {
    expect(await (await get(`{ fund(id: "1") { name } }`)).json()).toEqual({
      data: { fund: { name: "Fund 1" } },
    });
    const mutation = await get(`mutation { renameFund(id: "1", name: "x") { id } }`);
    expect(mutation.status).toBe(405);
    expect(await mutation.json()).toMatchObject({
      errors: [{ extensions: { code: "METHOD_NOT_ALLOWED" } }],
    });
    expect((await get("{ __typename }", {})).status).toBe(400);
  });
});

describe("persisted queries", () => {
  it("are asked for once and then found by their hash", async () => {
    const query = `{ fund(id: "7") { name } }`;
    const extensions = { persistedQuery: { version: 1, sha256Hash: digestOf(query) } };
    expect((await send({ extensions })).errors?.[0]?.extensions.code).toBe(
      "PERSISTED_QUERY_NOT_FOUND",
    );
    await send({ query, extensions });
    expect((await send({ extensions })).data).toEqual({ fund: { name: "Fund 7" } });
  });
});

describe("a subgraph in trouble", () => {
  it("leaves only its own fields empty while it is down, each with a coded error, and is back after a restart", async () => {
    const { metrics } = gateway.subgraphs;
    await metrics.close();
    const { status, data, errors } = await gateway.ask(
      `{ funds(first: 2) { name metrics { value } insight } }`,
    );
    expect(status).toBe(200);
    expect(data).toEqual({
      funds: [
        { name: "Fund 1", metrics: null, insight: "Insight 1" },
        { name: "Fund 2", metrics: null, insight: "Insight 2" },
      ],
    });
    expect(
      errors?.map(({ path, extensions }) => [path, extensions["code"], extensions["service"]]),
    ).toEqual([
      [["funds", 0, "metrics"], "UPSTREAM_UNAVAILABLE", "metrics"],
      [["funds", 1, "metrics"], "UPSTREAM_UNAVAILABLE", "metrics"],
    ]);

    gateway.subgraphs.metrics = await startSmallSubgraph("metrics", metrics.port);
    const again = await gateway.ask(`{ fund(id: "1") { metrics { value } } }`);
    expect(again).toMatchObject({ data: { fund: { metrics: { value: 11 } } } });
  });

  it("is not waited for beyond its time", async () => {
    gateway.subgraphs.analytics.delayMs = 8_000;
    const begun = performance.now();
    const { data, errors } = await gateway.ask(`{ fund(id: "1") { name insight } }`);
    gateway.subgraphs.analytics.delayMs = 0;
    expect(performance.now() - begun).toBeLessThan(6_000);
    expect(data).toEqual({ fund: { name: "Fund 1", insight: null } });
    expect(errors).toMatchObject([
      { path: ["fund", "insight"], extensions: { code: "UPSTREAM_TIMEOUT" } },
    ]);
  });
});

describe("keys the planner needs for itself", () => {
  it.each([
    [
      "a required field taken with other arguments",
      `{ fund(id: "1") { comments(limit: 1) digest } }`,
      { comments: ["1.1"], digest: "1.1+1.2+1.3" },
    ],
    [
      "a required field taken with its default arguments",
      `{ fund(id: "1") { comments digest } }`,
      { comments: Array.from({ length: 9 }, (_, i) => `1.${i + 1}`), digest: "1.1+1.2+1.3" },
    ],
    [
      "another field under a required name",
      `{ fund(id: "1") { position: name metrics { value } } }`,
      { position: "Fund 1", metrics: { value: 11 } },
    ],
    [
      "another field under a key's name",
      `{ fund(id: "1") { id: name insight } }`,
      { id: "Fund 1", insight: "Insight 1" },
    ],
    [
      "another field as __typename",
      `{ fund(id: "1") { __typename: name insight } }`,
      { __typename: "Fund 1", insight: "Insight 1" },
    ],
    [
      "the gateway's own prefix",
      `{ fund(id: "1") { _client_id: name insight } }`,
      { _client_id: "Fund 1", insight: "Insight 1" },
    ],
  ])("stay apart from the client's: %s", async (_name, query, fund) => {
    const { data, errors } = await gateway.ask(query);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ fund });
  });

  it("tells an error's place in the client's words", async () => {
    const { errors } = await gateway.ask(`{ funds(first: 13) { id: name insight } }`);
    expect(errors?.[0]?.path).toEqual(["funds", 12, "insight"]);
  });
});

describe("health", () => {
  it("is ready with its graph and tells which subgraphs answer", async () => {
    const response = await fetch(gateway.url.replace("/graphql", "/health/ready"));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      ready: true,
      checks: { supergraph: "ok" },
      details: { subgraphs: { ledger: "reachable", metrics: "reachable", analytics: "reachable" } },
    });
  });
});
