import { createLogger } from "@allfunds/platform/logging";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { buildSchema, type GraphQLFormattedError } from "graphql";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { eventually, openService, type OpenService } from "../service.fixture.ts";
import { SubgraphSockets } from "./subgraph-sockets.ts";
import { SubgraphUpstreams } from "./subgraph-upstreams.ts";
import { STANDARD_SUBGRAPH_POLICY } from "./traffic-policy.ts";

const silent = createLogger("gateway", "silent");
let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(async () => service.close());

const SCHEMA = "type Query { a: Int } type Subscription { fundChanged: Fund } type Fund { id: ID }";
const query = `subscription { fundChanged { id insight } }`;
let clients: ReturnType<OpenService["connect"]>[];
let seen: unknown[][];
beforeEach(() => {
  clients = [];
  seen = [];
});
afterEach(async () => {
  for (const client of clients) await client.dispose();
  await eventually(() => service.subgraphs.ledger.subscriptions).toBe(0);
});

/** Subscribes with each token, and keeps what each receives. */
function subscribe(tokens: readonly string[]): void {
  for (const authorization of tokens) {
    const client = service.connect({ authorization });
    const own: unknown[] = [];
    clients.push(client);
    seen.push(own);
    client.subscribe(
      { query },
      { next: ({ data }) => own.push(data), error: () => undefined, complete: () => undefined },
    );
  }
}

const changed = (id: string) => ({ fundChanged: { id, insight: `Insight ${id}` } });

it("ends the subscriptions at a subgraph with a code when the graph no longer has it", async () => {
  const { ledger } = service.subgraphs;
  const upstreams = new SubgraphUpstreams(() => STANDARD_SUBGRAPH_POLICY, silent);
  const sockets = new SubgraphSockets(upstreams);
  const failed = new Promise<readonly GraphQLFormattedError[]>((resolve) => {
    sockets.subscribe(
      {
        subgraph: { name: "ledger", url: `${ledger.origin}/graphql` },
        request: { query: "subscription { fundChanged { id } }", variables: {} },
        call: { traceId: "", headers: {}, signal: undefined, arrivedAt: 0 },
        schema: buildSchema(SCHEMA),
      },
      { event: () => undefined, failed: resolve, completed: () => undefined },
    );
  });
  await eventually(() => ledger.subscriptions).toBe(1);
  sockets.keepOnly([]);
  expect((await failed).map(({ extensions }) => extensions?.["code"])).toEqual([
    "UPSTREAM_UNAVAILABLE",
  ]);
  await sockets.close();
  await upstreams.close();
});

