import { EventEmitter, on, once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { percentile } from "@allfunds/platform/bench";
import { graphql, parse, type GraphQLSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocket, WebSocketServer } from "ws";
import { ownCommand } from "./federated-cases.ts";
import { GatewayProcess } from "./gateway-process.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])`;
const SCHEMAS = {
  ledger: `${LINK} type Query { fund: Fund } type Subscription { changed(id: ID!): Fund } type Fund @key(fields: "id") { id: ID! at: Float }`,
  figures: `${LINK} type Fund @key(fields: "id") { id: ID! nav: Float }`,
} as const;
const SUBSCRIPTION = "subscription ($id: ID!) { changed(id: $id) { id at nav } }";
const FUNDS = 100;
const OPENED_TOGETHER = 100;
const EQUAL_SUBSCRIBERS = 20;
const EQUAL_EVENTS = 20;

export interface SubscriberOptions {
  /** Sockets with one subscription each. */
  readonly subscribers: number;
  /** Events of all funds in a second. */
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

/** What a subgraph of the measurement did. */
interface Counted {
  subscriptions: number;
  entityRequests: number;
}

/**
 * Measures how events reach many subscribers, each with a socket of its own, over 100 funds, and what 20 equal
 * ones cost the subgraphs. The subgraphs and the clients are this process, so the times have one clock.
 */
export async function subscriberCases(options: SubscriberOptions): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bench-subscribers-"));
  const counted: Counted = { subscriptions: 0, entityRequests: 0 };
  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  const servers = await serve(changes, counted);
  let gateway: GatewayProcess | undefined;
  try {
    const file = join(directory, "supergraph.graphql");
    await writeFile(file, servers.supergraph);
    gateway = await GatewayProcess.start(ownCommand(file), 1);
    const equal = await equalSubscribers(gateway, changes, counted);
    return [equal, await manySubscribers(gateway, changes, options)].join("\n");
  } finally {
    await gateway?.stop();
    servers.close();
    await rm(directory, { recursive: true });
  }
}

async function equalSubscribers(
  gateway: GatewayProcess,
  changes: EventEmitter,
  counted: Counted,
): Promise<string> {
  const clients = await open(gateway, EQUAL_SUBSCRIBERS, () => "equal");
  const before = counted.entityRequests;
  for (let event = 1; event <= EQUAL_EVENTS; event += 1) {
    changes.emit("equal", performance.now());
    while (clients.some(({ latencies }) => latencies.length < event)) {
      throwFirstFault(clients);
      await sleep(1);
    }
  }
  const perEvent = (counted.entityRequests - before) / EQUAL_EVENTS;
  for (const { socket } of clients) socket.close();
  return `${EQUAL_SUBSCRIBERS} equal subscribers: ${counted.subscriptions} upstream subscriptions, ${perEvent.toFixed(2)} entity requests an event`;
}

async function manySubscribers(
  gateway: GatewayProcess,
  changes: EventEmitter,
  { subscribers, eventsPerSecond, seconds }: SubscriberOptions,
): Promise<string> {
  const clients = await open(gateway, subscribers, (index) => String(index % FUNDS));
  const events = eventsPerSecond * seconds;
  const cpuBefore = await gateway.cpuMs();
  const startedAt = performance.now();
  for (let event = 0; event < events; event += 1) {
    changes.emit(String(event % FUNDS), performance.now());
    const nextAt = startedAt + ((event + 1) * 1_000) / eventsPerSecond;
    await sleep(Math.max(0, nextAt - performance.now()));
  }
  const sentSeconds = (performance.now() - startedAt) / 1_000;
  await sleep(2_000);
  const cpuMs = (await gateway.cpuMs()) - cpuBefore;
  throwFirstFault(clients);
  const latencies = clients.flatMap((client) => client.latencies);
  const expected = deliveriesOf(subscribers, events);
  const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
  const rss = await gateway.rssMb();
  for (const { socket } of clients) socket.terminate();
  return [
    `${subscribers} subscriptions over ${FUNDS} funds, ${(events / sentSeconds).toFixed(0)} events/s: ${latencies.length} of ${expected} deliveries`,
    `latency p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; gateway ${rss.toFixed(0)} MB, ${(cpuMs / events).toFixed(1)} ms CPU an event`,
  ].join("\n");
}

/** Each event reaches the subscribers of its fund. */
function deliveriesOf(subscribers: number, events: number): number {
  let deliveries = 0;
  for (let event = 0; event < events; event += 1)
    deliveries += Math.floor((subscribers - 1 - (event % FUNDS)) / FUNDS) + 1;
  return deliveries;
}

interface BenchClient {
  readonly socket: WebSocket;
  /** From the event to its delivery, in milliseconds. */
  readonly latencies: number[];
  /** What it received that is no event. Thrown by its listener, it would end the process and leave the gateway. */
  fault?: string;
}

function throwFirstFault(clients: readonly BenchClient[]): void {
  const found = clients.find(({ fault }) => fault !== undefined);
  if (found !== undefined) throw new Error(`not an event: ${found.fault}`);
}

async function open(
  gateway: GatewayProcess,
  count: number,
  fundOf: (index: number) => string,
): Promise<BenchClient[]> {
  const clients: BenchClient[] = [];
  for (let first = 0; first < count; first += OPENED_TOGETHER) {
    const size = Math.min(OPENED_TOGETHER, count - first);
    const opened = Array.from({ length: size }, (_, index) =>
      openOne(gateway, fundOf(first + index)),
    );
    clients.push(...(await Promise.all(opened)));
  }
  // The last ones have reached the subgraph.
  await sleep(1_000);
  return clients;
}

async function openOne({ url }: GatewayProcess, id: string): Promise<BenchClient> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  const client: BenchClient = { socket, latencies: [] };
  await once(socket, "open");
  socket.send('{"type":"connection_init"}');
  await once(socket, "message");
  socket.on("message", (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString()) as {
      type: string;
      payload?: { data?: { changed?: { at: number; nav: number | null } } };
    };
    if (type === "ping") return socket.send('{"type":"pong"}');
    const changed = payload?.data?.changed;
    if (changed?.nav !== 1.5) client.fault ??= data.toString();
    else client.latencies.push(performance.now() - changed.at);
  });
  const payload = { query: SUBSCRIPTION, variables: { id } };
  socket.send(JSON.stringify({ id: "1", type: "subscribe", payload }));
  return client;
}

