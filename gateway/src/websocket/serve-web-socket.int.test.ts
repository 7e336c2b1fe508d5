import { readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createLogger } from "@allfunds/platform/logging";
import type { Client, FormattedExecutionResult } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { eventually, openService, type OpenService } from "../service.fixture.ts";
import { startSmallSubgraph } from "../small-subgraphs.fixture.ts";

const logger = createLogger("gateway", "silent");
let gateway: OpenService;
let client: Client;
beforeAll(async () => {
  gateway = await openService({ config: { SUBSCRIPTION_QUEUE_LIMIT: 5 }, logger });
  client = gateway.connect();
});
afterAll(async () => {
  await client.dispose();
  await gateway.close();
});

const subscribeMessage = (query: string) =>
  JSON.stringify({ type: "subscribe", id: "1", payload: { query } });

/** Sends messages in order, after the acknowledgement of a connection_init; returns the code of the socket's close. */
async function closeCodeAfter(messages: readonly string[]): Promise<number> {
  const raw = new WebSocket(gateway.url.replace("http", "ws"), "graphql-transport-ws");
  const closed = once(raw, "close");
  await once(raw, "open");
  for (const message of messages) {
    raw.send(message);
    if (message.includes("connection_init")) await once(raw, "message");
  }
  const [code] = (await closed) as [number];
  return code;
}

/** Runs the smallest query with these headers. */
async function runWith(headers: unknown) {
  const answers = client.iterate({ query: "{ __typename }", extensions: { headers } });
  for await (const answer of answers) return answer;
  return undefined;
}

const EVERYTHING = `subscription { fundChanged { name metrics { value } insight } }`;

/** Subscribes and waits until the subgraph has the subscription, so that no event comes too early. */
async function subscribe(query: string, from: Client = client, at: OpenService = gateway) {
  const before = at.subgraphs.ledger.subscriptions;
  const answers: FormattedExecutionResult<Record<string, unknown>, unknown>[] = [];
  let end!: (reason: unknown) => void;
  const ended = new Promise<unknown>((resolve) => (end = resolve));
  const unsubscribe = from.subscribe(
    { query },
    { next: (answer) => void answers.push(answer), error: end, complete: () => end("complete") },
  );
  await eventually(() => at.subgraphs.ledger.subscriptions).toBe(before + 1);
  const stop = async () => {
    unsubscribe();
    await eventually(() => at.subgraphs.ledger.subscriptions).toBe(before);
  };
  return { answers, ended, stop };
}

const first = async (query: string, from: Client = client) => {
  for await (const answer of from.iterate({ query })) return answer;
  return undefined;
};

