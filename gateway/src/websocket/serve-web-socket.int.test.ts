import { readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, FormattedExecutionResult } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startSmallGateway, type SmallGateway } from "../small-gateway.fixture.ts";
import { startSmallSubgraph } from "../small-subgraphs.fixture.ts";

let gateway: SmallGateway;
let client: Client;
beforeAll(async () => {
  gateway = await startSmallGateway({ queueLimit: 5 });
  client = gateway.connect();
});
afterAll(async () => {
  await client.dispose();
  await gateway.close();
});

/** Patient: the machine may be busy with other tests. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });

const subscribeMessage = (query: string) =>
  JSON.stringify({ type: "subscribe", id: "1", payload: { query } });

/** Sends messages one by one, waiting for the acknowledgement of an introduction; the code the socket is closed with. */
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

/** Asks the smallest question with something in the place of headers. */
async function askWith(headers: unknown) {
  const answers = client.iterate({ query: "{ __typename }", extensions: { headers } });
  for await (const answer of answers) return answer;
  return undefined;
}

const EVERYTHING = `subscription { fundChanged { name metrics { value } insight } }`;

/** Subscribes and waits until the subgraph has the subscription, so no event comes too early. */
async function subscribe(query: string, from: Client = client) {
  const before = gateway.subgraphs.ledger.subscriptions;
  const answers: FormattedExecutionResult<Record<string, unknown>, unknown>[] = [];
  let end!: (reason: unknown) => void;
  const ended = new Promise<unknown>((resolve) => (end = resolve));
  const unsubscribe = from.subscribe(
    { query },
    { next: (answer) => void answers.push(answer), error: end, complete: () => end("complete") },
  );
  await soon(() => gateway.subgraphs.ledger.subscriptions).toBe(before + 1);
  const stop = async () => {
    unsubscribe();
    await soon(() => gateway.subgraphs.ledger.subscriptions).toBe(before);
  };
  return { answers, ended, stop };
}

const first = async (query: string, from: Client = client) => {
  for await (const answer of from.iterate({ query })) return answer;
  return undefined;
};

