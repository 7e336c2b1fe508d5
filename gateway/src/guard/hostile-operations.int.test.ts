import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { eventually, openService, type OpenService } from "../service.fixture.ts";

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService();
  await gateway.run(`{ fund(id: "1") { name } }`);
});
afterAll(async () => gateway.close());

/** Far above what a refusal costs and far below what an unlimited operation does, in milliseconds of CPU time. */
const MAX_CPU_MS = 2_000;

/** The CPU time of this process for a piece of work: unlike elapsed time, the same on a busy machine. */
async function cpuMsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(" ");
const subgraphRequests = (): number =>
  Object.values(gateway.subgraphs).reduce((sum, { requests }) => sum + requests.length, 0);

/** Fragments that spread the next one twice: 2^22 fields in 23 lines. */
const EXPONENTIAL = `{ fund(id: "1") { ...F0 } } ${times(22, (n) => `fragment F${n} on Fund { ...F${n + 1} ...F${n + 1} }`)} fragment F22 on Fund { id }`;

const HOSTILE: readonly [name: string, query: string, code: string, variables?: object][] = [
  [
    "1,000 aliases",
    `{ fund(id: "1") { ${times(1_000, (n) => `a${n}: name`)} } }`,
    "OPERATION_LIMIT_EXCEEDED",
  ],
  [
    "100 aliased mutations",
    `mutation { ${times(100, (n) => `a${n}: renameFund(id: "1", name: "x") { id }`)} }`,
    "OPERATION_LIMIT_EXCEEDED",
  ],
  [
    "a depth of 300",
    "{ ".repeat(1) + "fund { ".repeat(300) + "id" + " }".repeat(301),
    "OPERATION_LIMIT_EXCEEDED",
  ],
  [
    "circular fragments",
    `{ fund(id: "1") { ...A } } fragment A on Fund { ...B } fragment B on Fund { ...A }`,
    "GRAPHQL_VALIDATION_FAILED",
  ],
  ["2^22 fragments", EXPONENTIAL, "OPERATION_LIMIT_EXCEEDED"],
  [
    "inline fragments 1,000 deep",
    `{ ${"... { ".repeat(1_000)} __typename ${"} ".repeat(1_000)} }`,
    "OPERATION_LIMIT_EXCEEDED",
  ],
  ["first: 1e9", `{ funds(first: 1000000000) { id } }`, "INVALID_INPUT"],
  [
    "first: 1e9 in a variable",
    `query ($n: Int!) { funds(first: $n) { id } }`,
    "INVALID_INPUT",
    { n: 1_000_000_000 },
  ],
  [
    "first: 1e9 as a variable's default",
    `query ($n: Int! = 1000000000) { funds(first: $n) { id } }`,
    "INVALID_INPUT",
  ],
  [
    "5,000 repeated fields",
    `{ fund(id: "1") { ${times(4_900, () => "name")} } }`,
    "OPERATION_LIMIT_EXCEEDED",
  ],
  [
    "repeated fields in an unused fragment",
    `{ __typename } fragment Unused on Fund { ${times(900, () => "name")} }`,
    "OPERATION_LIMIT_EXCEEDED",
  ],
  [
    "2,000 directives",
    `{ fund(id: "1") { name ${times(2_000, () => "@a")} } }`,
    "OPERATION_LIMIT_EXCEEDED",
  ],
  ["a million tokens", `{ ${"__typename ".repeat(9_000)} }`, "GRAPHQL_PARSE_FAILED"],
];

