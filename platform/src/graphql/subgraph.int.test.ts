import { Trace } from "@apollo/usage-reporting-protobuf";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import type { RequestContext } from "../context.ts";
import { OPEN_TO_ALL } from "../auth/authentication.ts";
import { createHttpServer, type HttpServer } from "../http/http-server.ts";
import { createLogger } from "../logging.ts";
import { buildSubgraph, printSubgraph } from "./build-subgraph.ts";
import { products, waitsFor } from "./products.fixture.ts";
import { serveGraphql } from "./serve-graphql.ts";

let server: HttpServer;
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const logger = createLogger("products", "silent");
  server = createHttpServer({
    service: "products",
    logger,
    authentication: OPEN_TO_ALL,
    bodyLimit: 10_000,
    exactNumbers: true,
  });
  close = await serveGraphql({
    schema: buildSubgraph(products),
    server,
    logger,
    createContext: (request: RequestContext) => ({ request }),
  });
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  url = server.app.listeningOrigin;
});

afterAll(async () => {
  await close();
  await server.app.close();
});

const post = async (body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    json: (await response.json()) as Record<string, unknown>,
  };
};

it("prints a schema with federation directives when it is composed", () => {
  const sdl = printSubgraph(products);
  expect(sdl).toContain('type Product @key(fields: "id")');
  expect(sdl).toContain("type Money @shareable");
  expect(sdl).toContain("federation/v2.11");
});

it("returns nodes, connections and entities when they are queried", async () => {
  const { json } = await post({
    query: `query ($refs: [_Any!]!) { product(id: "x") { id price { amount currency } } products { nodes { id } pageInfo { hasNextPage endCursor } } _entities(representations: $refs) { ... on Product { id } } }`,
    variables: { refs: [{ __typename: "Product", id: "r" }] },
  });
  expect(json).toEqual({
    data: {
      product: { id: "x", price: { amount: "1.50", currency: "EUR" } },
      products: {
        nodes: [{ id: "a" }, { id: "b" }],
        pageInfo: { hasNextPage: true, endCursor: "b" },
      },
      _entities: [{ id: "r" }],
    },
  });
});

it("returns the caller's trace and no detail when an error has a code", async () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const { json } = await post(
    { query: `{ product(id: "none") { id } }` },
    { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
  );
  expect(json["errors"]).toMatchObject([
    { message: "No such product.", extensions: { code: "NOT_FOUND", traceId } },
  ]);
  expect(JSON.stringify(json)).not.toContain("shelf 7");
});

it("returns INTERNAL_ERROR when an error has no code", async () => {
  const { json } = await post({ query: `{ product(id: "bug") { id } }` });
  expect(json["errors"]).toMatchObject([{ extensions: { code: "INTERNAL_ERROR" } }]);
  expect(JSON.stringify(json)).not.toContain("/etc/x");
});

it.each([
  ["an exponent, which only the currency decides", "1e3", "2026-02-28", undefined],
  ["a date that does not exist", "1", "2026-02-30", "INVALID_INPUT"],
])("validates scalars when the input has %s", async (_name, amount, on, code) => {
  const { json } = await post({
    query: "mutation ($amount: Decimal!, $on: Date!) { reprice(amount: $amount, on: $on) }",
    variables: { amount, on },
  });
  const errors = json["errors"] as { extensions: { code: string } }[] | undefined;
  expect(errors?.[0]?.extensions.code).toBe(code);
});

const RESTOCK = "mutation ($input: RestockInput!) { restock(input: $input) }";

it("passes the variables on when a mutation has an input object", async () => {
  const input = { productId: 7, amounts: ["1.50", "2"], note: { tags: [1] } };
  const { json } = await post({ query: RESTOCK, variables: { input } });
  expect(json).toEqual({ data: { restock: '7: 1.50 + 2, {"tags":[1]}' } });
});

it("refuses a number in JSON that would be rounded, in variables and in the document", async () => {
  const input = '{"productId":"a","amounts":[],"note":{"n":[12345678901234567890]}}';
  const literal = '{productId: "a", amounts: [], note: {n: [1e400]}}';
  const bodies = [
    `{"query":${JSON.stringify(RESTOCK)},"variables":{"input":${input}}}`,
    JSON.stringify({ query: `mutation { restock(input: ${literal}) }` }),
  ];
  for (const body of bodies) {
    const { json } = await post(body);
    expect(json).not.toHaveProperty("data");
    expect(json["errors"]).toMatchObject([
      { message: expect.stringContaining("send it as a text") as string },
    ]);
  }
});

