import { newId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { PublishedEvent } from "../engine/book.ts";
import { encodePlace, type FeedPlace } from "./feed-place.ts";
import { FeedTail, type AssignedRange, type Audience } from "./feed-tail.ts";

const TENANTS = [newId(), newId()] as const;
const FUNDS = [newId(), newId(), newId()] as const;
/** The tenant of each fund. */
const OWNERS = [TENANTS[0], TENANTS[0], TENANTS[1]] as const;

/** A database that has every event it is asked for, and counts the questions. */
function storedEvents(): TenantReads & { asked: number } {
  return {
    asked: 0,
    query(_sql, [, books, froms, tos]) {
      this.asked += 1;
      const rows = (books as string[]).flatMap((_, index) => {
        const [from, to] = [(froms as number[])[index] ?? 0, (tos as number[])[index] ?? 0];
        return Array.from({ length: to - from + 1 }, (__, offset) => ({
          nth: index + 1,
          position: String(from + offset),
          type: "Stored",
          recorded_ms: "0",
          payload: {},
        }));
      });
      return Promise.resolve({ rows }) as never;
    },
  };
}

const committedEvents = ({ from, to }: AssignedRange): PublishedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    type: "Committed",
    position: from + index,
    recordedAt: new Date(0),
    payload: {} as PublishedEvent["payload"],
  }));

interface Step {
  readonly fund: number;
  readonly length: number;
  readonly isKnown: boolean;
}

const hashOf = (seq: number): string => seq.toString(16).padStart(64, "0");

/** Ranges one behind the other, each book's positions without a gap. */
function rangesOf(steps: readonly Step[], firstSeq = 1): AssignedRange[] {
  const ends = [0, 0, 0];
  return steps.map(({ fund, length }, index) => {
    const from = (ends[fund] ?? 0) + 1;
    ends[fund] = from + length - 1;
    const own = { tenantId: OWNERS[fund] ?? "", bookId: FUNDS[fund] ?? "" };
    const seq = firstSeq + index;
    return { seq, ...own, from, to: from + length - 1, hash: hashOf(seq) };
  });
}

const everyTenant: Audience = { tenantId: undefined, funds: "*", fundId: undefined };
const HEAD = Number.MAX_SAFE_INTEGER;

const isShown = ({ tenantId, funds, fundId }: Audience, range: AssignedRange): boolean =>
  (tenantId === undefined || tenantId === range.tenantId) &&
  (fundId === undefined || fundId === range.bookId) &&
  (funds === "*" || funds.includes(range.bookId));

const audience: fc.Arbitrary<Audience> = fc.record({
  tenantId: fc.constantFrom(undefined, ...TENANTS),
  funds: fc.oneof(fc.constant("*" as const), fc.subarray([...FUNDS])),
  fundId: fc.constantFrom(undefined, ...FUNDS),
});
const step: fc.Arbitrary<Step> = fc.record({
  fund: fc.nat({ max: 2 }),
  length: fc.integer({ min: 1, max: 700 }),
  isKnown: fc.boolean(),
});

it("serves every subscriber, page by page, exactly its own events, in order", async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 1, maxLength: 8 }),
    audience,
    fc.nat(),
    async (steps, who, from) => {
      const [tail, reads] = [new FeedTail(), storedEvents()];
      const ranges = rangesOf(steps);
      ranges.forEach((range, index) => {
        if (steps[index]?.isKnown) tail.committed(range, committedEvents(range));
        tail.extend([range]);
      });
      const everything = ranges
        .filter((range) => isShown(who, range))
        .flatMap((range) =>
          Array.from({ length: range.to - range.from + 1 }, (_, index) => [range.seq, index + 1]),
        );
      // From any of its places the rest comes, or has to be read.
      const start = everything[from % (everything.length + 1)] ?? [ranges.length, HEAD];
      let place: FeedPlace = { seq: start[0] ?? 0, taken: start[1] ?? 0 };
      const rest = everything.slice((from % (everything.length + 1)) + 1);
      for (;;) {
        const page = await tail.pageBehind(reads, who, place);
        if (page === undefined) return;
        expect(page.events.length).toBeLessThanOrEqual(500);
        expect(page.full).toBe(page.events.length === 500);
        const mark = who.tenantId === undefined ? { ofEveryTenant: true as const } : {};
        expect(page.events.map(({ cursor }) => cursor)).toEqual(
          rest
            .splice(0, page.events.length)
            .map(([seq = 0, taken = 0]) => encodePlace({ seq, taken, hash: hashOf(seq), ...mark })),
        );
        place = page.place;
        if (page.events.length === 0) break;
      }
      expect(rest).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: 150 });
});