describe("a hostile operation", () => {
  it.each(HOSTILE)(
    "is refused cheaply before a subgraph is called when it has %s",
    async (_name, query, code, variables = {}) => {
      const before = subgraphRequests();
      const cpuMs = await cpuMsOf(async () => {
        const answer = await gateway.run(query, { variables });
        expect(answer.status).toBe(400);
        expect(answer.errors?.[0]?.extensions).toMatchObject({
          code,
          traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        });
      });
      expect(cpuMs).toBeLessThan(MAX_CPU_MS);
      expect(subgraphRequests()).toBe(before);
      expect((await gateway.run("{ __typename }")).data).toEqual({ __typename: "Query" });
    },
  );

  it.each(HOSTILE)(
    "is refused cheaply over a WebSocket when it has %s",
    async (_name, query, code, variables = {}) => {
      const before = subgraphRequests();
      const client = gateway.connect();
      const cpuMs = await cpuMsOf(async () => {
        const answers = client.iterate({ query, variables: { ...variables } });
        await expect(answers.next()).rejects.toMatchObject([{ extensions: { code } }]);
      });
      expect(cpuMs).toBeLessThan(MAX_CPU_MS);
      expect(subgraphRequests()).toBe(before);
      const next = await client.iterate({ query: "{ __typename }" }).next();
      expect(next.value).toEqual({ data: { __typename: "Query" } });
      await client.dispose();
    },
  );
});

/** Sends raw bytes and reads the answer even when the gateway stops reading the rest. */
async function post(
  body: Buffer,
  headers: Record<string, string>,
): Promise<{ status: number; code: string }> {
  const sent = request(gateway.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
  });
  sent.on("error", () => undefined);
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.setEncoding("utf8");
  let text = "";
  for await (const part of response) text += part;
  const { errors } = JSON.parse(text) as { errors: { extensions: { code: string } }[] };
  sent.destroy();
  return { status: response.statusCode ?? 0, code: errors[0]?.extensions.code ?? "" };
}

const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