it.each([
  [
    "a member that is missing",
    { productId: "a" },
    'Variable "$input" got invalid value { productId: "a" }; Field "amounts" of required type "[Decimal!]!" was not provided.',
  ],
  [
    "a member of the wrong type",
    { productId: "a", amounts: ["1", 2] },
    'Variable "$input" got invalid value 2 at "input.amounts[1]"; Decimal must be a string such as "1234.56"',
  ],
  [
    "an unknown member",
    { productId: "a", amounts: [], nota: 1 },
    'Variable "$input" got invalid value { productId: "a", amounts: [], nota: 1 }; Field "nota" is not defined by type "RestockInput". Did you mean "note"?',
  ],
])("reports the fault when an input object has %s", async (_name, input, message) => {
  const { status, json } = await post({ query: RESTOCK, variables: { input } });
  expect(status).toBe(400);
  expect(json).not.toHaveProperty("data");
  expect(json["errors"]).toEqual([
    {
      message,
      locations: [{ line: 1, column: 11 }],
      extensions: { code: "INVALID_INPUT", traceId: expect.any(String) },
    },
  ]);
});

it.each([
  ["malformed JSON", "{nope", 400, "MALFORMED_BODY"],
  ["a body over the limit", JSON.stringify({ query: "x".repeat(20_000) }), 413, "BODY_TOO_LARGE"],
  ["a syntax error", { query: "{ product(" }, 400, "GRAPHQL_PARSE_FAILED"],
  ["an unknown field", { query: "{ nope }" }, 400, "GRAPHQL_VALIDATION_FAILED"],
  [
    "an unknown operation name",
    { query: "query A { products { nodes { id } } }", operationName: "B" },
    400,
    "GRAPHQL_VALIDATION_FAILED",
  ],
])("answers with a coded JSON error when it receives %s", async (_name, body, status, code) => {
  const answer = await post(body);
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.json)).toContain(`"${code}"`);
});

it("streams events and coded errors when the operation comes over a socket", async () => {
  const client = createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    lazy: true,
  });
  const seen: unknown[] = [];
  for await (const { data } of client.iterate({
    query: "subscription { productRestocked { id } }",
  }))
    seen.push(data);
  expect(seen).toEqual([{ productRestocked: { id: "one" } }, { productRestocked: { id: "two" } }]);

  const failed = client.iterate({ query: "{ nope }" }).next();
  await expect(failed).rejects.toMatchObject([
    { extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
  ]);
  await client.dispose();
});

it("ends a request's signal when its client has gone", async () => {
  const gone = new AbortController();
  const answer = fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ discontinued { id } }" }),
    signal: gone.signal,
  });
  await vi.waitFor(() => expect(waitsFor).toHaveLength(1), { timeout: 60_000 });
  expect(waitsFor[0]?.aborted).toBe(false);
  gone.abort(new Error("gone"));
  await expect(answer).rejects.toThrow("gone");
  await vi.waitFor(() => expect(waitsFor[0]?.aborted).toBe(true), { timeout: 60_000 });
});

it("ends the signals of a socket's operations when it closes", async () => {
  waitsFor.length = 0;
  const client = createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const ended = client
    .iterate({ query: "{ discontinued { id } }" })
    .next()
    .catch(() => undefined);
  await vi.waitFor(() => expect(waitsFor).toHaveLength(1), { timeout: 60_000 });
  client.terminate();
  await ended;
  await vi.waitFor(() => expect(waitsFor[0]?.aborted).toBe(true), { timeout: 60_000 });
});

it("serves health, readiness and metrics when a check fails", async () => {
  server.readiness.add("stock", () => {
    throw new Error("unreachable");
  });
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  const ready = await fetch(`${url}/health/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ ready: false, checks: { stock: "unreachable" } });
  expect(await (await fetch(`${url}/metrics`)).text()).toContain("http_request_duration_seconds");
});

it("states the time of each field when an administrator requests it by Apollo's header", async () => {
  const trace = async (query: string) => {
    const headers = { "apollo-federation-include-trace": "ftv1" };
    const { data, extensions } = (await post({ query }, headers)).json;
    const { ftv1 } = extensions as { ftv1: string };
    const { root, durationNs } = Trace.decode(Buffer.from(ftv1, "base64"));
    return { data, root, durationNs };
  };
  const query = `{ products { nodes { id price { amount } } } }`;
  const { data, root, durationNs } = await trace(query);
  const [products] = root?.child ?? [];
  expect(products).toMatchObject({ responseName: "products", parentType: "Query" });
  expect(products?.child?.[0]?.child?.[1]?.child?.[0]).toMatchObject({ responseName: "id" });
  expect(Number(products?.endTime)).toBeGreaterThanOrEqual(Number(products?.startTime));
  expect(Number(products?.endTime)).toBeLessThanOrEqual(durationNs);
  const failed = await trace(`{ product(id: "none") { id } }`);
  expect(failed.root?.child?.[0]?.error).toMatchObject([{ message: "<masked>" }]);
  const plain = await post({ query });
  expect(plain.json).toEqual({ data });
});