it("counts one failure of an endpoint when a socket with many subscriptions is lost", async () => {
  let subscribed = 0;
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (socket) => {
    socket.on("message", (message: Buffer) => {
      const { type } = JSON.parse(message.toString()) as { readonly type: string };
      if (type === "connection_init") socket.send('{"type":"connection_ack"}');
      if (type === "subscribe") subscribed += 1;
      if (subscribed === 10) socket.terminate();
    });
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const subgraph = { name: "ledger", url: `http://127.0.0.1:${port}/graphql` };
  const upstreams = new SubgraphUpstreams(() => STANDARD_SUBGRAPH_POLICY, silent);
  const sockets = new SubgraphSockets(upstreams);
  const losses = Array.from(
    { length: 10 },
    (_, index) =>
      new Promise((resolve) => {
        sockets.subscribe(
          {
            subgraph,
            request: { query: `subscription { fundChanged { id${index}: id } }`, variables: {} },
            call: { traceId: "", headers: {}, signal: undefined, arrivedAt: 0 },
            schema: buildSchema(SCHEMA),
          },
          { event: () => undefined, failed: resolve, completed: () => undefined },
        );
      }),
  );
  await Promise.all(losses);
  expect(upstreams.of(subgraph).report.endpoints.map(({ state }) => state)).toEqual(["closed"]);
  await sockets.close();
  await upstreams.close();
  server.close();
});

it("goes on in the new graph when it is swapped, and ends when the new graph lacks its field", async () => {
  const { supergraphFile, subgraphs } = service;
  const errors: unknown[] = [];
  const client = service.connect({ authorization: "Bearer swap" });
  clients.push(client);
  const received: unknown[] = [];
  client.subscribe(
    { query },
    {
      next: (answer) => received.push(answer.errors?.[0]?.extensions?.["code"] ?? answer.data),
      error: (reason) => errors.push(reason),
      complete: () => undefined,
    },
  );
  await eventually(() => subgraphs.ledger.subscriptions).toBe(1);
  const whole = await readFile(supergraphFile, "utf8");
  await swap(whole.replaceAll("position: Int!", 'position: Int! @deprecated(reason: "test")'));
  subgraphs.ledger.change("5");
  await eventually(() => received).toEqual([changed("5")]);
  await swap(whole.replaceAll("insight: String", "advice: String"));
  subgraphs.ledger.change("6");
  await eventually(() => received.length).toBe(2);
  expect(received[1]).toBe("GRAPHQL_VALIDATION_FAILED");
  await swap(whole);
});

/** Writes another supergraph, and waits until it is in force. */
async function swap(sdl: string): Promise<void> {
  await writeFile(service.supergraphFile, sdl);
  const marker = sdl.includes("advice: String") ? "advice" : "insight";
  await expect
    .poll(async () => JSON.stringify(await service.run(FUND_FIELDS)), { timeout: 60_000 })
    .toContain(marker);
  const isDeprecated = sdl.includes('reason: "test"');
  await expect
    .poll(async () => JSON.stringify(await service.run(FUND_FIELDS)).includes("true"), {
      timeout: 60_000,
    })
    .toBe(isDeprecated);
}

const FUND_FIELDS = `{ __type(name: "Fund") { fields(includeDeprecated: true) { name isDeprecated } } }`;

it("subscribes once and requests the entities of an event once when 20 subscribers are equal", async () => {
  const { ledger, analytics } = service.subgraphs;
  const before = analytics.requests.length;
  const subscribed = ledger.requests.length;
  subscribe(Array.from({ length: 20 }, () => "Bearer one"));
  await eventually(() => ledger.requests.length - subscribed).toBe(1);
  await eventually(() => ledger.subscriptions).toBe(1);
  // The last of them are admitted when all sockets have been acknowledged and answer a query.
  await Promise.all(
    clients.map(
      async (client) =>
        new Promise<void>((resolve, reject) => {
          client.subscribe(
            { query: "{ __typename }" },
            { next: () => undefined, error: reject, complete: resolve },
          );
        }),
    ),
  );
  ledger.change("7");
  await eventually(() => seen.map(([first]) => first)).toEqual(
    Array.from({ length: 20 }, () => changed("7")),
  );
  expect([ledger.subscriptions, analytics.requests.length - before]).toEqual([1, 1]);

  // Those that leave do not end the request that one of them began for all.
  analytics.gate.close();
  ledger.change("8");
  await eventually(() => analytics.requests.length - before).toBe(2);
  for (const client of clients.slice(0, -1)) await client.dispose();
  analytics.gate.open();
  await eventually(() => seen.at(-1)).toEqual([changed("7"), changed("8")]);
});

it("subscribes for each caller, and again when the first event has come", async () => {
  const { ledger } = service.subgraphs;
  subscribe(["Bearer one", "Bearer other"]);
  await eventually(() => ledger.subscriptions).toBe(2);
  ledger.change("8");
  await eventually(() => seen.map((own) => own.length)).toEqual([1, 1]);
  subscribe(["Bearer one"]);
  await eventually(() => ledger.subscriptions).toBe(3);
  ledger.change("9");
  await eventually(() => seen.map((own) => own.length)).toEqual([2, 2, 1]);
  expect(seen.map((own) => own.at(-1))).toEqual([9, 9, 9].map(() => changed("9")));
});

it("requests the entities of events once when they come together", async () => {
  const { ledger, analytics } = service.subgraphs;
  subscribe(["Bearer one"]);
  await eventually(() => ledger.subscriptions).toBe(1);
  analytics.gate.close();
  const before = analytics.requests.length;
  ledger.change("1");
  await eventually(() => analytics.requests.length - before).toBe(1);
  for (const id of ["2", "3", "2", "4"]) ledger.change(id);
  analytics.gate.open();
  await eventually(() => seen[0]).toEqual(["1", "2", "3", "2", "4"].map(changed));
  // One for the first event, one for those that waited meanwhile, one for any that came in between.
  expect(analytics.requests.length - before).toBeLessThanOrEqual(3);
});
