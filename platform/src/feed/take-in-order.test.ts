import fc from "fast-check";
import { expect, it } from "vitest";
import { FeedGapError, takeInOrder } from "./take-in-order.ts";

const event = (fundId: string, position: number) => ({ tenantId: "t", fundId, position });

it("takes new events and passes over applied ones", () => {
  const { fresh, positions } = takeInOrder(
    [event("a", 2), event("a", 3), event("b", 1)],
    new Map([["a", 2]]),
  );
  expect(fresh).toEqual([event("a", 3), event("b", 1)]);
  expect(positions).toEqual([event("a", 3), event("b", 1)]);
});

it("stops at a missing position", () => {
  expect(() => takeInOrder([event("a", 4)], new Map([["a", 2]]))).toThrow(FeedGapError);
  expect(() => takeInOrder([event("a", 2)], new Map())).toThrow(FeedGapError);
});

it("applies every event once however batches are cut and repeated", () => {
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
          for (const { fundId, position } of positions) applied.set(fundId, position);
          reached = Math.max(reached, to);
        };
        // A batch starts anywhere up to where the follower stands: repeats yes, jumps no.
        for (const [back, length] of cuts)
          deliver(Math.max(0, reached - back), Math.min(log.length, reached + length));
        deliver(reached, log.length);
        expect(seen).toEqual(log);
      },
    ),
  );
});
