import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { endProcess } from "@allfunds/platform/testing/end-process";
import { Redis } from "ioredis";
import { Registry } from "prom-client";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createPool, type Pool } from "@allfunds/platform/database";
import { freePort } from "@allfunds/platform/testing/free-port";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  PATIENTLY,
  payIn,
  quiet,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import type { Books } from "../slices/model.ts";
import { OrderPool } from "../tenancy/order-pool.ts";
import { BookPublisher, sinkFigures } from "./book-publisher.ts";
import { RedisStreams, streamOf } from "./redis-streams.ts";

const hasRedisServer = spawnSync("redis-server", ["--version"]).status === 0;

const retrySoon = (): number => 20;

let database: TestDatabase;
let pool: Pool;
let reads: OrderPool;
let port: number;
let server: ChildProcess;
let redis: Redis;
const publishers: BookPublisher[] = [];

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
  pool = createPool({ url: database.url, logger: quiet, max: 4 });
  reads = new OrderPool(pool);
  port = await freePort();
  redis = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: 0, retryStrategy: retrySoon });
  redis.on("error", () => undefined);
  await startRedis();
});
afterEach(async () => {
  for (const publisher of publishers.splice(0)) await publisher.stop();
});
afterAll(async () => {
  if (!hasRedisServer) return;
  redis.disconnect();
  await killRedis();
  await reads.end();
  await database.drop();
});

function startPublisher(mostEvents?: number, registry = new Registry()): BookPublisher {
  const url = `redis://127.0.0.1:${port}`;
  const sink = new RedisStreams({ url, mostEvents, logger: quiet });
  const published = sinkFigures(registry);
  const publisher = new BookPublisher({ sink, reads, logger: quiet, published });
  publisher.start();
  publishers.push(publisher);
  return publisher;
}

/** Books whose commits wake these publishers. */
const booksOf = (...woken: BookPublisher[]): Books =>
  openBooks(database, (book, position) => {
    for (const publisher of woken) publisher.bookMoved(book, position);
  }).books;

const bookOf = ({ context: { tenantId }, fundId: bookId }: SmallFund) => ({ tenantId, bookId });

const idsIn = async (fund: SmallFund): Promise<string[]> =>
  (await redis.xrange(streamOf(bookOf(fund)), "-", "+")).map(([id]) => id);

const idsUpTo = (position: number): string[] =>
  Array.from({ length: position }, (_, at) => `${at + 1}-0`);

const pay = async (books: Books, fund: SmallFund, count: number): Promise<void> => {
  const payments = Array.from({ length: count }, () =>
    books.execute(fund.context, payIn(fund, "1.00")),
  );
  await Promise.all(payments);
};

describe.runIf(hasRedisServer)("a stream of Redis", () => {
  test("has each event of a book once and in order, with two publishers", async () => {
    const books = booksOf(startPublisher(), startPublisher());
    const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
    await pay(books, fund, 40);
    await expect.poll(() => idsIn(fund), PATIENTLY).toEqual(idsUpTo(43));
    const [[, fields] = ["", []]] = await redis.xrange(streamOf(bookOf(fund)), "4-0", "4-0");
    const event = Object.fromEntries(
      Array.from({ length: fields.length / 2 }, (_, at) => [fields[2 * at], fields[2 * at + 1]]),
    );
    expect(event).toMatchObject({ type: "TransactionPosted", position: "4", fundId: fund.fundId });
    expect(JSON.parse(event["payload"] ?? "")).toMatchObject({ fundId: fund.fundId });
  });

  test("has every event again when Redis lost its memory, also of books that do not move", async () => {
    const books = booksOf(startPublisher());
    const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
    await pay(books, fund, 3);
    await expect.poll(() => idsIn(fund), PATIENTLY).toEqual(idsUpTo(6));
    await killRedis();
    const other = await openSmallFund(books, fund.context);
    await startRedis();
    await expect.poll(() => idsIn(fund), PATIENTLY).toEqual(idsUpTo(6));
    await expect.poll(() => idsIn(other), PATIENTLY).toEqual(idsUpTo(3));
  });

  test("is counted as interrupted while Redis is away, and no longer when it is back", async () => {
    const registry = new Registry();
    startPublisher(undefined, registry);
    const interrupted = async (): Promise<unknown> =>
      (await registry.getMetricsAsJSON()).find(({ name }) => name === "ledger_sink_interrupted")
        ?.values;
    const going = [{ labels: { sink: "redis-streams" }, value: 0 }];
    await expect.poll(interrupted, PATIENTLY).toEqual(going);
    await killRedis();
    const [gauge] = going;
    await expect.poll(interrupted, PATIENTLY).toEqual([{ ...gauge, value: 1 }]);
    await startRedis();
    await expect.poll(interrupted, PATIENTLY).toEqual(going);
  });

  test("is continued where it ends by the next publisher, and keeps about as many events as asked", async () => {
    const first = startPublisher(100);
    const books = booksOf(first);
    const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
    await expect.poll(() => idsIn(fund), PATIENTLY).toEqual(idsUpTo(3));
    await first.stop();
    await pay(books, fund, 700);
    startPublisher(100);
    await expect.poll(async () => (await idsIn(fund)).at(-1), PATIENTLY).toBe("703-0");
    const kept = await idsIn(fund);
    expect(kept.length).toBeLessThan(300);
    expect(kept).toEqual(idsUpTo(703).slice(-kept.length));
  });

  test("of another history of the book is left as it is", async () => {
    const books = booksOf();
    const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
    const other = await openSmallFund(books, fund.context);
    const stream = streamOf(bookOf(fund));
    await redis.xadd(stream, "2-0", "type", "FundOpened", "recordedAt", "2020-01-01T00:00:00.000Z");
    startPublisher();
    await expect.poll(() => idsIn(other), PATIENTLY).toEqual(idsUpTo(3));
    expect(await idsIn(fund)).toEqual(["2-0"]);
  });

  test("refuses events behind a hole", async () => {
    const sink = new RedisStreams({
      url: `redis://127.0.0.1:${port}`,
      mostEvents: undefined,
      logger: quiet,
    });
    const book = { tenantId: newId(), bookId: newId() };
    const event = (position: number) =>
      ({
        tenantId: book.tenantId,
        fundId: book.bookId,
        position,
        type: "T",
        recordedAt: "",
        payload: {},
      }) as never;
    await expect.poll(() => sink.end(book).catch(() => "down"), PATIENTLY).toBeUndefined();
    await sink.append(book, [event(1), event(2)]);
    await sink.append(book, [event(2), event(3)]);
    await expect(sink.append(book, [event(5)])).rejects.toThrow("HOLE the stream ends at 3");
    expect(await sink.end(book)).toMatchObject({ position: 3 });
    await sink.close();
  });
});
