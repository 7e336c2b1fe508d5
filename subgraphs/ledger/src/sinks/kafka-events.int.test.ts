import { newId } from "@allfunds/platform/ids";
import { createPool } from "@allfunds/platform/database";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  PATIENTLY,
  payIn,
  quiet,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import type { FeedEvent } from "../feed/feed-page.ts";
import type { Books } from "../slices/model.ts";
import { OrderPool } from "../tenancy/order-pool.ts";
import { BookPublisher } from "./book-publisher.ts";
import { KafkaBroker } from "./kafka-broker.fixture.ts";
import { committedIn } from "./kafka-reader.fixture.ts";
import { KafkaEvents } from "./kafka-events.ts";

/** A real broker, `host:port`; without it the fake one speaks its protocol. */
const REAL = process.env["TEST_KAFKA_BROKERS"];

let database: TestDatabase;
let reads: OrderPool;
const fake = new KafkaBroker();
const publishers: BookPublisher[] = [];
const topic = `test.${newId()}`;

beforeAll(async () => {
  database = await createLedgerDatabase();
  reads = new OrderPool(createPool({ url: database.url, logger: quiet, max: 4 }));
  if (REAL === undefined) await fake.start();
});
afterEach(async () => {
  for (const publisher of publishers.splice(0)) await publisher.stop();
});
afterAll(async () => {
  await fake.stop();
  await reads.end();
  await database.drop();
});

const openSink = (publisher = "publisher"): KafkaEvents =>
  new KafkaEvents({
    brokers: REAL ?? fake.address,
    topic,
    tls: false,
    publisher: `${topic} ${publisher}`,
    logger: quiet,
  });

function startPublisher(): BookPublisher {
  const publisher = new BookPublisher({ sink: openSink(), reads, logger: quiet });
  publisher.start();
  publishers.push(publisher);
  return publisher;
}

const booksOf = (...woken: BookPublisher[]): Books =>
  openBooks(database, (book, position) => {
    for (const publisher of woken) publisher.bookMoved(book, position);
  }).books;

/** Positions of a book in the topic, as a reader of committed records finds them. */
async function positionsOf({ context: { tenantId }, fundId }: SmallFund): Promise<number[]> {
  const found =
    REAL === undefined
      ? fake.committed(topic)
      : await committedIn(REAL, topic).catch(() => new Map());
  return ((found.get(`${tenantId}/${fundId}`) ?? []) as string[]).map(
    (value) => (JSON.parse(value) as { position: number }).position,
  );
}

const upTo = (position: number): number[] => Array.from({ length: position }, (_, at) => at + 1);

const pay = async (books: Books, fund: SmallFund, count: number): Promise<void> => {
  const payments = Array.from({ length: count }, () =>
    books.execute(fund.context, payIn(fund, "1.00")),
  );
  await Promise.all(payments);
};

const eventsOf = (book: { tenantId: string; bookId: string }, ...positions: number[]) =>
  positions.map(
    (position) =>
      ({
        tenantId: book.tenantId,
        fundId: book.bookId,
        position,
        type: "T",
        recordedAt: "",
        payload: { text: "x".repeat(400_000) },
      }) as unknown as FeedEvent,
  );

test("a topic has each event of every book once and in order, also behind a publisher that follows", async () => {
  const first = startPublisher();
  const books = booksOf(first);
  const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
  const other = await openSmallFund(books, fund.context);
  await pay(books, fund, 40);
  await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(43));
  await expect.poll(() => positionsOf(other), PATIENTLY).toEqual(upTo(3));
  await first.stop();
  await pay(books, fund, 5);
  startPublisher();
  await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(48));
});

test("who takes the place of a publisher ends its transaction, and the other one may write no more", async () => {
  const book = { tenantId: newId(), bookId: newId() };
  const [one, two] = [openSink("shared"), openSink("shared")];
  await one.append(book, eventsOf(book, 1, 2, 3));
  expect(await two.end(book)).toMatchObject({ position: 3 });
  await expect(one.append(book, eventsOf(book, 4))).rejects.toBeInstanceOf(Error);
  await expect(one.end(book)).rejects.toThrow("another instance publishes");
  await two.append(book, eventsOf(book, 2, 3, 4));
  await expect(two.append(book, eventsOf(book, 6))).rejects.toThrow("HOLE the topic ends at 4");
  await Promise.all([one.close(), two.close()]);
  const anew = openSink("shared");
  expect(await anew.end(book)).toMatchObject({ position: 4, type: "T" });
  await anew.close();
});

describe.runIf(REAL === undefined)("with a broker that fails", () => {
  test.each(["drop a commit", "drop the answer to a commit"] as const)(
    "nothing is lost and nothing is there twice when it is to %s",
    async (fault) => {
      const books = booksOf(startPublisher());
      const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
      await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(3));
      fake.fail(fault);
      await pay(books, fund, 10);
      await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(13));
    },
  );

  test("what was recorded while it was away is there when it is back, also of books that do not move", async () => {
    const books = booksOf(startPublisher());
    const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
    await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(3));
    await fake.stop();
    const other = await openSmallFund(books, fund.context);
    await pay(books, fund, 3);
    await fake.start();
    await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(6));
    await expect.poll(() => positionsOf(other), PATIENTLY).toEqual(upTo(3));
  });
});
