import { EventEmitter, on } from "node:events";
import { rounds } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  hasRedisServer,
  startRedisServer,
  type RedisServer,
} from "@allfunds/platform/testing/redis";
import { compose, eventually, openGateway, type OpenGateway } from "../service.fixture.ts";
import { FollowedBooks } from "./followed-books.ts";
import {
  contextOf,
  LINK,
  serveSubgraph,
  type Context,
  type RealSubgraph,
} from "./real-subgraph.fixture.ts";

const SCHEMAS = {
  ledger: `${LINK}
    type Query { fund(id: ID!): Fund }
    type Mutation { post(fund: ID!): Int! rename: Int! }
    type Subscription { ledgerEvents(after: ID, fromNow: Boolean! = false): Batch! }
    scalar Moves
    type Batch { cursor: ID! moves: Moves! }
    type Fund @key(fields: "id") { id: ID! }`,
  figures: `${LINK}
    directive @cacheControl(maxAge: Int!, staleWhileRevalidate: Int! = 0) on FIELD_DEFINITION
    type Query { figuresOf(fund: ID!): Figures @cacheControl(maxAge: 200, staleWhileRevalidate: 100) }
    type Fund @key(fields: "id") {
      id: ID!
      figures: Figures @cacheControl(maxAge: 200, staleWhileRevalidate: 100)
    }
    type Figures { position: Int! rate: Int! viewer: String! }`,
};
const FUNDS = [1, 2].map((index) => `018f0000-0000-7000-8000-0000000000f${index}`);
const [FUND = "", OTHER_FUND = ""] = FUNDS;
const READ = `query ($id: ID!) { fund(id: $id) { figures { position rate viewer } } }`;
const READ_ROOT = `query ($id: ID!) { figuresOf(fund: $id) { position rate viewer } }`;

/** The truth: a book for each fund, the tenant's own, a read model that is behind at times, and how often it was read. */
const world = {
  positions: new Map<string, number>(),
  applied: new Map<string, number>(),
  rate: 0,
  appliedRate: 0,
  reads: 0,
  news: new EventEmitter().setMaxListeners(0),
  published: 0,
};
const positionOf = (fund: string): number => world.positions.get(fund) ?? 0;

function publish(tenantId: string, fund: string | null, position: number): void {
  world.published += 1;
  world.news.emit("moves", [[tenantId, fund, position]]);
}

/** Commits to a book, as any client may, through whatever gateway. */
function post(tenantId: string, fund: string): number {
  world.positions.set(fund, positionOf(fund) + 1);
  publish(tenantId, fund, positionOf(fund));
  return positionOf(fund);
}

const TENANT = contextOf({}).tenantId;

function figures(fund: string, { request }: Context) {
  world.reads += 1;
  const position = world.applied.get(fund) ?? 0;
  request.seen?.note(fund, position);
  return { position, rate: world.appliedRate, viewer: request.actor };
}

async function* batches() {
  yield { cursor: "0", moves: [] };
  for await (const [moves] of on(world.news, "moves") as AsyncIterable<[unknown[]]>)
    yield { cursor: String(world.published), moves };
}

const RESOLVERS = {
  ledger: {
    Query: { fund: (_: unknown, { id }: { id: string }) => ({ id }) },
    Mutation: {
      post: (_: unknown, { fund }: { fund: string }, { request }: Context) => {
        const position = post(request.tenantId, fund);
        world.applied.set(fund, position);
        request.seen?.note(fund, position);
        return position;
      },
      rename: () => 1,
    },
    Subscription: { ledgerEvents: { subscribe: batches, resolve: (batch: unknown) => batch } },
  },
  figures: {
    Query: {
      figuresOf: (_: unknown, { fund }: { fund: string }, context: Context) =>
        figures(fund, context),
    },
    Fund: {
      __resolveReference: (reference: object) => reference,
      figures: ({ id }: { id: string }, _: unknown, context: Context) => figures(id, context),
    },
  },
};

const serve = (name: keyof typeof SCHEMAS, port = 0): Promise<RealSubgraph> =>
  serveSubgraph(name, SCHEMAS[name], RESOLVERS[name], { port });

/** Nothing settles here but what a test waits for. */
const SETTLED_MS = 0;

let subgraphs: Record<keyof typeof SCHEMAS, RealSubgraph>;
let redis: RedisServer | undefined;
beforeAll(async () => {
  subgraphs = { ledger: await serve("ledger"), figures: await serve("figures") };
  redis = hasRedisServer ? await startRedisServer() : undefined;
});
afterAll(async () => {
  await Promise.all(Object.values(subgraphs).map(({ close }) => close()));
  await redis?.kill();
});

const gateways: OpenGateway[] = [];
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close();
});
beforeEach(() => {
  world.positions.clear();
  world.applied.clear();
  Object.assign(world, { rate: 0, appliedRate: 0, reads: 0 });
});

async function open(redisUrl?: string): Promise<OpenGateway> {
  const gateway = await openGateway(
    compose(SCHEMAS),
    { ledger: subgraphs.ledger.origin, figures: subgraphs.figures.origin },
    {
      config: {
        GATEWAY_ANSWER_CACHE: "on",
        ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
      },
      contextOf,
      books: new FollowedBooks(SETTLED_MS),
    },
  );
  gateways.push(gateway);
  await eventually(() => figureOf(gateway, "gateway_feed_following")).toBe(1);
  return gateway;
}

async function figureOf(gateway: OpenGateway, name: string): Promise<number> {
  const text = await (await fetch(new URL("/metrics", gateway.url))).text();
  return Number(new RegExp(`^${name}\\S* (\\d+)`, "m").exec(text)?.[1] ?? 0);
}