describe("a subscription", () => {
  it("delivers fields of three subgraphs in the events' order when a subgraph is slow", async () => {
    const { answers, stop } = await subscribe(EVERYTHING);
    const { ledger, metrics } = gateway.subgraphs;
    const before = metrics.requests.length;
    metrics.gate.close();
    for (const id of ["1", "2", "3"]) ledger.change(id);
    await eventually(() => metrics.requests.length).toBeGreaterThan(before);
    metrics.gate.open();
    await eventually(() => answers.length).toBe(3);
    expect(answers).toEqual(
      ["1", "2", "3"].map((id) => ({
        data: {
          fundChanged: {
            name: `Fund ${id}`,
            metrics: { value: Number(id) * 10 + 1 },
            insight: `Insight ${id}`,
          },
        },
      })),
    );
    await stop();
  });

  it("delivers events when one subgraph has all the fields", async () => {
    const { answers, stop } = await subscribe(`subscription { fundChanged { id name } }`);
    gateway.subgraphs.ledger.change("5");
    await eventually(() => answers.length).toBe(1);
    expect(answers).toEqual([{ data: { fundChanged: { id: "5", name: "Fund 5" } } }]);
    await stop();
  });

  it("ends at the subgraph when the client completes it", async () => {
    const before = gateway.subgraphs.ledger.subscriptions;
    const { stop } = await subscribe(`subscription { never { id } }`);
    await stop();
    expect(gateway.subgraphs.ledger.subscriptions).toBe(before);
  });

  it("ends at the subgraph when the client's connection breaks", async () => {
    const before = gateway.subgraphs.ledger.subscriptions;
    const other = gateway.connect();
    await subscribe(`subscription { never { id } }`, other);
    expect(gateway.subgraphs.ledger.subscriptions).toBe(before + 1);
    other.terminate();
    await other.dispose();
    await eventually(() => gateway.subgraphs.ledger.subscriptions).toBe(before);
  });

  it("carries on with errors for the fields of a subgraph when that does not answer in time", async () => {
    const impatient = await openService({ config: { SUBGRAPH_QUERY_TIMEOUT_MS: 1_000 } });
    const own = impatient.connect();
    const { answers, stop } = await subscribe(EVERYTHING, own, impatient);
    const { ledger, analytics } = impatient.subgraphs;
    const seen = async (matching: object) => {
      const from = answers.length;
      await eventually(() => {
        ledger.change("1");
        return answers.slice(from);
      }).toEqual(expect.arrayContaining([expect.objectContaining(matching)]));
    };
    analytics.gate.close();
    await seen({
      data: { fundChanged: { name: "Fund 1", metrics: { value: 11 }, insight: null } },
      errors: [
        expect.objectContaining({
          path: ["fundChanged", "insight"],
          extensions: expect.objectContaining({
            code: "UPSTREAM_TIMEOUT",
            service: "analytics",
          }) as object,
        }),
      ],
    });
    analytics.gate.open();
    await seen({
      data: {
        fundChanged: { name: "Fund 1", metrics: { value: 11 }, insight: "Insight 1" },
      },
    });
    await stop();
    await own.dispose();
    await impatient.close();
  });

  it("ends with a coded error when the client is further behind than the limit", async () => {
    const { answers, ended } = await subscribe(EVERYTHING);
    gateway.subgraphs.metrics.gate.close();
    for (let id = 1; id <= 20; id += 1) gateway.subgraphs.ledger.change(String(id));
    await eventually(() => gateway.subgraphs.ledger.subscriptions).toBe(0);
    gateway.subgraphs.metrics.gate.open();
    expect(await ended).toBe("complete");
    expect(answers.length).toBeLessThanOrEqual(3);
    expect(answers.at(-1)?.errors).toMatchObject([
      { extensions: { code: "SUBSCRIPTION_OVERFLOW" } },
    ]);
  });

  it("ends with a coded error when the subgraph is lost, and starts again when it is back", async () => {
    const { ledger } = gateway.subgraphs;
    const { answers, ended } = await subscribe(EVERYTHING);
    await ledger.close();
    expect(await ended).toBe("complete");
    expect(answers).toMatchObject([
      { data: null, errors: [{ extensions: { code: "UPSTREAM_UNAVAILABLE", service: "ledger" } }] },
    ]);
    expect(await first(EVERYTHING)).toMatchObject({
      errors: [{ extensions: { code: "UPSTREAM_UNAVAILABLE" } }],
    });

    gateway.subgraphs.ledger = await startSmallSubgraph("ledger", ledger.port);
    const again = await subscribe(EVERYTHING);
    gateway.subgraphs.ledger.change("1");
    await eventually(() => again.answers.length).toBe(1);
    expect(again.answers[0]?.errors).toBeUndefined();
    await again.stop();
  });
});

