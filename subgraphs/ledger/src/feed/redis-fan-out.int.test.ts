import { createPool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { endProcess } from "@allfunds/platform/testing/end-process";
import { freePort } from "@allfunds/platform/testing/free-port";
import { Redis } from "ioredis";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  PATIENTLY,
  payIn,
  quiet,
} from "../ledger-database.fixture.ts";
import type { Books } from "../slices/model.ts";
import { OrderPool } from "../tenancy/order-pool.ts";
import { Feed } from "./feed.ts";
import type { FeedEvent, FeedPage } from "./feed-page.ts";
import { RedisFanOut } from "./redis-fan-out.ts";
import { Sequencer } from "./sequencer.ts";

const hasRedisServer = spawnSync("redis-server", ["--version"]).status === 0;

let database: TestDatabase;
let pool: OrderPool;
let port: number;
let server: ChildProcess;
let redis: Redis;

/** Starts a Redis that has nothing, as one that lost its memory. */
async function startRedis(): Promise<void> {
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  server = spawn("redis-server", args, { stdio: "ignore" });
  await vi.waitFor(() => redis.ping(), PATIENTLY);
}

const killRedis = () => endProcess(server);

beforeAll(async () => {
  if (!hasRedisServer) return;
  database = await createLedgerDatabase();
  pool = new OrderPool(createPool({ url: database.url, logger: quiet, max: 6 }));
  port = await freePort();
  redis = new Redis(port, "127.0.0.1", { retryStrategy: () => 20 });
  redis.on("error", () => undefined);
  await startRedis();
});
afterAll(async () => {
  if (!hasRedisServer) return;
  redis.disconnect();
  await killRedis();
  await pool.end();
  await database.drop();
});

interface Instance {
  readonly books: Books;
  readonly feed: Feed;
  /** How often it has read the log so far. */
  readonly reads: () => number;
  readonly stop: () => Promise<void>;
}

function openInstance(): Instance {
  let count = 0;
  const counted = {
    query: (...parameters: Parameters<OrderPool["query"]>) => {
      count += 1;
      return pool.query(...parameters);
    },
    queryOrder: (...parameters: Parameters<OrderPool["queryOrder"]>) => {
      count += 1;
      return pool.queryOrder(...parameters);
    },
  } as OrderPool;
  const url = `redis://127.0.0.1:${port}`;
  const fanOut = new RedisFanOut({ url, reads: counted, logger: quiet });
  const sequencer = new Sequencer(database.url, quiet, fanOut);
  sequencer.start();
  const { books } = openBooks(database, (book) => sequencer.bookMoved(book), sequencer.tail);
  return {
    books,
    feed: new Feed(counted, sequencer.tail),
    reads: () => count,
    stop: async () => {
      await sequencer.stop();
      await fanOut.close();
    },
  };
}

/** Collects what is followed, until the pages end. */
function collect(pages: AsyncGenerator<FeedPage>): FeedEvent[] {
  const events: FeedEvent[] = [];
  void (async () => {
    for await (const page of pages) events.push(...page.events);
  })();
  return events;
}

const positionsOf = (events: readonly FeedEvent[]): number[] =>
  events.map(({ position }) => position);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe.skipIf(!hasRedisServer)("the feed's end in Redis", () => {
  test("serves followers at another instance without reads, and through a Redis that was killed", async () => {
    const first = openInstance();
    const context = testContext({ tenantId: newId() });
    const fund = await openSmallFund(first.books, context);
    const pay = () => first.books.execute(context, payIn(fund, "1.00"));
    const second = openInstance();
    const followed: AsyncGenerator<FeedPage>[] = [];
    for (let nth = 0; nth < 5; nth += 1) {
      followed.push(await second.feed.after(context.tenantId, undefined, null));
    }
    const all = followed.map(collect);
    const haveAll = (last: number) =>
      expect.poll(() => all.map(positionsOf), PATIENTLY).toEqual(all.map(() => upTo(last)));
    let last = 3;
    const payAll = async (count: number): Promise<void> => {
      for (let nth = 0; nth < count; nth += 1) await pay();
      last += count;
      await haveAll(last);
    };
    const readsOf = async (count: number): Promise<number> => {
      const before = second.reads();
      await payAll(count);
      return second.reads() - before;
    };
    // The second instance has the end in memory once it was noticed, and a range came by.
    await expect.poll(() => readsOf(1), PATIENTLY).toBe(0);
    expect(await readsOf(20)).toBe(0);

    await killRedis();
    await payAll(5);
    await startRedis();
    await payAll(5);

    // The instance that assigns next publishes next.
    await first.stop();
    for (let nth = 0; nth < 5; nth += 1) await second.books.execute(context, payIn(fund, "1.00"));
    await haveAll(last + 5);
    await Promise.all(followed.map((pages) => pages.return(undefined)));
    await second.stop();
  });
});
