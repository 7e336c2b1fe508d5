import { createPool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  PATIENTLY,
  payIn,
  quiet,
} from "../ledger-database.fixture.ts";
import { Feed } from "./feed.ts";
import type { FeedEvent, FeedPage } from "./feed-page.ts";
import { Sequencer } from "./sequencer.ts";
import { OrderPool } from "../tenancy/order-pool.ts";

let database: TestDatabase;
let reads: OrderPool;
beforeAll(async () => {
  database = await createLedgerDatabase();
  reads = new OrderPool(createPool({ url: database.url, logger: quiet }));
});
afterAll(async () => {
  await reads.end();
  await database.drop();
});

/** A whole instance: it writes, takes part in the election and can be followed. */
function openInstance() {
  const sequencer = new Sequencer(database.url, quiet);
  sequencer.start();
  const { tail } = sequencer;
  const { books } = openBooks(database, (book) => sequencer.bookMoved(book), tail);
  return { books, sequencer, feed: new Feed(reads, tail) };
}

const tenant = () => testContext({ tenantId: newId() });

/** Follows until `wanted` events came; reports how many there are after each page. */
async function take(
  pages: AsyncGenerator<FeedPage>,
  wanted: number,
  onPage: (events: number) => void = () => undefined,
): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for await (const page of pages) {
    events.push(...page.events);
    onPage(events.length);
    if (events.length >= wanted) break;
  }
  return events;
}

async function eventsInFeed(): Promise<number> {
  const sum = "SELECT coalesce(sum(to_position - from_position + 1), 0)::int AS n FROM feed";
  const [row] = await reads.queryOrder<{ n: number }>(sum, []);
  return row?.n ?? 0;
}

const byBook = (events: readonly FeedEvent[]): Map<string, number[]> => {
  const books = new Map<string, number[]>();
  for (const { fundId, position } of events) {
    books.set(fundId, [...(books.get(fundId) ?? []), position]);
  }
  return books;
};