describe("a hostile body", () => {
  it.each<[string, () => Buffer, Record<string, string>, number, string]>([
    ["40 MB", () => Buffer.alloc(40_000_000, " "), {}, 413, "BODY_TOO_LARGE"],
    [
      "40 MB in chunks of unstated length",
      () => Buffer.alloc(40_000_000, " "),
      { "transfer-encoding": "chunked" },
      413,
      "BODY_TOO_LARGE",
    ],
    [
      "30 MB compressed to a few kilobytes",
      () => gzipSync(Buffer.alloc(30_000_000, " ")),
      { "content-encoding": "gzip" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    [
      "50 operations in a list",
      () => Buffer.from(JSON.stringify(Array.from({ length: 50 }, () => ({ query: "{a}" })))),
      {},
      400,
      "MALFORMED_BODY",
    ],
    [
      "JSON nested 10,000 deep",
      () => Buffer.from(`{"query":"{__typename}","variables":{"v":${nested(10_000)}}}`),
      {},
      400,
      "MALFORMED_BODY",
    ],
    [
      "variables nested 100 deep",
      () => Buffer.from(`{"query":"{__typename}","variables":{"v":${nested(100)}}}`),
      {},
      400,
      "OPERATION_LIMIT_EXCEEDED",
    ],
  ])(
    "is refused cheaply, and its memory freed, when it has %s",
    async (_name, body, headers, status, code) => {
      const bytes = body();
      const before = liveBytes();
      const cpuMs = await cpuMsOf(async () => {
        expect(await post(bytes, headers)).toMatchObject({ status, code });
      });
      expect(cpuMs).toBeLessThan(MAX_CPU_MS);
      expect((await gateway.run("{ __typename }")).status).toBe(200);
      await eventually(() => liveBytes() - before).toBeLessThan(25_000_000);
    },
  );

  it("closes the socket, and others are served, when it is a list of operations in one message", async () => {
    const socket = new WebSocket(gateway.url.replace("http", "ws"), "graphql-transport-ws");
    await once(socket, "open");
    socket.send(JSON.stringify({ type: "connection_init" }));
    await once(socket, "message");
    const subscribe = { type: "subscribe", id: "1", payload: { query: "{ __typename }" } };
    socket.send(JSON.stringify([subscribe, { ...subscribe, id: "2" }]));
    const [code] = (await once(socket, "close")) as [number];
    expect(code).toBe(4400);
    expect((await gateway.run("{ __typename }")).status).toBe(200);
  });
});

/** The live memory of this process after garbage collection. */
function liveBytes(): number {
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

const collectGarbage = await exposedCollector();

async function exposedCollector(): Promise<() => void> {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

describe("the schema", () => {
  it("is neither readable nor suggested from when introspection is off", async () => {
    const closed = await openService({ introspection: "off" });
    for (const query of [`{ __schema { types { name } } }`, `{ __type(name: "Fund") { name } }`]) {
      const { status, errors } = await closed.run(query);
      expect([status, errors?.[0]?.extensions["code"]]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
    }
    const { errors } = await closed.run(`{ fundz { id } }`);
    expect(errors?.[0]?.message).toBe('Cannot query field "fundz" on type "Query".');
    const socket = closed.connect();
    await expect(socket.iterate({ query: `{ fundz }` }).next()).rejects.toMatchObject([
      { message: 'Cannot query field "fundz" on type "Query".' },
    ]);
    await socket.dispose();
    await closed.close();
  });

  it("is suggested from for all faults at once when introspection is on", async () => {
    const { errors } = await gateway.run(`{ fundz { id } nothing }`);
    expect(errors?.map(({ message }) => message)).toEqual([
      expect.stringContaining('Did you mean "fund" or "funds"?'),
      expect.stringContaining('"nothing"'),
    ]);
  });

  it("is readable as a whole when a tool sends the standard introspection query", async () => {
    const { getIntrospectionQuery } = await import("graphql");
    const { errors } = await gateway.run(getIntrospectionQuery());
    expect(errors).toBeUndefined();
  });

  it("is refused when aliases read it as a whole again and again", async () => {
    for (const query of [
      "{ __schema { a: types { name } b: types { name } c: types { name } } }",
      "{ a: __schema { ...W } b: __schema { ...W } c: __schema { ...W } } fragment W on __Schema { types { name } }",
    ]) {
      const { errors } = await gateway.run(query);
      expect(errors?.[0]?.extensions["code"]).toBe("OPERATION_LIMIT_EXCEEDED");
    }
  });
});

describe("a client that disconnects", () => {
  it("ends the subgraph requests of a query, but not of a mutation, when it leaves", async () => {
    const { ledger } = gateway.subgraphs;
    const leave = async (query: string) => {
      const before = ledger.requests.length;
      const leaving = new AbortController();
      const answer = fetch(gateway.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query }),
        signal: leaving.signal,
      }).catch(() => undefined);
      await eventually(() => ledger.requests.length).toBe(before + 1);
      leaving.abort();
      await answer;
    };
    ledger.gate.close();
    const { aborted, answered } = ledger;
    await leave(`{ held }`);
    await eventually(() => ledger.aborted).toBe(aborted + 1);
    await leave(`mutation { renameFund(id: "1", name: "x") { id } }`);
    ledger.gate.open();
    await eventually(() => ledger.answered).toBe(answered + 1);
    expect(ledger.aborted).toBe(aborted + 1);
  });
});

it("ends a query with UPSTREAM_TIMEOUT when its time in all is over", async () => {
  const hurried = await openService({ config: { GATEWAY_REQUEST_TIMEOUT_MS: 300 } });
  hurried.subgraphs.ledger.gate.close();
  const { errors } = await hurried.run(`{ held }`);
  expect(errors?.[0]?.extensions["code"]).toBe("UPSTREAM_TIMEOUT");
  await hurried.close();
});

it("keeps a client's variable when plans use one of the same name", async () => {
  const { data, errors } = await gateway.run(
    `query ($representations: ID!) { fund(id: $representations) { name metrics { value } } }`,
    { variables: { representations: "3" } },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ fund: { name: "Fund 3", metrics: { value: 31 } } });
});
