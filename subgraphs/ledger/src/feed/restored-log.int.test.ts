import { hash as sha256 } from "node:crypto";
import type { RequestContext } from "@allfunds/platform/context";
import { createPool, migrate } from "@allfunds/platform/database";
import { encodeCursor } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  quiet,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import { MIGRATIONS } from "../migrations/index.ts";
import type { FeedPage } from "./feed-page.ts";
import { decodePlace, encodePlace, hashed } from "./feed-place.ts";
import { Feed } from "./feed.ts";
import { Sequencer } from "./sequencer.ts";
import { OrderPool } from "../tenancy/order-pool.ts";

let context: RequestContext;
const databases: TestDatabase[] = [];
const closers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  context = testContext({ tenantId: newId() });
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  for (const database of databases.splice(0)) await database.drop();
});

const UNHASHED = MIGRATIONS.filter(({ name }) => name !== "0070-chain-feed");

async function openDatabase(older?: typeof MIGRATIONS): Promise<TestDatabase> {
  const database = await createLedgerDatabase(older);
  databases.push(database);
  return database;
}

/** One instance of the ledger's feed and its writers. */
function openInstance(database: TestDatabase) {
  const reads = new OrderPool(createPool({ url: database.url, logger: quiet }));
  const sequencer = new Sequencer(database.url, quiet);
  sequencer.start();
  const { tail } = sequencer;
  const { books } = openBooks(database, (book) => sequencer.bookMoved(book), tail);
  const close = async (): Promise<void> => {
    await sequencer.stop();
    await reads.end();
  };
  closers.push(close);
  return { books, feed: new Feed(reads, tail) };
}

type Instance = ReturnType<typeof openInstance>;

/** Follows until `wanted` events came: their cursors, and that of the last page. */
async function take(pages: AsyncGenerator<FeedPage>, wanted: number) {
  const cursors: string[] = [];
  let last = "";
  for await (const { events, place } of pages) {
    cursors.push(...events.map(({ cursor }) => cursor));
    last = encodePlace(hashed(place));
    if (cursors.length >= wanted) break;
  }
  return { cursors, last };
}

const fromStart = async ({ feed }: Instance, wanted: number): Promise<string[]> =>
  (await take(await feed.after(context.tenantId, undefined, null), wanted)).cursors;

const pay = async ({ books }: Instance, fund: SmallFund, times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) await books.execute(context, payIn(fund, "1.00"));
};

const payTogether = (
  { books }: Instance,
  fund: SmallFund,
  times: number,
  amount: string,
): Promise<unknown> => {
  const orders = Array.from({ length: times }, () => payIn(fund, amount));
  return books.executeEach(context, fund.fundId, orders, true);
};

const subscribing = ({ feed }: Instance, cursor: string) => [
  () => feed.after(context.tenantId, undefined, cursor),
  () => feed.afterOfEveryTenant(undefined, cursor),
];

async function expectRefused(instance: Instance, cursor: string): Promise<void> {
  for (const attempt of subscribing(instance, cursor)) {
    await expect(attempt()).rejects.toMatchObject({
      code: "CURSOR_OF_ANOTHER_LOG",
      message: expect.stringContaining("read it again from the start") as string,
    });
  }
}

async function expectTaken(instance: Instance, cursor: string): Promise<void> {
  for (const attempt of subscribing(instance, cursor)) await (await attempt()).return();
}

test("refuses every cursor of the future that a restore lost, and no cursor from before", async () => {
  const database = await openDatabase();
  const before = openInstance(database);
  const fund = await openSmallFund(before.books, context);
  await pay(before, fund, 7);
  const kept = await fromStart(before, 10);
  const backup = await database.backUp();
  await pay(before, fund, 10);
  const lost = (await fromStart(before, 20)).slice(10);
  await backup.restore();

  const after = openInstance(database);
  // At first they lie beyond the end of the feed.
  for (const cursor of lost) await expectRefused(after, cursor);
  for (const cursor of kept) await expectTaken(after, cursor);
  await pay(after, fund, 20);
  await fromStart(after, 30);
  for (const cursor of lost) await expectRefused(after, cursor);
  for (const cursor of kept) await expectTaken(after, cursor);
  const rest = await take(await after.feed.after(context.tenantId, undefined, kept.at(-1)), 20);
  expect(rest.cursors).toEqual((await fromStart(after, 30)).slice(10));
});

