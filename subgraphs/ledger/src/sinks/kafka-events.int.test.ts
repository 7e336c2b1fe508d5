import { newId } from "@allfunds/platform/ids";
import { createAuthority, issueCertificate } from "@allfunds/platform/certificates";
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
import { committedIn, realBroker } from "./kafka-reader.fixture.ts";
import { KafkaEvents, type KafkaSettings } from "./kafka-events.ts";

/** A real broker; without it the fake one speaks its protocol. */
const REAL = realBroker(process.env);

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

const openSink = (
  publisher = "publisher",
  settings: Partial<KafkaSettings> = REAL ?? {},
): KafkaEvents =>
  new KafkaEvents({
    brokers: fake.address,
    ...settings,
    topic,
    publisher: `${topic} ${publisher}`,
    logger: quiet,
  });

function startPublisher(settings?: Partial<KafkaSettings>): BookPublisher {
  const sink = openSink("publisher", settings);
  const publisher = new BookPublisher({ sink, reads, logger: quiet });
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
      : await committedIn({ ...REAL, topic }).catch(() => new Map());
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

const restart = async (more: Partial<Pick<KafkaBroker, "host" | "user" | "certificate">>) => {
  await fake.stop();
  Object.assign(fake, more);
  await fake.start();
};

describe.runIf(REAL === undefined)("with a broker that wants a sign-in, in TLS", () => {
  const user = { user: "ledger", password: "open, sesame=" };
  const authority = createAuthority("Test authority", 1);
  const issue = (days: number, host = "localhost") =>
    issueCertificate(authority, { name: host, hosts: [host], uri: "spiffe://test/kafka", days });
  const wanted = (
    signIn: Partial<NonNullable<KafkaSettings["signIn"]>> = {},
  ): Partial<KafkaSettings> => ({
    brokers: fake.address,
    signIn: { ...user, mechanism: "SCRAM-SHA-512", ...signIn },
    tls: { authorities: authority.cert },
  });
  beforeAll(() => restart({ host: "localhost", user, certificate: issue(1) }));
  afterAll(() => restart({ host: "127.0.0.1", user: undefined, certificate: undefined }));

  test.each(["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] as const)(
    "events are published by %s",
    async (mechanism) => {
      const books = booksOf(startPublisher(wanted({ mechanism })));
      const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
      await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(3));
    },
  );

  test.each<[fault: string, settings: () => Partial<KafkaSettings>]>([
    ["SIGN_IN_REFUSED", () => wanted({ password: "wrong" })],
    ["SIGN_IN_REFUSED", () => wanted({ password: "wrong", mechanism: "PLAIN" })],
    ["SIGN_IN_REFUSED", () => wanted({ user: "other", mechanism: "SCRAM-SHA-256" })],
    ["CERTIFICATE_NOT_TRUSTED", () => ({ ...wanted(), tls: {} })],
    [
      "CERTIFICATE_NOT_TRUSTED",
      () => ({ ...wanted(), brokers: fake.address.replace("localhost", "127.0.0.1") }),
    ],
  ])("%s is what stands in the way, until it is put right", async (fault, settings) => {
    const fund = await openSmallFund(booksOf(), testContext({ tenantId: newId() }));
    const publisher = startPublisher(settings());
    await expect.poll(() => publisher.fault, PATIENTLY).toBe(fault);
    expect(await positionsOf(fund)).toEqual([]);
    await publisher.stop();
    const right = startPublisher(wanted());
    await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(3));
    expect(right.fault).toBeUndefined();
  });

  test("a broker that names itself otherwise than its certificate is not repeated without an end", async () => {
    const { brokers } = wanted();
    await restart({ host: "127.0.0.1" });
    const fund = await openSmallFund(booksOf(), testContext({ tenantId: newId() }));
    const publisher = startPublisher({ ...wanted(), brokers: brokers ?? "" });
    await expect.poll(() => publisher.fault, PATIENTLY).toBe("CERTIFICATE_NOT_TRUSTED");
    await restart({ host: "localhost" });
    await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(3));
  });

  test("behind a certificate that expired and was renewed, and another password, each event is there once", async () => {
    const publisher = startPublisher(wanted());
    const books = booksOf(publisher);
    const fund = await openSmallFund(books, testContext({ tenantId: newId() }));
    await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(3));
    await restart({ certificate: issue(-1) });
    await pay(books, fund, 5);
    await expect.poll(() => publisher.fault, PATIENTLY).toBe("CERTIFICATE_EXPIRED");
    await restart({ certificate: issue(1), user: { ...user, password: "changed" } });
    await expect.poll(() => publisher.fault, PATIENTLY).toBe("SIGN_IN_REFUSED");
    await restart({ user });
    await expect.poll(() => positionsOf(fund), PATIENTLY).toEqual(upTo(8));
    await expect.poll(() => publisher.fault, PATIENTLY).toBeUndefined();
  });
});
