import { EventEmitter, once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { setTimeout } from "node:timers/promises";
import { ALL_GRANTED, type Caller } from "@allfunds/platform/auth";
import { DEMO_TENANT_ID, openContext } from "@allfunds/platform/context";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, openService, type OpenService } from "../service.fixture.ts";

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService();
});
afterAll(() => gateway.close());

const SSE = "text/event-stream";
const MULTIPART = 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/json';

const CALLER: Omit<Caller, "expiresAt"> = {
  kind: "user",
  tenantId: DEMO_TENANT_ID,
  subject: "user",
  clientId: "app",
  roles: [],
  scopes: [],
  funds: ALL_GRANTED,
  acr: "pwd",
  amr: ["pwd"],
};

const post = (
  query: string,
  accept: string,
  more: object = {},
  url = gateway.url,
): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify({ query, ...more }),
  });

const ledger = () => gateway.subgraphs.ledger;

/** Reads a body until it has the text, and returns what was read. */
async function readUntil(response: Response, text: string): Promise<string> {
  let read = "";
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    read += part;
    if (read.includes(text)) break;
  }
  return read;
}

/** Reads the answer to an operation over HTTP/2 until it has the text, then cancels it. */
async function readHttp2(query: string, accept: string, text: string): Promise<string> {
  const client = connectHttp2(new URL(gateway.url).origin);
  const headers = { "content-type": "application/json", accept };
  const request = client.request({ ":method": "POST", ":path": "/graphql", ...headers });
  request.setEncoding("utf8").end(JSON.stringify({ query }));
  let read = "";
  for await (const part of request) {
    read += String(part);
    if (read.includes(text)) break;
  }
  client.destroy();
  return read;
}

