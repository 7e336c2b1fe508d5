import { createPool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Books } from "../slices/model.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  quiet,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import { Feed } from "./feed.ts";
import type { FeedEvent, FeedPage } from "./feed-page.ts";
import { encodePlace, FEED_START, hashed } from "./feed-place.ts";
import { Sequencer } from "./sequencer.ts";
import { OrderPool } from "../tenancy/order-pool.ts";

let database: TestDatabase;
let reads: OrderPool;
let sequencer: Sequencer;
let books: Books;
let feed: Feed;

beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  reads = new OrderPool(createPool({ url: database.url, logger: quiet, max: 2 }));
  sequencer = new Sequencer(database.url, quiet);
  sequencer.start();
  ({ books } = openBooks(database, (book) => sequencer.bookMoved(book), sequencer.tail));
  feed = new Feed(reads, sequencer.tail);
});
afterEach(async () => {
  await sequencer.stop();
  await reads.end();
});

const tenant = () => testContext({ tenantId: newId() });

/** Follows until `wanted` events of these funds came. */
async function take(
  pages: AsyncGenerator<FeedPage>,
  wanted: number,
  of: readonly SmallFund[],
): Promise<FeedEvent[]> {
  const known = new Set(of.map(({ fundId }) => fundId));
  const events: FeedEvent[] = [];
  for await (const page of pages) {
    events.push(...page.events.filter(({ fundId }) => known.has(fundId)));
    if (events.length >= wanted) break;
  }
  return events;
}

const fromStart = (wanted: number, of: readonly SmallFund[]) =>
  feed.afterOfEveryTenant(undefined, null).then((pages) => take(pages, wanted, of));

function expectWhole(events: readonly FeedEvent[], funds: readonly SmallFund[], each: number) {
  for (const { fundId, context } of funds) {
    const own = events.filter((event) => event.fundId === fundId);
    expect(own.map(({ position }) => position)).toEqual(
      Array.from({ length: each }, (_, index) => index + 1),
    );
    expect(new Set(own.map(({ tenantId }) => tenantId))).toEqual(new Set([context.tenantId]));
  }
}

const orders = (fund: SmallFund, length: number) =>
  Array.from({ length }, () => payIn(fund, "0.01"));

const pay = (fund: SmallFund) => books.execute(fund.context, payIn(fund, "0.01"));

test("every tenant's events come in one order, while all of them write and new ones appear", async () => {
  const first = await Promise.all([1, 2, 3].map(() => openSmallFund(books, tenant())));
  const following = feed.afterOfEveryTenant(undefined, null);
  const rounds = 25;
  const funds = [...first];
  const taken = following.then((pages) => take(pages, 5 * (3 + rounds), funds));
  const late: Promise<SmallFund>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(first.map(pay));
    // A tenant without events when the subscription began.
    if (round === 5 || round === 15) late.push(openSmallFund(books, tenant()));
  }
  const newcomers = await Promise.all(late);
  funds.push(...newcomers);
  for (const fund of newcomers) for (let round = 0; round < rounds; round += 1) await pay(fund);
  const all = await fromStart(5 * (3 + rounds), funds);
  expect(all).toHaveLength(5 * (3 + rounds));
  expectWhole(all, funds, 3 + rounds);
  await (await following).return();
  expect(new Set((await taken).map(({ cursor }) => cursor)).size).toBe((await taken).length);
});

test("it goes on behind any event, without a gap and without a repeat", async () => {
  const [mine, theirs] = await Promise.all([
    openSmallFund(books, tenant()),
    openSmallFund(books, tenant()),
  ]);
  await books.executeEach(mine.context, mine.fundId, orders(mine, 20), true);
  await books.executeEach(theirs.context, theirs.fundId, orders(theirs, 20), true);
  const both = [mine, theirs];
  const all = await fromStart(46, both);
  for (const place of [0, 2, 5, 11, 30, 44]) {
    const pages = await feed.afterOfEveryTenant(undefined, all[place]?.cursor);
    const rest = await take(pages, 45 - place, both);
    expect(rest.map(({ cursor }) => cursor)).toEqual(
      all.slice(place + 1).map(({ cursor }) => cursor),
    );
  }
});

