import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:http2";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../operation/operation-request.ts";
import { eventually, openService, type OpenService } from "../service.fixture.ts";
import { startSmallSubgraph } from "../small-subgraphs.fixture.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService();
});
afterAll(async () => gateway.close());

const get = async (
  query: string,
  headers: Record<string, string> = { "apollo-require-preflight": "1" },
) => fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, { headers });

it("answers a request that offers to upgrade to HTTP/2 as if it offered nothing", async () => {
  const sent = request(gateway.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      connection: "Upgrade, HTTP2-Settings",
      upgrade: "h2c",
      "http2-settings": "AAMAAABkAAQAoAAAAAIAAAAA",
    },
  });
  sent.end(JSON.stringify({ query: "{ __typename }" }));
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  expect(JSON.parse(await text(response))).toEqual({ data: { __typename: "Query" } });
});

describe("an operation over three subgraphs", () => {
  it("is answered from all of them when it is a query", async () => {
    const { status, data, errors } = await gateway.run(
      `query ($id: ID!) { fund(id: $id) { name metrics { value } insight } }`,
      { variables: { id: "4" } },
    );
    expect(errors).toBeUndefined();
    expect(status).toBe(200);
    expect(data).toEqual({
      fund: { name: "Fund 4", metrics: { value: 41 }, insight: "Insight 4" },
    });
  });

  it("is completed by the others when it is a mutation", async () => {
    const { data } = await gateway.run(
      `mutation { renameFund(id: "2", name: "New") { name metrics { value } } }`,
    );
    expect(data).toEqual({ renameFund: { name: "New", metrics: { value: 21 } } });
  });

  it("sends trace and idempotency key to every subgraph when it has them", async () => {
    await gateway.run(`{ fund(id: "1") { metrics { value } } }`, {
      headers: { ...TRACEPARENT, "idempotency-key": "key-1" },
    });
    for (const name of ["ledger", "metrics"] as const) {
      expect(gateway.subgraphs[name].requests.at(-1)).toMatchObject({
        traceId: TRACE,
        idempotencyKey: "key-1",
      });
    }
  });

  it("returns code, sentence and violations when a subgraph refuses it", async () => {
    const { data, errors } = await gateway.run(`mutation { refuse { id } }`, {
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

  it("masks a failure when it has no code", async () => {
    const { errors } = await gateway.run(`{ broken }`);
    expect(errors?.[0]?.extensions["code"]).toBe("INTERNAL_ERROR");
    expect(JSON.stringify(errors)).not.toContain("passwd");
  });

  it("locates an error in the list when one entity fails", async () => {
    const { data, errors } = await gateway.run(`{ funds(first: 13) { insight } }`);
    expect(data).toHaveProperty("funds.11.insight", "Insight 12");
    expect(errors).toMatchObject([
      { path: ["funds", 12, "insight"], extensions: { code: "INSUFFICIENT_DATA" } },
    ]);
  });
});

describe("a request", () => {
  it.each([
    ["it does not parse", "{ fund(", 400, "GRAPHQL_PARSE_FAILED"],
    ["it has an unknown field", "{ nothing }", 400, "GRAPHQL_VALIDATION_FAILED"],
    [
      "it has too many tokens",
      `{ ${"a: __typename ".repeat(1_700)} }`,
      400,
      "GRAPHQL_PARSE_FAILED",
    ],
    ["it is a subscription", "subscription { fundChanged { id } }", 400, "INVALID_INPUT"],
    ["it lacks a variable", "query ($id: ID!) { fund(id: $id) { id } }", 400, "INVALID_INPUT"],
    [
      "it names none of its two operations",
      "query A { __typename } query B { __typename }",
      400,
      "OPERATION_NOT_FOUND",
    ],
  ])("is refused with a code and a trace id when %s", async (_name, query, status, code) => {
    const answer = await gateway.run(query, { headers: TRACEPARENT });
    expect(answer.status).toBe(status);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code, traceId: TRACE });
  });

  it("is refused when its operation name is not in the document", async () => {
    const answer = await gateway.run("query A { __typename }", { operationName: "B" });
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
      "XML",
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
  ])("is refused in JSON with a code when its body is %s", async (_name, init, status, code) => {
    const response = await fetch(gateway.url, init);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("json");
    const { errors } = (await response.json()) as {
      errors: { extensions: { code: string; traceId: string } }[];
    };
    expect(errors[0]?.extensions.code).toBe(code);
    expect(errors[0]?.extensions.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it("is answered over GET when it is a query and no foreign site sends it", async () => {
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

describe("a persisted query", () => {
  it("is found by its hash when it was sent once", async () => {
    const query = `{ fund(id: "7") { name } }`;
    const extensions = { persistedQuery: { version: 1, sha256Hash: digestOf(query) } };
    expect((await gateway.post({ extensions })).errors?.[0]?.extensions["code"]).toBe(
      "PERSISTED_QUERY_NOT_FOUND",
    );
    await gateway.post({ query, extensions });
    expect((await gateway.post({ extensions })).data).toEqual({ fund: { name: "Fund 7" } });
  });
});

describe("a failing subgraph", () => {
  it("nulls its own fields with coded errors when it is down, and answers again when it is back", async () => {
    const { metrics } = gateway.subgraphs;
    await metrics.close();
    const { status, data, errors } = await gateway.run(
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
    await eventually(() => gateway.run(`{ fund(id: "1") { metrics { value } } }`)).toMatchObject({
      data: { fund: { metrics: { value: 11 } } },
    });
  });

  it("nulls its own fields with coded errors when it does not answer in time", async () => {
    const impatient = await openService({ config: { SUBGRAPH_QUERY_TIMEOUT_MS: 1_000 } });
    impatient.subgraphs.analytics.gate.close();
    // On a busy machine the other subgraph may be late too.
    await eventually(() => impatient.run(`{ fund(id: "1") { name insight } }`)).toMatchObject({
      data: { fund: { name: "Fund 1", insight: null } },
      errors: [{ path: ["fund", "insight"], extensions: { code: "UPSTREAM_TIMEOUT" } }],
    });
    expect(impatient.subgraphs.analytics.answered).toBe(0);
    await impatient.close();
  });
});

describe("a response key of the planner", () => {
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
  ])("is kept apart from the client's when that is %s", async (_name, query, fund) => {
    const { data, errors } = await gateway.run(query);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ fund });
  });

  it("is replaced by the client's in the path when an error has one", async () => {
    const { errors } = await gateway.run(`{ funds(first: 13) { id: name insight } }`);
    expect(errors?.[0]?.path).toEqual(["funds", 12, "insight"]);
  });
});

it("refuses what waits to be checked or planned, with a code, when it stops", async () => {
  const stopping = await openService();
  await stopping.run(`{ fund(id: "1") { name } }`);
  // On one connection, so that all of them have arrived before the first is answered.
  const session = connect(stopping.url);
  const answers = Array.from({ length: 60 }, async (_, nth) => {
    const sent = session.request({
      ":method": "POST",
      ":path": "/graphql",
      "content-type": "application/json",
    });
    sent.end(JSON.stringify({ query: `{ n${nth}: fund(id: "1") { name insight } }` }));
    const [[{ ":status": status }], body] = await Promise.all([
      once(sent, "response") as Promise<[{ ":status": number }]>,
      text(sent),
    ]);
    return `${status} ${/"code":"(\w+)"/.exec(body)?.[1] ?? "answered"}`;
  });
  await Promise.race(answers);
  await stopping.close();
  const outcomes = new Set(await Promise.all(answers));
  session.close();
  expect(outcomes).toEqual(new Set(["200 answered", "503 SHUTTING_DOWN"]));
});

const health = async () => {
  const response = await fetch(gateway.url.replace("/graphql", "/health/ready"));
  return { status: response.status, body: (await response.json()) as unknown };
};

describe("health", () => {
  it("is ready and lists the reachable subgraphs when the graph is loaded", async () => {
    await expect.poll(health, { timeout: 20_000 }).toEqual({
      status: 200,
      body: {
        ready: true,
        checks: { supergraph: "ok" },
        details: {
          subgraphs: { ledger: "reachable", metrics: "reachable", analytics: "reachable" },
        },
      },
    });
  });
});