describe("a query or mutation over a socket", () => {
  it("is answered as over HTTP when it is valid", async () => {
    expect(await first(`{ fund(id: "4") { name metrics { value } insight } }`)).toEqual({
      data: { fund: { name: "Fund 4", metrics: { value: 41 }, insight: "Insight 4" } },
    });
    expect(await first(`mutation { refuse { id } }`)).toMatchObject({
      data: null,
      errors: [{ path: ["refuse"], extensions: { code: "LEDGER_UNBALANCED", service: "ledger" } }],
    });
    expect(await first(`{ fund(id: "1") { position: name metrics { value } } }`)).toEqual({
      data: { fund: { position: "Fund 1", metrics: { value: 11 } } },
    });
  });

  it.each([
    ["{ fund(", "GRAPHQL_PARSE_FAILED"],
    ["{ nothing }", "GRAPHQL_VALIDATION_FAILED"],
    [`{ ${"a: __typename ".repeat(1_700)} }`, "GRAPHQL_PARSE_FAILED"],
    ["query ($id: ID!) { fund(id: $id) { id } }", "INVALID_INPUT"],
    ["query A { __typename } query B { __typename }", "OPERATION_NOT_FOUND"],
  ])("is refused with a code when it is %s", async (query, code) => {
    await expect(first(query)).rejects.toMatchObject([
      { extensions: { code, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string } },
    ]);
  });

  it("carries its own trace and idempotency key when it sends them", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const headers = {
      traceparent: `00-${trace}-b7ad6b7169203331-01`,
      "idempotency-key": "socket-1",
    };
    for await (const _ of client.iterate({
      query: `{ fund(id: "1") { name } }`,
      extensions: { headers },
    }))
      break;
    expect(gateway.subgraphs.ledger.requests.at(-1)).toMatchObject({
      traceId: trace,
      idempotencyKey: "socket-1",
    });
  });
});

describe("a socket", () => {
  const init = JSON.stringify({ type: "connection_init" });

  it.each([
    ["text that is no message", ["{"], 4400],
    ["an operation before connection_init", [subscribeMessage("{ __typename }")], 4401],
    [
      "one id for two operations",
      [init, subscribeMessage("subscription { never { id } }"), subscribeMessage("{ __typename }")],
      4409,
    ],
    ["a message that is too large", [init, subscribeMessage(" ".repeat(200_000))], 1009],
  ])("is closed, and others are served, when it sends %s", async (_name, messages, code) => {
    expect(await closeCodeAfter(messages)).toBe(code);
    expect(await first("{ __typename }")).toEqual({ data: { __typename: "Query" } });
  });

  it("receives an error when its idempotency key is invalid, and none for other headers", async () => {
    await expect(runWith({ "idempotency-key": "no spaces allowed" })).rejects.toMatchObject([
      { extensions: { code: "INVALID_INPUT" } },
    ]);
    for (const headers of [null, 5, "text", { traceparent: {} }]) {
      expect(await runWith(headers)).toEqual({ data: { __typename: "Query" } });
    }
  });
});

describe("a changed supergraph file", () => {
  it("replaces the graph without a failed request when it is valid, and not when it is broken", async () => {
    const { supergraphFile } = gateway;
    const before = await readFile(supergraphFile, "utf8");
    const fundType = async () =>
      (await gateway.run(`{ __type(name: "Fund") { description } }`)).data;

    await writeFile(supergraphFile, before.replace("\ntype Fund", '\n"""A fund."""\ntype Fund'));
    await eventually(async () => {
      const { errors } = await gateway.run(`{ fund(id: "1") { name metrics { value } } }`);
      expect(errors).toBeUndefined();
      return fundType();
    }).toEqual({ __type: { description: "A fund." } });

    const logged = vi.spyOn(logger, "error");
    await writeFile(supergraphFile, "type Query {");
    await eventually(() => logged.mock.calls.at(-1)?.[1]).toContain("supergraph not reloaded");
    expect(await fundType()).toEqual({ __type: { description: "A fund." } });
    expect((await gateway.run(`{ fund(id: "1") { name } }`)).errors).toBeUndefined();
  });
});

describe("a shutdown", () => {
  it("finishes running requests and closes sockets with 1001 when it begins", async () => {
    const leaving = await openService();
    const { ledger } = leaving.subgraphs;
    const socket = leaving.connect();
    const closed = new Promise<unknown>((resolve) => socket.on("closed", resolve));
    const events = socket.iterate({ query: `subscription { never { id } }` });
    const waiting = events.next().catch((error: unknown) => error);
    await eventually(() => ledger.subscriptions).toBe(1);

    ledger.gate.close();
    const before = ledger.requests.length;
    const running = leaving.run(`{ held }`);
    await eventually(() => ledger.requests.length).toBe(before + 1);
    const closing = leaving.close();
    expect(await closed).toMatchObject({ code: 1001 });
    ledger.gate.open();
    expect((await running).data).toEqual({ held: true });
    await closing;
    await waiting;
    await expect(leaving.run("{ __typename }")).rejects.toThrow("fetch failed");
  });
});
