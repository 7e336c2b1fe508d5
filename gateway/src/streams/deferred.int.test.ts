import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { Defer20220824Handler } from "@apollo/client/incremental";
import { Client, fetchExchange, type OperationResult } from "@urql/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, openService, type OpenService } from "../service.fixture.ts";

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService();
});
afterAll(() => gateway.close());

const PARTS = "multipart/mixed;deferSpec=20220824,application/json";
const QUERY = `{ fund(id: "1") { name ... @defer(label: "figures") { metrics { value } } } }`;
const WHOLE = { name: "Fund 1", metrics: { value: 11 } };

const post = (query: string, accept: string, signal?: AbortSignal): Promise<Response> =>
  fetch(gateway.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify({ query }),
    ...(signal === undefined ? {} : { signal }),
  });

/** The parts of an answer, each as soon as it came. */
async function* partsOf({ body }: Response): AsyncGenerator<Record<string, unknown>> {
  let read = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    read += chunk;
    const [, ...contents] = read.split(/\r\n--graphql(?:--)?\r\n/);
    for (const content of contents.slice(0, -1))
      yield JSON.parse(content.split("\r\n\r\n")[1] ?? "");
    read = `\r\n--graphql\r\n${contents.at(-1) ?? ""}`;
  }
}

const gate = () => gateway.subgraphs.metrics.gate;

describe("deferred fragments", () => {
  it("come after the first part, with their label and path", async () => {
    gate().close();
    const response = await post(QUERY, PARTS);
    expect(response.headers.get("content-type")).toBe(
      'multipart/mixed;boundary="graphql";deferSpec=20220824',
    );
    const text = readAll(response);
    await eventually(() => gateway.subgraphs.metrics.requests.length).toBeGreaterThan(0);
    gate().open();
    expect(await text).toEqual([
      { data: { fund: { name: "Fund 1" } }, hasNext: true },
      {
        incremental: [{ data: { metrics: { value: 11 } }, path: ["fund"], label: "figures" }],
        hasNext: false,
      },
    ]);
  });

  it("have errors of their own", async () => {
    const parts = await readAll(
      await post(`{ fund(id: "13") { id ... @defer { insight } } }`, PARTS),
    );
    expect(parts).toMatchObject([
      { data: { fund: { id: "13" } }, hasNext: true },
      {
        incremental: [
          {
            data: { insight: null },
            path: ["fund"],
            errors: [{ path: ["fund", "insight"], extensions: { code: "INSUFFICIENT_DATA" } }],
          },
        ],
        hasNext: false,
      },
    ]);
  });

  it("come once for each object of a list, and nested ones after those around them", async () => {
    const parts = await readAll(
      await post(
        `{ funds(first: 2) { id ... @defer { metrics { value } ... @defer { insight } } } }`,
        PARTS,
      ),
    );
    expect(parts.map(({ incremental }) => incremental)).toEqual([
      undefined,
      [
        { data: { metrics: { value: 11 } }, path: ["funds", 0] },
        { data: { metrics: { value: 21 } }, path: ["funds", 1] },
      ],
      [
        { data: { insight: "Insight 1" }, path: ["funds", 0] },
        { data: { insight: "Insight 2" }, path: ["funds", 1] },
      ],
    ]);
  });

  it("have what the gateway answers itself of the schema", async () => {
    const parts = await readAll(
      await post(`{ fund(id: "1") { id } ... @defer { __schema { queryType { name } } } }`, PARTS),
    );
    expect(parts).toEqual([
      { data: { fund: { id: "1" } }, hasNext: true },
      {
        incremental: [{ data: { __schema: { queryType: { name: "Query" } } }, path: [] }],
        hasNext: false,
      },
    ]);
  });

  it.each([
    [
      `{ fund(id: "1") { ...F @defer ... @defer { metrics { value } insight } } } fragment F on Fund { name metrics { value } }`,
    ],
    [
      `query ($d: Boolean) { fund(id: "1") { name ... @defer(if: $d) @include(if: true) { metrics { value } } } }`,
    ],
    [`{ ... @defer { ... @defer { ... @defer { fund(id: "1") { name metrics { value } } } } } }`],
    [
      `{ funds(first: 2) { ...F @defer(label: "x") } } fragment F on Fund { id ...G @defer(label: "y") } fragment G on Fund { metrics { value } }`,
    ],
    [
      `{ a: fund(id: "1") { ...F @defer } b: fund(id: "2") { ...F @defer } } fragment F on Fund { name metrics { value } }`,
    ],
  ])("make the answer at once when they are merged: %s", async (query) => {
    const [first, ...others] = await readAll(await post(query, PARTS));
    const merged = first?.["data"] as Tree;
    for (const { incremental } of others)
      for (const { path, data } of incremental as { path: (string | number)[]; data: Tree }[])
        mergeInto(
          path.reduce((at, step) => at[step] as Tree, merged),
          data,
        );
    expect(others.length).toBeGreaterThan(0);
    expect(merged).toEqual((await gateway.run(query)).data);
  });

  it("are part of the one answer for clients that accept no parts", async () => {
    expect(await gateway.run(QUERY)).toMatchObject({ status: 200, data: { fund: WHOLE } });
  });

  it("follow as messages over a socket, and are fetched no longer when it closes", async () => {
    const socket = gateway.connect();
    const parts: unknown[] = [];
    for await (const part of socket.iterate({ query: QUERY })) parts.push(part);
    expect(parts).toEqual([
      { data: { fund: { name: "Fund 1" } }, hasNext: true },
      {
        incremental: [{ data: { metrics: { value: 11 } }, path: ["fund"], label: "figures" }],
        hasNext: false,
      },
    ]);
    gate().close();
    const { aborted } = gateway.subgraphs.metrics;
    await socket.iterate({ query: QUERY }).next();
    await socket.dispose();
    await eventually(() => gateway.subgraphs.metrics.aborted).toBe(aborted + 1);
    gate().open();
  });

  it("of a mutation come after all of its fields", async () => {
    const parts = await readAll(
      await post(
        `mutation {
          a: renameFund(id: "1", name: "One") { id ... @defer(label: "a") { name metrics { value } } }
          b: renameFund(id: "1", name: "Two") { name ... @defer(label: "b") { insight } }
        }`,
        PARTS,
      ),
    );
    const [first, ...others] = parts;
    expect(first).toEqual({ data: { a: { id: "1" }, b: { name: "Two" } }, hasNext: true });
    const items = others.flatMap(({ incremental }) => incremental);
    expect(items).toHaveLength(2);
    expect(items).toContainEqual({
      data: { name: "Fund 1", metrics: { value: 11 } },
      path: ["a"],
      label: "a",
    });
    expect(items).toContainEqual({ data: { insight: "Insight 1" }, path: ["b"], label: "b" });
  });

  it("are fetched no longer when their client leaves", async () => {
    gate().close();
    const client = new AbortController();
    const { aborted } = gateway.subgraphs.metrics;
    const response = await post(QUERY, PARTS, client.signal);
    expect(response.status).toBe(200);
    await response.body?.getReader().read();
    client.abort();
    await eventually(() => gateway.subgraphs.metrics.aborted).toBe(aborted + 1);
    gate().open();
  });

  it.each([
    [`{ fund(id: "1") { ... @defer(label: "a") { id } ... @defer(label: "a") { name } } }`],
    [`query ($l: String) { fund(id: "1") { ... @defer(label: $l) { id } } }`],
    [`mutation { ... @defer { refuse { id } } }`],
  ])("are refused in %s", async (query) => {
    const [part] = await readAll(await post(query, PARTS));
    expect(part).toMatchObject({
      errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
      hasNext: false,
    });
  });
});

