import { rounds } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  hasRedisServer,
  startRedisServer,
  type RedisServer,
} from "@allfunds/platform/testing/redis";
import { compose, eventually, openGateway, type OpenGateway } from "../service.fixture.ts";
import { BOOK } from "../small-subgraphs.fixture.ts";
import {
  contextOf,
  LINK,
  serveSubgraph,
  type Context,
  type RealSubgraph,
} from "./real-subgraph.fixture.ts";

const SCHEMAS = {
  books: `${LINK}
    type Query { fund(id: ID!): Fund }
    type Mutation { post: Int! }
    type Fund @key(fields: "id") { id: ID! name: String! }`,
  figures: `${LINK}
    directive @cacheControl(maxAge: Int!, staleWhileRevalidate: Int! = 0) on FIELD_DEFINITION
    type Query { top: Figures @cacheControl(maxAge: 60, staleWhileRevalidate: 60) }
    type Mutation { setPrice: Int! fail: Int! }
    type Fund @key(fields: "id") {
      id: ID!
      figures: Figures @cacheControl(maxAge: 60, staleWhileRevalidate: 60)
    }
    type Figures { position: Int! price: Int! viewer: String! }`,
};

/** A query whose whole answer may be kept. */
const READ_WHOLE = "{ top { position price viewer } }";
const READ = `query ($id: ID!) { fund(id: $id) { name figures { position price viewer } } }`;

/** The truth: a book, a follower that is behind at times, and a price that is in no book. */
const world = { position: 0, applied: 0, price: 0, reads: 0 };

function readFigures(_: unknown, _arguments: unknown, { request }: Context) {
  world.reads += 1;
  request.seen?.note(BOOK, world.applied);
  return { position: world.applied, price: world.price, viewer: request.actor };
}

const RESOLVERS = {
  books: {
    Query: { fund: (_: unknown, { id }: { id: string }) => ({ id, name: `Fund ${id}` }) },
    Mutation: {
      post: (_: unknown, _arguments: unknown, { request }: Context) => {
        request.seen?.note(BOOK, (world.position += 1));
        return world.position;
      },
    },
  },
  figures: {
    Mutation: {
      setPrice: () => (world.price += 1),
      fail: () => {
        world.price += 1;
        throw new Error("failed after it wrote");
      },
    },
    Query: { top: readFigures },
    Fund: { __resolveReference: (reference: object) => reference, figures: readFigures },
  },
};

const serve = (name: keyof typeof SCHEMAS): Promise<RealSubgraph> =>
  serveSubgraph(name, SCHEMAS[name], RESOLVERS[name], {
    awaitPositions: async ({ positions }) => {
      const required = positions?.get(BOOK) ?? 0;
      if (name === "figures") world.applied = Math.max(world.applied, required);
    },
  });

let subgraphs: Record<keyof typeof SCHEMAS, RealSubgraph>;
let redis: RedisServer | undefined;
beforeAll(async () => {
  subgraphs = { books: await serve("books"), figures: await serve("figures") };
  redis = hasRedisServer ? await startRedisServer() : undefined;
});
afterAll(async () => {
  await Promise.all(Object.values(subgraphs).map(({ close }) => close()));
  await redis?.kill();
});
beforeEach(() => {
  Object.assign(world, { position: 0, applied: 0, price: 0, reads: 0 });
});

const open = async (redisUrl?: string): Promise<OpenGateway> =>
  openGateway(
    compose(SCHEMAS),
    { books: subgraphs.books.origin, figures: subgraphs.figures.origin },
    {
      config: {
        GATEWAY_ANSWER_CACHE: "on",
        ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
      },
      contextOf,
    },
  );

/** A caller with the newest position it has seen. */
class Client {
  position = 0;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  async run(gateway: OpenGateway, query: string, id = "1") {
    const answer = await gateway.run(query, {
      variables: query === READ ? { id } : {},
      headers: {
        authorization: this.name,
        ...(this.position === 0 ? {} : { "allfunds-position": `${BOOK}:${this.position}` }),
      },
    });
    const seen = Number(answer.headers.get("allfunds-position")?.split(":")[1] ?? 0);
    this.position = Math.max(this.position, seen);
    return answer;
  }
}

interface Figures {
  readonly position: number;
}

/** The figures in an answer to either query. */
function figuresIn(data: unknown): Figures {
  const { top, fund } = data as { top?: Figures; fund?: { figures: Figures } };
  return top ?? fund?.figures ?? { position: -1 };
}