/** Waits until each gateway has every event that was published since its start. */
async function delivered(all: readonly OpenGateway[], published: number): Promise<void> {
  for (const gateway of all)
    await eventually(() => figureOf(gateway, "gateway_feed_moves_total")).toBeGreaterThanOrEqual(
      published,
    );
  // What is read in the millisecond of an event counts as read before it.
  await new Promise((resolve) => setTimeout(resolve, 2));
}

interface Figures {
  readonly position: number;
  readonly rate: number;
  readonly viewer: string;
}

async function read(gateway: OpenGateway, viewer: string, id: string, query = READ) {
  const { data, errors } = await gateway.run(query, {
    variables: { id },
    headers: { authorization: viewer },
  });
  expect(errors).toBeUndefined();
  const { fund, figuresOf } = data as { fund?: { figures: Figures }; figuresOf?: Figures };
  return fund?.figures ?? figuresOf ?? { position: -1, rate: -1, viewer: "" };
}

const STEPS = ["read", "read", "read", "read root", "read root", "post", "post elsewhere", "new rate", "catch up"]; // prettier-ignore
const step = fc.record({
  what: fc.constantFrom(...STEPS),
  viewer: fc.constantFrom("ann", "ben", "cem"),
  gateway: fc.nat(1),
  fund: fc.constantFrom(...FUNDS),
});

/** Random reads and writes of clients that state no position; each event is delivered before the next step. */
async function runSteps(
  all: readonly OpenGateway[],
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
): Promise<void> {
  const [first] = all;
  if (first === undefined) return;
  let published = await figureOf(first, "gateway_feed_moves_total");
  for (const { what, viewer, gateway: where, fund } of steps) {
    const gateway = all[where % all.length] ?? first;
    const before = world.published;
    if (what === "post")
      await gateway.run(`mutation { post(fund: "${fund}") }`, {
        headers: { authorization: viewer },
      });
    else if (what === "post elsewhere") post(TENANT, fund);
    else if (what === "new rate") {
      world.rate += 1;
      world.appliedRate = world.rate;
      publish(TENANT, null, world.rate);
    } else if (what === "catch up") world.applied.set(fund, positionOf(fund));
    else {
      const seen = await read(gateway, viewer, fund, what === "read" ? READ : READ_ROOT);
      // As the subgraph would answer now: kept answers are of books that have not moved.
      expect([what, seen]).toEqual([
        what,
        { position: world.applied.get(fund) ?? 0, rate: world.rate, viewer },
      ]);
    }
    published += world.published - before;
    if (world.published > before) await delivered(all, published);
  }
}

const property = async (all: readonly OpenGateway[]): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) =>
      runSteps(all, steps),
    ),
    { numRuns: rounds(6, 60) },
  );

describe("answers that are kept while the ledger's feed is followed", () => {
  it("are never older than the newest event, nor another caller's, for clients that state nothing", async () => {
    const gateway = await open();
    await property([gateway]);
    expect(
      await figureOf(gateway, 'gateway_answer_cache_lookups_total\\{result="hit"'),
    ).toBeGreaterThan(0);
    expect(
      await figureOf(gateway, 'gateway_whole_answer_lookups_total\\{result="hit"'),
    ).toBeGreaterThan(0);
  });

  it("stay when another book moves, also by a mutation through the gateway, and end with their own", async () => {
    const gateway = await open();
    post(TENANT, FUND);
    post(TENANT, OTHER_FUND);
    await delivered([gateway], 2);
    for (const fund of FUNDS) world.applied.set(fund, 1);
    for (let count = 0; count < 4; count += 1) await read(gateway, "ann", FUND);
    const { reads } = world;
    await gateway.run(`mutation { post(fund: "${OTHER_FUND}") }`);
    await delivered([gateway], 3);
    expect((await read(gateway, "ann", FUND)).position).toBe(1);
    expect(world.reads).toBe(reads);
    await gateway.run(`mutation { post(fund: "${FUND}") }`);
    expect((await read(gateway, "ann", FUND)).position).toBe(2);
    expect(world.reads).toBe(reads + 1);
    await gateway.run(`mutation { rename }`);
    await read(gateway, "ann", FUND);
    expect(world.reads).toBe(reads + 2);
  });

  it("are not shown while the feed is lost, and those of before never again", async () => {
    const gateway = await open();
    for (let count = 0; count < 3; count += 1) await read(gateway, "ann", FUND);
    const { reads } = world;
    const { port } = new URL(subgraphs.ledger.origin);
    await subgraphs.ledger.close();
    await eventually(() => figureOf(gateway, "gateway_feed_following")).toBe(0);
    world.applied.set(FUND, 9);
    expect((await read(gateway, "ann", FUND, READ_ROOT)).position).toBe(9);
    subgraphs.ledger = await serve("ledger", Number(port));
    await eventually(() => figureOf(gateway, "gateway_feed_following")).toBe(1);
    expect((await read(gateway, "ann", FUND)).position).toBe(9);
    expect(world.reads).toBeGreaterThan(reads + 1);
  });
});

describe.skipIf(!hasRedisServer)(
  "answers that replicas keep in Redis while the feed is followed",
  () => {
    it("are never older than the newest event that each of them has", async () => {
      const all = [await open(redis?.url), await open(redis?.url)];
      await property(all);
      const hit = 'gateway_answer_cache_lookups_total\\{result="hit"';
      const counts = await Promise.all(all.map((gateway) => figureOf(gateway, hit)));
      expect(Math.max(...counts)).toBeGreaterThan(0);
    });
  },
);