test("a page is filled across tenants, and the next one starts where it ended", async () => {
  const funds = await Promise.all(Array.from({ length: 6 }, () => openSmallFund(books, tenant())));
  await Promise.all(
    funds.flatMap((fund) =>
      Array.from({ length: 2 }, () =>
        books.executeEach(fund.context, fund.fundId, orders(fund, 60), true),
      ),
    ),
  );
  const sizes: number[] = [];
  const seen: FeedEvent[] = [];
  const known = new Set(funds.map(({ fundId }) => fundId));
  for await (const { events } of await feed.afterOfEveryTenant(undefined, null)) {
    sizes.push(events.length);
    seen.push(...events.filter(({ fundId }) => known.has(fundId)));
    if (seen.length >= 6 * 123) break;
  }
  expect(Math.max(...sizes)).toBe(500);
  expectWhole(seen, funds, 123);
});

test("one fund alone can be followed", async () => {
  const [mine] = await Promise.all([
    openSmallFund(books, tenant()),
    openSmallFund(books, tenant()),
  ]);
  const pages = await feed.afterOfEveryTenant(mine.fundId, null);
  const { value } = await pages.next();
  expect(new Set(value?.events.map(({ fundId }) => fundId))).toEqual(new Set([mine.fundId]));
  await pages.return();
});

test("a place reached with one tenant's events skips none of another tenant's", async () => {
  const mine = await openSmallFund(books, tenant());
  await fromStart(3, [mine]);
  const theirs = await openSmallFund(books, tenant());
  await fromStart(3, [theirs]);
  await pay(mine);
  const own = await take(await feed.after(mine.context.tenantId, undefined, null), 4, [mine]);
  const all = await take(await feed.afterOfEveryTenant(undefined, own.at(-1)?.cursor), 7, [
    mine,
    theirs,
  ]);
  expectWhole(all, [theirs], 3);
  // And the other way round: a place of every tenant is one of each.
  const pages = await feed.after(theirs.context.tenantId, undefined, all.at(-1)?.cursor);
  await pay(theirs);
  expect((await take(pages, 1, [theirs])).at(-1)?.position).toBe(4);
});

test("from now on brings what comes, behind an empty page whose cursor goes on there", async () => {
  const mine = await openSmallFund(books, tenant());
  await fromStart(3, [mine]);
  const pages = await feed.fromNowOfEveryTenant(undefined);
  const { value: first } = await pages.next();
  expect(first).toMatchObject({ events: [], full: false, place: { ofEveryTenant: true } });
  const cursor = encodePlace(hashed(first?.place ?? FEED_START));
  await pay(mine);
  expect((await take(pages, 1, [mine])).map(({ position }) => position)).toEqual([4]);
  const again = await feed.afterOfEveryTenant(undefined, cursor);
  expect((await take(again, 1, [mine])).map(({ position }) => position)).toEqual([4]);
});

test("a connection that read the order shows no tenant another one's rows afterwards", async () => {
  const [mine, theirs] = await Promise.all([
    openSmallFund(books, tenant()),
    openSmallFund(books, tenant()),
  ]);
  await fromStart(6, [mine, theirs]);
  for (const table of ["feed", "event", "fund"]) {
    const { rows } = await reads.query<{ tenant_id: string }>(
      `SELECT DISTINCT tenant_id FROM ${table} WHERE $1::uuid IS NOT NULL`,
      [mine.context.tenantId],
    );
    expect(rows).toEqual([{ tenant_id: mine.context.tenantId }]);
  }
  await expect(
    reads.queryOrder("UPDATE feed SET from_position = 1 RETURNING seq", []),
  ).rejects.toMatchObject({ code: "25006" });
  expect(await reads.queryOrder("SELECT 1 FROM event", [])).toEqual([]);
});
