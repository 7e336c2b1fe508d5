import { newId } from "@allfunds/platform/ids";
import { expect, it } from "vitest";
import type { BookId, PublishedEvent } from "../engine/book.ts";
import { RecentEvents } from "./feed-tail.ts";

const book = (): BookId => ({ tenantId: newId(), bookId: newId() });

const events = (from: number, to: number): PublishedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    type: "TransactionPosted",
    position: from + index,
    recordedAt: new Date(),
    payload: {} as PublishedEvent["payload"],
  }));

const positions = (taken: readonly PublishedEvent[] | undefined) =>
  taken?.map(({ position }) => position);

it("gives what several commands added, once, and by exact positions", () => {
  const recent = new RecentEvents();
  const one = book();
  recent.add(one, events(5, 6));
  recent.add(one, events(7, 9));
  expect(recent.take(one, 4, 6)).toBeUndefined();
  expect(recent.take(one, 8, 10)).toBeUndefined();
  expect(positions(recent.take(one, 6, 8))).toEqual([6, 7, 8]);
  expect(recent.take(one, 6, 8)).toBeUndefined();
  expect(positions(recent.take(one, 9, 9))).toEqual([9]);
  expect(recent.take(one, 9, 9)).toBeUndefined();
});

it("gives nothing over a gap, and nothing of another book", () => {
  const recent = new RecentEvents();
  const [one, other] = [book(), book()];
  recent.add(one, events(1, 3));
  recent.add(one, events(5, 6));
  expect(recent.take(one, 3, 5)).toBeUndefined();
  expect(recent.take(other, 5, 6)).toBeUndefined();
  expect(recent.take({ ...one, tenantId: newId() }, 5, 6)).toBeUndefined();
  expect(positions(recent.take(one, 5, 6))).toEqual([5, 6]);
});

it("stays small when nothing is taken", () => {
  const recent = new RecentEvents();
  const books = Array.from({ length: 50 }, book);
  for (const each of books) recent.add(each, events(1, 100));
  const kept = books.filter((each) => recent.take(each, 1, 100) !== undefined);
  expect(kept).toEqual(books.slice(-20));
});