async function serve(changes: EventEmitter, counted: Counted) {
  const ledger = buildSubgraphSchema([
    {
      typeDefs: parse(SCHEMAS.ledger),
      resolvers: {
        Subscription: {
          changed: {
            subscribe: (_: unknown, { id }: { id: string }) => {
              counted.subscriptions += 1;
              return on(changes, id);
            },
            resolve: ([at]: [number], { id }: { id: string }) => ({ id, at }),
          },
        },
      } as never,
    },
  ]);
  const figures = buildSubgraphSchema([
    {
      typeDefs: parse(SCHEMAS.figures),
      resolvers: { Fund: { nav: () => 1.5 } } as never,
    },
  ]);
  const servers = {
    ledger: answering(ledger, () => undefined),
    figures: answering(figures, () => (counted.entityRequests += 1)),
  };
  const sockets = new WebSocketServer({ server: servers.ledger, path: "/graphql" });
  useServer({ schema: ledger }, sockets);
  const services = await Promise.all(
    (["ledger", "figures"] as const).map(async (name) => {
      await once(servers[name].listen(0, "127.0.0.1"), "listening");
      const { port } = servers[name].address() as AddressInfo;
      return { name, url: `http://127.0.0.1:${port}/graphql`, typeDefs: parse(SCHEMAS[name]) };
    }),
  );
  const { supergraphSdl = "" } = composeServices(services);
  return {
    supergraph: supergraphSdl,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      for (const server of Object.values(servers)) server.close().closeAllConnections();
    },
  };
}

function answering(schema: GraphQLSchema, entities: () => void): Server {
  return createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      const { query, variables } = JSON.parse(body) as {
        query: string;
        variables?: Record<string, unknown>;
      };
      if (query.includes("_entities")) entities();
      void graphql({ schema, source: query, variableValues: variables ?? {} }).then((result) =>
        response.setHeader("content-type", "application/json").end(JSON.stringify(result)),
      );
    });
  });
}