describe("the feed", () => {
  test("misses nothing and repeats nothing while instances write at once and one of them leaves", async () => {
    const [first, second] = [openInstance(), openInstance()] as const;
    const instances = [first, second];
    const context = tenant();
    const funds = await Promise.all([1, 2, 3, 4].map(() => openSmallFund(first.books, context)));
    const perWriter = 40;
    const wanted = funds.length * (3 + instances.length * perWriter);
    const followed = Promise.all(
      instances.map(async ({ feed }) =>
        take(await feed.after(context.tenantId, undefined, null), wanted),
      ),
    );
    const writing = Promise.all(
      instances.flatMap(({ books }) =>
        funds.map(async (fund) => {
          for (let round = 0; round < perWriter; round += 1) {
            await books.execute(context, payIn(fund, "0.01"));
          }
        }),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    await first.sequencer.stop();
    // A stopped sequencer wakes no follower; a late start takes its place.
    const heir = openInstance();
    heir.sequencer.start();
    await writing;
    const stopped = take(await second.feed.after(context.tenantId, undefined, null), wanted);
    const all = await stopped;
    for (const positions of byBook(all).values()) {
      expect(positions).toEqual(positions.map((_, index) => index + 1));
    }
    expect(all).toHaveLength(wanted);
    first.sequencer.tail.moved.wake();
    for (const events of await followed) {
      expect(events.map(({ cursor }) => cursor)).toEqual(all.map(({ cursor }) => cursor));
    }
    await Promise.all([second.sequencer.stop(), heir.sequencer.stop()]);
  });

  test("goes on behind any cursor, also one in the middle of a range", async () => {
    const { books, sequencer, feed } = openInstance();
    const fund = await openSmallFund(books, tenant());
    const orders = Array.from({ length: 30 }, () => payIn(fund, "0.01"));
    await books.executeEach(fund.context, fund.fundId, orders, true);
    const { tenantId } = fund.context;
    const all = await take(await feed.after(tenantId, undefined, null), 33);
    for (const place of [0, 1, 2, 3, 10, 31]) {
      const rest = await take(
        await feed.after(tenantId, undefined, all[place]?.cursor),
        32 - place,
      );
      expect(rest.map(({ position }) => position)).toEqual(
        all.slice(place + 1).map(({ position }) => position),
      );
    }
    await sequencer.stop();
  });

  test("shows a tenant and a fund nothing of others", async () => {
    const { books, sequencer, feed } = openInstance();
    const context = tenant();
    const mine = await openSmallFund(books, context);
    const other = await openSmallFund(books, context);
    await openSmallFund(books, tenant());
    const all = await take(await feed.after(context.tenantId, undefined, null), 6);
    expect(new Set(all.map(({ fundId }) => fundId))).toEqual(new Set([mine.fundId, other.fundId]));
    const some = await take(await feed.after(context.tenantId, mine.fundId, null), 3);
    expect(some.map(({ fundId }) => fundId)).toEqual([mine.fundId, mine.fundId, mine.fundId]);
    await sequencer.stop();
  });

  test("reads pages of at most 500 events and only as fast as they are consumed", async () => {
    const { books, sequencer, feed } = openInstance();
    const fund = await openSmallFund(books, tenant());
    await Promise.all(
      Array.from({ length: 1_200 }, () => books.execute(fund.context, payIn(fund, "0.01"))),
    );
    const pages = await feed.after(fund.context.tenantId, undefined, null);
    const sizes: number[] = [];
    while (sizes.reduce((a, b) => a + b, 0) < 1_203) {
      const { value } = await pages.next();
      if (value) sizes.push(value.events.length);
    }
    await pages.return();
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
    await sequencer.stop();
  });

  test("serves who follows closely without reading, with the same cursors as who reads", async () => {
    const { books, sequencer } = openInstance();
    const context = tenant();
    const [mine, other] = [
      await openSmallFund(books, context),
      await openSmallFund(books, context),
    ];
    const queries: string[] = [];
    const counted = {
      query: (...[sql, ...rest]: Parameters<OrderPool["query"]>) => {
        queries.push(sql);
        return reads.query(sql, ...rest);
      },
      queryOrder: (...[sql, ...rest]: Parameters<OrderPool["queryOrder"]>) => {
        queries.push(sql);
        return reads.queryOrder(sql, ...rest);
      },
    } as OrderPool;
    const feed = new Feed(counted, sequencer.tail);
    const granted = feed.through(counted, [mine.fundId]);
    // What opened the funds has its place before a request for "from now on".
    await take(await feed.after(context.tenantId, undefined, null), 6);
    const [tenants, ofAll, some] = [
      await feed.after(context.tenantId, undefined, null),
      await feed.afterOfEveryTenant(undefined, null),
      await granted.fromNow(context.tenantId, undefined),
    ];
    const counts = [0, 0, 0];
    const counting = (nth: number) => (events: number) => void (counts[nth] = events);
    const following = [
      take(tenants, 46, counting(0)),
      take(ofAll, 1_000_000, counting(1)),
      take(some, 20, counting(2)),
    ] as const;
    await books.execute(context, payIn(mine, "0.01"));
    await expect
      .poll(async () => [counts[0], counts[1] - (await eventsInFeed()), counts[2]], PATIENTLY)
      .toEqual([7, 0, 1]);
    // What they have read, they look behind once more.
    for (let before = -1; queries.length > before;) {
      before = queries.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    queries.length = 0;
    const { moved } = sequencer.tail;
    for (let round = 0; round < 39; round += 1) {
      const { turn } = moved;
      await books.execute(context, payIn(round % 2 === 0 ? other : mine, "0.01"));
      // While a place is given out nothing else is committed: a commit that the giver saw before its own
      // writer was notified would, rightly, be read.
      await moved.next(turn, new AbortController().signal);
    }
    const [all, ofMine] = [await following[0], await following[2]];
    expect(queries).toEqual([]);
    expect(new Set(ofMine.map(({ fundId }) => fundId))).toEqual(new Set([mine.fundId]));
    const stored = await take(await feed.after(context.tenantId, undefined, null), 46);
    expect(JSON.parse(JSON.stringify(all))).toEqual(JSON.parse(JSON.stringify(stored)));
    await ofAll.return();
    await sequencer.stop();
  });

  test("from now on brings only what comes, and ends at once while it waits", async () => {
    const { books, sequencer, feed } = openInstance();
    const fund = await openSmallFund(books, tenant());
    await take(await feed.after(fund.context.tenantId, undefined, null), 3);
    const pages = await feed.fromNow(fund.context.tenantId, undefined);
    const next = take(pages, 1);
    await books.execute(fund.context, payIn(fund, "1.00"));
    expect((await next).map(({ type }) => type)).toEqual(["TransactionPosted"]);

    const idle = await feed.fromNow(fund.context.tenantId, undefined);
    const waiting = idle.next();
    await idle.return();
    expect((await waiting).done).toBe(true);
    await sequencer.stop();
  });

  test.each([
    "x",
    "W10",
    Buffer.from("[1]").toString("base64url"),
    Buffer.from('["a",1]').toString("base64url"),
    Buffer.from("[-1,0]").toString("base64url"),
    Buffer.from('[1,0,"abc"]').toString("base64url"),
  ])("refuses the cursor %s, which it never gave out", async (cursor) => {
    const { sequencer, feed } = openInstance();
    await expect(feed.after(tenant().tenantId, undefined, cursor)).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    await sequencer.stop();
  });

  test("is notified once of what an instance without the election wrote", async () => {
    const [elected, other] = [openInstance(), openInstance()] as const;
    const fund = await openSmallFund(elected.books, tenant());
    await take(await elected.feed.after(fund.context.tenantId, undefined, null), 3);
    const listener = await database.pool.connect();
    let notified = 0;
    listener.on("notification", () => (notified += 1));
    await listener.query("LISTEN ledger_book");
    await other.books.execute(fund.context, payIn(fund, "1.00"));
    await elected.books.execute(fund.context, payIn(fund, "1.00"));
    await take(await other.feed.after(fund.context.tenantId, undefined, null), 5);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(notified).toBeLessThanOrEqual(2);
    listener.release(true);
    await Promise.all([elected.sequencer.stop(), other.sequencer.stop()]);
  });

  test("is not held up by an unrelated transaction that stays open, nor by writers that fail", async () => {
    const { books, sequencer, feed } = openInstance();
    const fund = await openSmallFund(books, tenant());
    const other = await openSmallFund(books, tenant());
    const idle = await database.pool.connect();
    await idle.query("BEGIN");
    // It has written, so it holds back every scheme that waits for the oldest running transaction.
    await idle.query("SELECT pg_current_xact_id()");
    await idle.query("SELECT FROM book WHERE id = $1 FOR UPDATE", [other.fundId]);
    const stuck = books.execute(other.context, payIn(other, "1.00"));
    const refused = payIn(fund, "1.00", { transactionId: newId() });
    const verdicts = await Promise.all(
      // Twins that no look-up sees: the database rolls one batch back.
      [refused, payIn(fund, "2.00"), { ...refused, clientChoseId: false }].map((order) =>
        books.execute(fund.context, order).catch(() => undefined),
      ),
    );
    const stored = 3 + verdicts.filter((events) => events !== undefined).length;
    // The other transaction is open all the while: if it held the feed up, these would never come.
    const all = await take(await feed.after(fund.context.tenantId, undefined, null), stored);
    expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1));
    await idle.query("ROLLBACK");
    idle.release();
    await stuck;
    expect(await take(await feed.after(other.context.tenantId, undefined, null), 4)).toHaveLength(
      4,
    );
    await sequencer.stop();
  });

  test("survives the loss of its connection", async () => {
    const { books, sequencer, feed } = openInstance();
    const fund = await openSmallFund(books, tenant());
    await take(await feed.after(fund.context.tenantId, undefined, null), 3);
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE '%ledger_feed%' AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    await books.execute(fund.context, payIn(fund, "1.00"));
    const all = await take(await feed.after(fund.context.tenantId, undefined, null), 4);
    expect(all.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    await sequencer.stop();
  });
});