type Tree = Record<string | number, unknown>;

function mergeInto(into: Tree, from: Tree): void {
  for (const [key, value] of Object.entries(from)) {
    const present = into[key];
    if (typeof present === "object" && present !== null) mergeInto(present as Tree, value as Tree);
    else into[key] = value;
  }
}

async function readAll(response: Response): Promise<Record<string, unknown>[]> {
  const parts = [];
  for await (const part of partsOf(response)) parts.push(part);
  return parts;
}

describe("clients that merge parts themselves", () => {
  it("are answered in parts: Apollo Client", async () => {
    const client = new ApolloClient({
      link: new HttpLink({ uri: gateway.url }),
      cache: new InMemoryCache(),
      incrementalHandler: new Defer20220824Handler(),
    });
    const results: unknown[] = [];
    const query = gql`
      ${QUERY}
    `;
    await new Promise<void>((resolve, reject) =>
      client.watchQuery({ query }).subscribe({
        next: ({ data, dataState }) => {
          results.push(data);
          if (dataState === "complete") resolve();
        },
        error: reject,
      }),
    );
    expect(results.at(-1)).toMatchObject({ fund: WHOLE });
    client.stop();
  });

  it("are answered in server-sent events: urql", async () => {
    const client = new Client({
      url: gateway.url,
      exchanges: [fetchExchange],
      preferGetMethod: false,
    });
    const results: OperationResult[] = [];
    await new Promise<void>((resolve) =>
      client.query(QUERY, {}).subscribe((result) => {
        results.push(structuredClone({ ...result, operation: undefined as never }));
        if (!result.hasNext) resolve();
      }),
    );
    expect(results.map(({ data, error }) => [data, error])).toEqual([
      [{ fund: { name: "Fund 1" } }, undefined],
      [{ fund: WHOLE }, undefined],
    ]);
  });
});