describe("subscriptions over HTTP", () => {
  it.each([
    [SSE, ":\n\nevent: next\ndata: "],
    [MULTIPART, '\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{"payload":'],
  ])("come over HTTP/2 as %s, and end upstream with their client", async (accept, before) => {
    const events = readHttp2("subscription { fundChanged { id } }", accept, "fundChanged");
    await eventually(() => ledger().subscriptions).toBe(1);
    ledger().change("3");
    expect(await events).toContain(`${before}{"data":{"fundChanged":{"id":"3"}}}`);
    await eventually(() => ledger().subscriptions).toBe(0);
  });

  it("are server-sent events with the fields of every subgraph, and end upstream with their client", async () => {
    const response = await post(
      "subscription { fundChanged { id metrics { value } insight } }",
      SSE,
    );
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    await eventually(() => ledger().subscriptions).toBe(1);
    ledger().change("1");
    const events = await readUntil(response, "event: next");
    expect(events).toMatch(
      /^:\n\nevent: next\ndata: \{"data":\{"fundChanged":\{"id":"1","metrics":\{/,
    );
    await eventually(() => ledger().subscriptions).toBe(0);
  });

  it("are parts for clients of Apollo", async () => {
    const response = await post("subscription { fundChanged { id } }", MULTIPART);
    expect(response.headers.get("content-type")).toBe(
      'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
    );
    await eventually(() => ledger().subscriptions).toBe(1);
    ledger().change("2");
    const parts = await readUntil(response, "payload");
    expect(parts).toMatch(
      /^\r\n--graphql\r\ncontent-type: application\/json\r\n\r\n\{\}\r\n--graphql/,
    );
    expect(parts).toContain('{"payload":{"data":{"fundChanged":{"id":"2"}}}');
  });

  it.each<[string, Pick<Caller, "expiresAt" | "isRevoked">, string]>([
    ["expires", { expiresAt: new Date(Date.now() + 2_000) }, "has expired"],
    ["is revoked", { expiresAt: new Date(Date.now() + 6e5), isRevoked: true }, "was revoked"],
  ])("end when the token of their caller %s", async (_when, token, message) => {
    const own = await openService({
      contextOf: (headers) => ({ ...openContext(headers), caller: { ...CALLER, ...token } }),
    });
    try {
      const response = await post("subscription { never { id } }", SSE, {}, own.url);
      const events = await response.text();
      expect(events).toContain('"code":"UNAUTHENTICATED"');
      expect(events).toContain(message);
      expect(events).toMatch(/event: complete\ndata:\n\n$/);
    } finally {
      await own.close();
    }
  });
});

describe("callers with one place", () => {
  const QUERY = "subscription { fundChanged { id } }";
  const gate = new EventEmitter();
  let own: OpenService;
  beforeAll(async () => {
    own = await openService({
      config: { GATEWAY_SOCKETS_PER_CALLER: 1 },
      contextOf: async (headers) => {
        if (headers["authorization"] === "held") {
          gate.emit("reached");
          await once(gate, "opened");
        }
        const expiresAt = new Date(Date.now() + 600_000);
        return { ...openContext(headers), caller: { ...CALLER, expiresAt } };
      },
    });
  });
  afterAll(() => own.close());

  it("leave no subscription behind when a second stream is refused", async () => {
    const first = await post(QUERY, SSE, {}, own.url);
    const second = await post(QUERY, SSE, {}, own.url);
    expect(await second.text()).toContain("RATE_LIMITED");
    await eventually(() => own.subgraphs.ledger.subscriptions).toBe(1);
    await first.body?.cancel();
    await eventually(() => own.subgraphs.ledger.subscriptions).toBe(0);
  });

  it("keep it when their client goes before its stream begins", async () => {
    const client = new AbortController();
    const reached = once(gate, "reached");
    const gone = fetch(`${own.url}?query=${encodeURIComponent(QUERY)}`, {
      headers: { accept: SSE, authorization: "held" },
      signal: client.signal,
    }).catch(() => undefined);
    await reached;
    client.abort();
    await gone;
    await setTimeout(100);
    gate.emit("opened");
    const next = await post("{ held }", SSE, {}, own.url);
    expect(await next.text()).not.toContain("RATE_LIMITED");
    expect(own.subgraphs.ledger.subscriptions).toBe(0);
  });
});

/** The code in the answer to a stream's operation. */
const code = async (query: string, more: object = {}) =>
  /"code":"([A-Z_]+)"/.exec(await (await post(query, SSE, more)).text())?.[1];

describe("other operations in a stream", () => {
  it("have one answer", async () => {
    const text = await (await post('{ fund(id: "1") { name } }', SSE)).text();
    expect(text).toMatch(
      /^:\n\nevent: next\ndata: \{"data":\{"fund":.*\}\n\nevent: complete\ndata:\n\n$/,
    );
  });

  it("are refused with their code, whatever the refusal is", async () => {
    expect(await code("{ nothing }")).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(await code("{")).toBe("GRAPHQL_PARSE_FAILED");
    expect(await code("{ held }", { operationName: "Other" })).toBe("OPERATION_NOT_FOUND");
    expect(await code("{ held }", { variables: "none" })).toBe("INVALID_INPUT");
  });

  it("are refused as mutations by GET", async () => {
    const url = `${gateway.url}?query=${encodeURIComponent("mutation { refuse { id } }")}`;
    const response = await fetch(url, { headers: { accept: SSE } });
    expect(response.status).toBe(405);
  });

  it("are refused over plain HTTP with how to subscribe", async () => {
    const { errors } = await gateway.run("subscription { fundChanged { id } }");
    expect(errors?.[0]?.extensions["code"]).toBe("INVALID_INPUT");
    expect(errors?.[0]?.message).toContain("text/event-stream");
  });
});

describe("answers", () => {
  const large = `{ ${Array.from({ length: 15 }, (_, index) => `f${index}: funds(first: 9) { id name comments }`).join(" ")} }`;

  it.each(["gzip", "br", "zstd"])(
    "are compressed by %s for clients that accept it",
    async (encoding) => {
      const response = await fetch(gateway.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json",
          "accept-encoding": encoding,
        },
        body: JSON.stringify({ query: large }),
      });
      expect(response.headers.get("content-encoding")).toBe(encoding);
      await response.arrayBuffer();
    },
  );
});