it("reads what it does not hold once, for all subscribers together", async () => {
  const [tail, reads] = [new FeedTail(), storedEvents()];
  tail.extend(rangesOf([{ fund: 0, length: 3, isKnown: false }]));
  const pages = await Promise.all(
    [everyTenant, { ...everyTenant, tenantId: TENANTS[0] }, everyTenant].map((who) =>
      tail.pageBehind(reads, who, { seq: 0, taken: HEAD }),
    ),
  );
  expect(pages.map((page) => page?.events.length)).toEqual([3, 3, 3]);
  expect(reads.asked).toBe(1);
});

it("reads again after a read that failed", async () => {
  const tail = new FeedTail();
  tail.extend(rangesOf([{ fund: 0, length: 3, isKnown: false }]));
  const gone: TenantReads = { query: () => Promise.reject(new Error("gone")) };
  const from = { seq: 0, taken: HEAD };
  await expect(tail.pageBehind(gone, everyTenant, from)).rejects.toThrow("gone");
  expect((await tail.pageBehind(storedEvents(), everyTenant, from))?.events).toHaveLength(3);
});

it("serves no place before its start, behind its end, or after a gap", async () => {
  const [tail, reads] = [new FeedTail(), storedEvents()];
  const at = (seq: number, taken: number) => tail.pageBehind(reads, everyTenant, { seq, taken });
  const one = { fund: 0, length: 2, isKnown: false };
  expect(await at(0, 0)).toBeUndefined();
  tail.extend(rangesOf([one, one], 10));
  expect(await at(8, 5)).toBeUndefined();
  // How long the range before the start is, is not known: some of it may be left.
  expect(await at(9, 5)).toBeUndefined();
  expect((await at(9, HEAD))?.events).toHaveLength(4);
  expect((await at(10, 1))?.events).toHaveLength(3);
  expect((await at(11, 2))?.events).toHaveLength(0);
  expect(await at(12, 1)).toBeUndefined();
  tail.extend(rangesOf([one], 15));
  expect(await at(11, 2)).toBeUndefined();
  expect((await at(15, 1))?.events).toHaveLength(1);
});

it("cannot rule out new events once others may give out places", async () => {
  const [tail, reads] = [new FeedTail(), storedEvents()];
  tail.extend(rangesOf([{ fund: 0, length: 2, isKnown: false }]));
  const woken = tail.moved.next(tail.moved.turn, new AbortController().signal);
  tail.lose();
  await woken;
  expect(await tail.pageBehind(reads, everyTenant, { seq: 1, taken: 2 })).toBeUndefined();
});

it("lets go of what only the slow have not seen", async () => {
  const [tail, reads] = [new FeedTail(), storedEvents()];
  const many = rangesOf(
    Array.from({ length: 20 }, () => ({ fund: 0, length: 500, isKnown: false })),
  );
  for (const range of many) tail.extend([range]);
  expect(await tail.pageBehind(reads, everyTenant, { seq: 10, taken: 499 })).toBeUndefined();
  expect(await tail.pageBehind(reads, everyTenant, { seq: 16, taken: 499 })).toBeUndefined();
  expect((await tail.pageBehind(reads, everyTenant, { seq: 16, taken: 500 }))?.events).toHaveLength(
    500,
  );
  expect((await tail.pageBehind(reads, everyTenant, { seq: 17, taken: 1 }))?.events).toHaveLength(
    500,
  );
});