test("refuses a cursor in the middle of a range that was written again with other events", async () => {
  const database = await openDatabase();
  const before = openInstance(database);
  const fund = await openSmallFund(before.books, context);
  await fromStart(before, 3);
  const backup = await database.backUp();
  await payTogether(before, fund, 30, "1.00");
  const lost = (await fromStart(before, 33)).slice(3);
  await backup.restore();
  const after = openInstance(database);
  await payTogether(after, fund, 30, "2.00");
  const found = (await fromStart(after, 33)).slice(3);
  for (const [index, cursor] of lost.entries()) {
    const [one, other] = [decodePlace(cursor), decodePlace(found[index] ?? "")];
    expect([one.seq, one.taken]).toEqual([other.seq, other.taken]);
    await expectRefused(after, cursor);
    await expectTaken(after, found[index] ?? "");
  }
});

test("ends running subscriptions when the ledger under them was restored and went on", async () => {
  const outcomes = await outcomesOfRestore(() => Promise.resolve());
  expect(outcomes).toMatchObject([ENDED, ENDED, ENDED]);
});

test("ends them when they had looked at the old log again, after its feed lost its connection alone", async () => {
  const outcomes = await outcomesOfRestore(async (database) => {
    await database.asSuperuser(
      `SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE d.datname = current_database() AND l.locktype = 'advisory'`,
    );
    // Those who follow are woken by the loss, and find their places in the log that is about to go.
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  expect(outcomes).toMatchObject([ENDED, ENDED, ENDED]);
});

const ENDED = { reason: { code: "CURSOR_OF_ANOTHER_LOG" } };

/** What three followers get next, whose ledger is restored after `disturb` and then goes on. */
async function outcomesOfRestore(
  disturb: (database: TestDatabase) => Promise<void>,
): Promise<PromiseSettledResult<unknown>[]> {
  const database = await openDatabase();
  const instance = openInstance(database);
  const fund = await openSmallFund(instance.books, context);
  await fromStart(instance, 3);
  const backup = await database.backUp();
  await pay(instance, fund, 5);
  const { feed } = instance;
  const behind = [
    await feed.after(context.tenantId, undefined, null),
    await feed.afterOfEveryTenant(undefined, null),
  ];
  for (const pages of behind) await readOn(pages, 8);
  const running = [...behind, await feed.fromNow(context.tenantId, undefined)];
  const outcomes = Promise.allSettled(running.map((pages) => pages.next()));
  await disturb(database);
  await backup.restore();
  await pay(openInstance(database), fund, 12);
  return outcomes;
}

/** Reads so many events and leaves the iteration open. */
async function readOn(pages: AsyncGenerator<FeedPage>, wanted: number): Promise<void> {
  for (let count = 0; count < wanted;) {
    const { value } = await pages.next();
    count += value?.events.length ?? 0;
  }
}

test("refuses the cursors of another ledger", async () => {
  const mine = openInstance(await openDatabase());
  const theirs = openInstance(await openDatabase());
  await openSmallFund(mine.books, context);
  await openSmallFund(theirs.books, context);
  await fromStart(mine, 3);
  const cursors = await fromStart(theirs, 3);
  expect(cursors).toHaveLength(3);
  for (const cursor of cursors) await expectRefused(mine, cursor);
});

/** The step that comes after the others here, whose rights do not allow it what it changes. */
async function chainFeed(database: TestDatabase): Promise<void> {
  await database.pool.query("GRANT UPDATE ON feed TO CURRENT_USER");
  await migrate({ url: database.url, migrations: MIGRATIONS, logger: quiet });
}

/** As the sequencer placed ranges before they were hashed: one for each book. */
const PLACE_UNHASHED = [
  `INSERT INTO feed (seq, tenant_id, book_id, from_position, to_position)
   SELECT row_number() OVER (ORDER BY recorded_at), tenant_id, id, 1, position FROM book`,
  `INSERT INTO feed_book (tenant_id, book_id, position) SELECT tenant_id, id, position FROM book`,
  `UPDATE feed_head SET seq = (SELECT max(seq) FROM feed)`,
];

test("goes on once behind a cursor from before the feed was hashed, and issues hashed ones", async () => {
  const database = await openDatabase(UNHASHED);
  const { books } = openBooks(database);
  const fund = await openSmallFund(books, context);
  await openSmallFund(books, context);
  await database.asSuperuser(...PLACE_UNHASHED);
  await chainFeed(database);

  const instance = openInstance(database);
  const rest = await instance.feed.after(context.tenantId, undefined, encodeCursor([1, 2]));
  const { cursors, last } = await take(rest, 4);
  expect(cursors).toHaveLength(4);
  expect(decodePlace(last).hash).toMatch(/^[0-9a-f]{64}$/);
  await expectTaken(instance, last);
  // A follower of every tenant gets a full cursor at once, also when nothing happens.
  const old = encodeCursor([2, 3, "*"]);
  const confirmed = await instance.feed.afterOfEveryTenant(undefined, old);
  const { value } = await confirmed.next();
  await confirmed.return();
  const confirmation = hashed(value?.place ?? { seq: 0, taken: 0 });
  expect(confirmation).toMatchObject({ seq: 2, taken: 3, ofEveryTenant: true });
  await expectTaken(instance, encodePlace(confirmation));
  // No more was taken of a range than it has, and no client got a bare cursor afterwards.
  await expectRefused(instance, encodeCursor([1, 4]));
  await pay(instance, fund, 1);
  await fromStart(instance, 7);
  await expectRefused(instance, encodeCursor([3, 1]));
});

interface Row {
  readonly tenant_id: string;
  readonly book_id: string;
  readonly from_position: string;
  readonly to_position: string;
  readonly hash: Buffer;
  readonly event_hash: Buffer;
}

test("each hash of the feed follows from the one before, old rows and new ones alike", async () => {
  const database = await openDatabase(UNHASHED);
  const { books } = openBooks(database);
  const fund = await openSmallFund(books, context);
  await openSmallFund(books, testContext({ tenantId: newId() }));
  await database.asSuperuser(...PLACE_UNHASHED);
  await chainFeed(database);
  // Books that moved while no instance gave out places get them together.
  const others = await Promise.all([1, 2, 3].map(() => openSmallFund(books, context)));
  const instance = openInstance(database);
  await fromStart(instance, 12);
  await Promise.all([fund, ...others].map((each) => pay(instance, each, 5)));
  await fromStart(instance, 32);

  const client = await database.pool.connect();
  const rows: Row[] = [];
  const { rows: heads } = await client.query<{ start: Buffer; hash: Buffer }>(
    "SELECT uuid_send(log_id) || int8send(unhashed_seq) AS start, hash FROM feed_head",
  );
  await client.query("SET app.sequencer = 'on'");
  const { rows: feed } = await client.query<Row>("SELECT * FROM feed ORDER BY seq");
  for (const row of feed) {
    await client.query("SELECT set_config('app.tenant', $1, false)", [row.tenant_id]);
    const { rows: events } = await client.query<{ hash: Buffer }>(
      "SELECT hash FROM event WHERE book_id = $1 AND position = $2",
      [row.book_id, row.to_position],
    );
    rows.push({ ...row, event_hash: events[0]?.hash ?? Buffer.alloc(0) });
  }
  client.release(true);

  expect(rows.length).toBeGreaterThan(5);
  let hash = heads[0]?.start ?? Buffer.alloc(0);
  for (const row of rows) {
    const ends = Buffer.alloc(16);
    ends.writeBigInt64BE(BigInt(row.from_position), 0);
    ends.writeBigInt64BE(BigInt(row.to_position), 8);
    const ids = [bytesOf(row.tenant_id), bytesOf(row.book_id)];
    const content = Buffer.concat([hash, ...ids, ends, row.event_hash]);
    hash = Buffer.from(sha256("sha256", content, "hex"), "hex");
    expect(row.hash.toString("hex")).toBe(hash.toString("hex"));
  }
  expect(heads[0]?.hash.toString("hex")).toBe(hash.toString("hex"));
});

const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");