/** Reads, and checks that nothing is older than allowed, nor another caller's. */
async function checkRead(
  client: Client,
  gateway: OpenGateway,
  id?: string,
  query = READ,
): Promise<void> {
  const [position, price] = [client.position, world.price];
  const { data, errors } = await client.run(gateway, query, id);
  expect(errors).toBeUndefined();
  const figures = figuresIn(data);
  expect(figures).toMatchObject({ viewer: client.name, price });
  expect(figures.position).toBeGreaterThanOrEqual(position);
}

/** "elsewhere": not through these gateways, as through a replica of them; the client of "own" was there itself. */
const STEPS = [
  "read",
  "read",
  "read",
  "read whole",
  "read whole",
  "post",
  "post elsewhere",
  "own post elsewhere",
  "set price",
  "fail",
  "catch up",
];
const step = fc.record({
  what: fc.constantFrom(...STEPS),
  client: fc.nat(2),
  gateway: fc.nat(1),
  fund: fc.constantFrom("1", "2"),
});

async function runSteps(
  gateways: readonly OpenGateway[],
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
): Promise<void> {
  const clients = ["ann", "ben", "cem"].map((name) => new Client(name));
  for (const { what, client: who, gateway: where, fund } of steps) {
    const client = clients[who];
    const gateway = gateways[where % gateways.length];
    if (client === undefined || gateway === undefined) continue;
    if (what === "read") await checkRead(client, gateway, fund);
    else if (what === "read whole") await checkRead(client, gateway, fund, READ_WHOLE);
    else if (what === "post") await client.run(gateway, "mutation { post }");
    else if (what === "set price") await client.run(gateway, "mutation { setPrice }");
    else if (what === "fail") await client.run(gateway, "mutation { fail }");
    else if (what === "catch up") world.applied = world.position;
    else {
      world.position += 1;
      if (what === "own post elsewhere") client.position = world.position;
    }
  }
}

const property = async (gateways: readonly OpenGateway[]): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) =>
      runSteps(gateways, steps),
    ),
    { numRuns: rounds(6, 60) },
  );

async function hits(gateway: OpenGateway, what = "answer_cache"): Promise<number> {
  const text = await (await fetch(new URL("/metrics", gateway.url))).text();
  const hit = new RegExp(`gateway_${what}_lookups_total\\{result="hit"[^}]*\\} (\\d+)`);
  return Number(hit.exec(text)?.[1] ?? 0);
}

describe("answers that are kept in memory", () => {
  let gateway: OpenGateway;
  beforeAll(async () => {
    gateway = await open();
  });
  afterAll(() => gateway.close());

  it("are never older than what a client has seen or written, nor another caller's", async () => {
    await property([gateway]);
    expect(await hits(gateway)).toBeGreaterThan(0);
    expect(await hits(gateway, "whole_answer")).toBeGreaterThan(0);
  });

  it("are whole where each part may be kept: nothing is read for them again", async () => {
    const ann = new Client("ann");
    const [reads, before] = [world.reads, await hits(gateway, "whole_answer")];
    for (let count = 0; count < 5; count += 1) await checkRead(ann, gateway, undefined, READ_WHOLE);
    expect(world.reads - reads).toBeLessThanOrEqual(2);
    expect(await hits(gateway, "whole_answer")).toBeGreaterThanOrEqual(before + 3);
    await checkRead(new Client("ben"), gateway, undefined, READ_WHOLE);
  });

  it("are read once for each caller, entity and selection", async () => {
    const ann = new Client("ann");
    for (let count = 0; count < 5; count += 1) await checkRead(ann, gateway, "7");
    expect(world.reads).toBeLessThanOrEqual(2);
    await checkRead(new Client("ben"), gateway, "7");
    await checkRead(ann, gateway, "8");
    expect(world.reads).toBeLessThanOrEqual(4);
  });
});

describe.skipIf(!hasRedisServer)("answers that replicas keep in Redis", () => {
  let gateways: OpenGateway[];
  beforeAll(async () => {
    gateways = [await open(redis?.url), await open(redis?.url)];
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.close();
  });

  it("are never older than what a client wrote through another replica", async () => {
    await property(gateways);
    const counts = await Promise.all(gateways.map((gateway) => hits(gateway)));
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });

  it("are not shown while Redis is away, and again when it is back", async () => {
    const ann = new Client("ann");
    const [gateway] = gateways;
    if (gateway === undefined) return;
    await checkRead(ann, gateway, "9");
    await redis?.kill();
    await ann.run(gateway, "mutation { setPrice }");
    await checkRead(ann, gateway, "9");
    await redis?.start();
    const before = await hits(gateway);
    await eventually(async () => {
      await checkRead(ann, gateway, "9");
      return hits(gateway);
    }).toBeGreaterThan(before);
    expect(await hits(gateway)).toBeGreaterThan(before);
  });
});