describe("subscriptions", () => {
  it("bring fields of three subgraphs with each event, in order", async () => {
    const { answers, stop } = await subscribe(EVERYTHING);
    gateway.subgraphs.metrics.delayMs = 30;
    for (const id of ["1", "2", "3"]) gateway.subgraphs.ledger.change(id);
    await soon(() => answers.length).toBe(3);
    gateway.subgraphs.metrics.delayMs = 0;
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

  it("work where one subgraph has all the fields", async () => {
    const { answers, stop } = await subscribe(`subscription { fundChanged { id name } }`);
    gateway.subgraphs.ledger.change("5");
    await soon(() => answers.length).toBe(1);
    expect(answers).toEqual([{ data: { fundChanged: { id: "5", name: "Fund 5" } } }]);
    await stop();
  });

  it("end at the subgraph as soon as the client is done", async () => {
    const before = gateway.subgraphs.ledger.subscriptions;
    const { stop } = await subscribe(`subscription { never { id } }`);
    await stop();
    expect(gateway.subgraphs.ledger.subscriptions).toBe(before);
  });

  it("end at the subgraph when the client's connection breaks", async () => {
    const before = gateway.subgraphs.ledger.subscriptions;
    const other = gateway.connect();
    await subscribe(`subscription { never { id } }`, other);
    other.terminate();
    await other.dispose();
    await soon(() => gateway.subgraphs.ledger.subscriptions).toBe(before);
    expect(gateway.subgraphs.ledger.subscriptions).toBe(before);
  });

  it("go on with an error for the fields a subgraph does not give in time", async () => {
    const { answers, stop } = await subscribe(EVERYTHING);
    gateway.subgraphs.analytics.delayMs = 8_000;
    gateway.subgraphs.ledger.change("1");
    await soon(() => answers.length).toBe(1);
    gateway.subgraphs.analytics.delayMs = 0;
    gateway.subgraphs.ledger.change("2");
    await soon(() => answers.length).toBe(2);
    expect(answers[0]).toMatchObject({
      data: { fundChanged: { name: "Fund 1", metrics: { value: 11 }, insight: null } },
      errors: [
        {
          path: ["fundChanged", "insight"],
          extensions: { code: "UPSTREAM_TIMEOUT", service: "analytics" },
        },
      ],
    });
    expect(answers[1]?.errors).toBeUndefined();
    await stop();
  });

  it("tell a client that is too far behind, and hold no more than the limit for it", async () => {
    const { answers, ended } = await subscribe(EVERYTHING);
    gateway.subgraphs.metrics.delayMs = 100;
    for (let id = 1; id <= 20; id += 1) gateway.subgraphs.ledger.change(String(id));
    expect(await ended).toBe("complete");
    gateway.subgraphs.metrics.delayMs = 0;
    expect(answers.length).toBeLessThanOrEqual(3);
    expect(answers.at(-1)?.errors).toMatchObject([
      { extensions: { code: "SUBSCRIPTION_OVERFLOW" } },
    ]);
    await soon(() => gateway.subgraphs.ledger.subscriptions).toBe(0);
  });

  it("say that the subgraph is lost, and can be taken up again when it is back", async () => {
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
    await soon(() => again.answers.length).toBe(1);
    expect(again.answers[0]?.errors).toBeUndefined();
    await again.stop();
  });
});

describe("queries and mutations over the socket", () => {
  it("go the same way as over HTTP", async () => {
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
  ])("refuse %s with a code", async (query, code) => {
    await expect(first(query)).rejects.toMatchObject([
      { extensions: { code, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string } },
    ]);
  });

  it("carry the operation's own trace and idempotency key, else the connection's", async () => {
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

describe("a client that does not keep to the protocol", () => {
  const init = JSON.stringify({ type: "connection_init" });

  it.each([
    ["text that is no message", ["{"], 4400],
    ["an operation before it has introduced itself", [subscribeMessage("{ __typename }")], 4401],
    [
      "one id for two operations",
      [init, subscribeMessage("subscription { never { id } }"), subscribeMessage("{ __typename }")],
      4409,
    ],
    ["a message that is too large", [init, subscribeMessage(" ".repeat(200_000))], 1009],
  ])("is closed after %s, and others are served", async (_name, messages, code) => {
    expect(await closeCodeAfter(messages)).toBe(code);
    expect(await first("{ __typename }")).toEqual({ data: { __typename: "Query" } });
  });

  it("is told when its idempotency key is none, and may put anything else in place of headers", async () => {
    await expect(askWith({ "idempotency-key": "no spaces allowed" })).rejects.toMatchObject([
      { extensions: { code: "INVALID_INPUT" } },
    ]);
    for (const headers of [null, 5, "text", { traceparent: {} }]) {
      expect(await askWith(headers)).toEqual({ data: { __typename: "Query" } });
    }
  });
});

describe("a changed supergraph", () => {
  it("is taken up without losing a request, and a broken one is not", async () => {
    const { supergraphFile } = gateway;
    const before = await readFile(supergraphFile, "utf8");
    const asked = async () => (await gateway.ask(`{ __type(name: "Fund") { description } }`)).data;

    await writeFile(supergraphFile, before.replace("\ntype Fund", '\n"""A fund."""\ntype Fund'));
    await expect
      .poll(
        async () => {
          await gateway
            .ask(`{ fund(id: "1") { name metrics { value } } }`)
            .then(({ errors }) => expect(errors).toBeUndefined());
          return asked();
        },
        { timeout: 10_000 },
      )
      .toEqual({ __type: { description: "A fund." } });

    await writeFile(supergraphFile, "type Query {");
    await sleep(1_200);
    expect(await asked()).toEqual({ __type: { description: "A fund." } });
    expect((await gateway.ask(`{ fund(id: "1") { name } }`)).errors).toBeUndefined();
  });
});

describe("shutdown", () => {
  it("finishes running requests, closes sockets with 1001 and takes no new ones", async () => {
    const leaving = await startSmallGateway();
    const socket = leaving.connect();
    const closed = new Promise<unknown>((resolve) => socket.on("closed", resolve));
    const events = socket.iterate({ query: `subscription { never { id } }` });
    const waiting = events.next().catch((error: unknown) => error);
    await soon(() => leaving.subgraphs.ledger.subscriptions).toBe(1);

    const running = leaving.ask(`{ slow(ms: 500) }`);
    await sleep(100);
    await leaving.close();
    expect((await running).data).toEqual({ slow: true });
    expect(await closed).toMatchObject({ code: 1001 });
    await waiting;
    await expect(leaving.ask("{ __typename }")).rejects.toThrow("fetch failed");
  });
});
