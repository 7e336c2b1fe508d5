import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { composeServices } from "@apollo/composition";
import { percentile, renderTable, text } from "@allfunds/platform/bench";
import { startFlakyServer, type Behaviour, type FlakyServer } from "@allfunds/platform/testing";
import { parse } from "graphql";
import { ownCommand } from "./federated-cases.ts";
import { GatewayProcess } from "./gateway-process.ts";

const PER_SECOND = 20;
const CONNECTIONS = 1_000;
const CALM_MS = 4_000;
const FAULT_MS = 8_000;
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])`;
const SCHEMAS = {
  books: `${LINK} type Query { fund: Fund! } type Fund @key(fields: "id") { id: ID! name: String! }`,
  figures: `${LINK} type Fund @key(fields: "id") { id: ID! nav: Float }`,
} as const;
const BOTH = "{ fund { name nav } }";
const ONE = "{ fund { name } }";

const json =
  (body: string): Behaviour =>
  (_request, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(body);
const BOOKS = json('{"data":{"fund":{"__typename":"Fund","id":"1","name":"One"}}}');
const FIGURES = json('{"data":{"_entities":[{"nav":1.5}]}}');

const FAULTS: Readonly<Record<string, Behaviour>> = {
  "8 s late": (request, response) => void setTimeout(FIGURES, 8_000, request, response).unref(),
  hung: () => undefined,
  resets: (request) => request.socket.destroy(),
  HTML: (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
  "200 MB": (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const part = Buffer.alloc(1_000_000, " ");
    let left = 200;
    const write = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= 1;
        if (!response.write(part)) return;
      }
      response.end();
    };
    response.on("drain", write);
    write();
  },
  "half a body": (_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
    response.write('{"data":');
    setTimeout(() => response.destroy(), 10).unref();
  },
};

interface Sent {
  readonly query: string;
  readonly tookMs: number;
  readonly isWhole: boolean;
  /** Whether the books are in the answer, and every error has a code. */
  readonly isSound: boolean;
}

const TITLE = `One subgraph with a fault for ${FAULT_MS / 1_000} s, ${PER_SECOND} queries a second of each kind`;
const COLUMNS = [
  "fault",
  "rest of the answer, longest ms",
  "answers without the rest or a code",
  "requests that reached it",
  "used again after ms",
  "the other's p95 ms, before",
  "during",
  "gateway MB",
];

/**
 * One of two subgraphs has a fault for some seconds, under a steady load of queries. Shows how late the
 * rest of each answer is, how many requests the faulty one still got, how soon it is used again, what queries of
 * the other subgraph take, and the gateway's memory.
 */
export async function faultCases(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bench-gateway-"));
  const servers = {
    books: await startFlakyServer(BOOKS),
    figures: await startFlakyServer(FIGURES),
  };
  let gateway: GatewayProcess | undefined;
  try {
    const file = join(directory, "supergraph.graphql");
    await writeFile(file, supergraphOf(servers));
    gateway = await GatewayProcess.start(ownCommand(file), CONNECTIONS);
    await load(gateway, CALM_MS);
    const rows: string[][] = [];
    for (const [name, fault] of Object.entries(FAULTS))
      rows.push([name, ...(await underFault(gateway, servers.figures, fault))]);
    return renderTable({ title: TITLE, columns: COLUMNS, rows });
  } finally {
    await gateway?.stop();
    await Promise.all([servers.books.close(), servers.figures.close()]);
    await rm(directory, { recursive: true });
  }
}

async function underFault(
  gateway: GatewayProcess,
  figures: FlakyServer,
  fault: Behaviour,
): Promise<string[]> {
  const before = await load(gateway, CALM_MS);
  const reachedBefore = figures.paths.length;
  figures.behaviour = fault;
  const during = await load(gateway, FAULT_MS);
  const reached = figures.paths.length - reachedBefore;
  const megabytes = await gateway.rssMb();
  figures.behaviour = FIGURES;
  const endedAt = performance.now();
  while (!(await send(gateway, BOTH)).isWhole) await sleep(10);
  const recoveredMs = performance.now() - endedAt;
  const both = during.filter(({ query }) => query === BOTH);
  return [
    text(Math.max(...both.map(({ tookMs }) => tookMs))),
    text(during.filter(({ isSound }) => !isSound).length),
    text(reached),
    text(recoveredMs),
    text(p95(before), 1),
    text(p95(during), 1),
    text(megabytes),
  ];
}

const p95 = (sent: readonly Sent[]): number =>
  percentile(
    sent.filter(({ query }) => query === ONE).map(({ tookMs }) => tookMs),
    0.95,
  );

/** Sends both queries at a steady rate, whatever the answers take. */
async function load(gateway: GatewayProcess, forMs: number): Promise<Sent[]> {
  const sent: Promise<Sent>[] = [];
  const start = performance.now();
  for (let count = 0; performance.now() - start < forMs; count += 1) {
    sent.push(send(gateway, BOTH), send(gateway, ONE));
    await sleep(Math.max(0, start + ((count + 1) * 1_000) / PER_SECOND - performance.now()));
  }
  return Promise.all(sent);
}

async function send(gateway: GatewayProcess, query: string): Promise<Sent> {
  const startedAt = performance.now();
  // A caller of its own, whose query is sent to the subgraphs for itself.
  const answer = await gateway.send(JSON.stringify({ query }), `Bearer ${startedAt}`);
  const { data, errors = [] } = JSON.parse(answer) as {
    data?: { fund?: { name?: string } | null } | null;
    errors?: { extensions?: { code?: string } }[];
  };
  const isCoded = errors.every(({ extensions }) => extensions?.code !== undefined);
  return {
    query,
    tookMs: performance.now() - startedAt,
    isWhole: errors.length === 0,
    isSound: data?.fund?.name === "One" && isCoded,
  };
}

function supergraphOf(servers: Record<keyof typeof SCHEMAS, FlakyServer>): string {
  const { supergraphSdl, errors } = composeServices(
    (["books", "figures"] as const).map((name) => ({
      name,
      url: `${servers[name].url}/graphql`,
      typeDefs: parse(SCHEMAS[name]),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
  return supergraphSdl;
}
