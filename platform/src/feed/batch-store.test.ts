import { placeOf } from "@allfunds/contract/feed";
import fc from "fast-check";
import { expect, it } from "vitest";
import { FeedGapError, takeInOrder } from "./batch-store.ts";
import { bookKey } from "./cursor-store.ts";

const event = (fundId: string, position: number, tenantId = "t") => ({
  tenantId,
  fundId,
  position,
});

it("returns new events when some were applied before", () => {
  const { fresh, positions } = takeInOrder(
    [event("a", 2), event("a", 3), event("b", 1)],
    new Map([["t/a", 2]]),
  );
  expect(fresh).toEqual([event("a", 3), event("b", 1)]);
  expect(positions).toEqual([event("a", 3), event("b", 1)].map(placeOf));
});

it("keeps books apart when two tenants use the same id", () => {
  const events = [event("a", 1, "u"), event("a", 3), event("a", 2, "u")];
  const { fresh, positions } = takeInOrder(events, new Map([["t/a", 2]]));
  expect(fresh).toEqual(events);
  expect(positions).toEqual([event("a", 2, "u"), event("a", 3)].map(placeOf));
});

it("throws FeedGapError when a position is missing", () => {
  expect(() => takeInOrder([event("a", 4)], new Map([["t/a", 2]]))).toThrow(FeedGapError);
  expect(() => takeInOrder([event("a", 2)], new Map())).toThrow(FeedGapError);
});

it("throws CURSOR_OF_ANOTHER_LOG when a subscription repeats a position", () => {
  const delivered = new Map<string, number>();
  takeInOrder([event("a", 1), event("b", 1), event("a", 2)], new Map([["t/a", 1]]), delivered);
  for (const again of [event("a", 2), event("a", 1), event("b", 1)]) {
    const applied = new Map([
      ["t/a", 2],
      ["t/b", 1],
    ]);
    expect(() => takeInOrder([again], applied, new Map(delivered))).toThrow(
      expect.objectContaining({ code: "CURSOR_OF_ANOTHER_LOG" }),
    );
  }
  const { fresh } = takeInOrder([event("a", 3)], new Map([["t/a", 2]]), delivered);
  expect(fresh).toEqual([event("a", 3)]);
});

it("skips applied events when an earlier subscription delivered them", () => {
  const { fresh } = takeInOrder([event("a", 1), event("a", 2)], new Map([["t/a", 1]]), new Map());
  expect(fresh).toEqual([event("a", 2)]);
});

it("applies every event once when batches are cut and repeated at random", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(60), fc.nat(20)), { maxLength: 20 }),
      (books, cuts) => {
        const next = new Map<string, number>();
        const log = books.map((book) => {
          next.set(book, (next.get(book) ?? 0) + 1);
          return event(book, next.get(book) ?? 0);
        });
        const applied = new Map<string, number>();
        const seen: unknown[] = [];
        let reached = 0;
        const deliver = (from: number, to: number): void => {
          const { fresh, positions } = takeInOrder(log.slice(from, to), applied);
          seen.push(...fresh);
          for (const moved of positions) applied.set(bookKey(moved), moved.position);
          reached = Math.max(reached, to);
        };
        // A batch starts at or before the reached position, so events repeat but none is missing.
        for (const [back, length] of cuts)
          deliver(Math.max(0, reached - back), Math.min(log.length, reached + length));
        deliver(reached, log.length);
        expect(seen).toEqual(log);
      },
    ),
  );
});
