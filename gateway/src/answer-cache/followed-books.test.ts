import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FollowedBooks } from "./followed-books.ts";

const [TENANT, OTHER] = ["t1", "t2"];
const SETTLED_MS = 2_000;

let books: FollowedBooks;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  books = new FollowedBooks(SETTLED_MS);
  books.expect("ledger");
  books.begin();
  vi.advanceTimersByTime(10_000);
});
afterEach(() => {
  vi.useRealTimers();
});

const answer = (...positions: [string, number][]) => ({ positions, readAt: Date.now() });
const later = (ms: number): void => void vi.advanceTimersByTime(ms);

describe("an answer that names its books", () => {
  it("is current until one of them moves, and other books do not matter", () => {
    const kept = answer(["a", 3], ["b", 7]);
    books.note(TENANT, "c", 9);
    books.note(OTHER, "a", 9);
    books.note(TENANT, "b", 7);
    expect(books.isCurrent(TENANT, kept)).toBe(true);
    books.note(TENANT, "b", 8);
    expect(books.isCurrent(TENANT, kept)).toBe(false);
  });

  it("is not current when its read model was behind an event that has come", () => {
    books.note(TENANT, "a", 5);
    later(10_000);
    expect(books.isCurrent(TENANT, answer(["a", 4]))).toBe(false);
    expect(books.isCurrent(TENANT, answer(["a", 5]))).toBe(true);
  });

  it("is not current when the tenant's own book has moved, nor when it was read right behind that", () => {
    const kept = answer(["a", 3]);
    later(10);
    books.note(TENANT, null, 12);
    expect(books.isCurrent(TENANT, kept)).toBe(false);
    later(SETTLED_MS);
    expect(books.isCurrent(TENANT, answer(["a", 3]))).toBe(false);
    later(1);
    expect(books.isCurrent(TENANT, answer(["a", 3]))).toBe(true);
    expect(books.isCurrent(OTHER, kept)).toBe(true);
  });
});

describe("an answer that names no book, or as many as subgraphs can name", () => {
  const many = Array.from({ length: 50 }, (_, index): [string, number] => [`m${index}`, 1]);
  it.each([[[]], [many]])("is current until its tenant has any event", (positions) => {
    const kept = answer(...positions);
    books.note(OTHER, "a", 1);
    expect(books.isCurrent(TENANT, kept)).toBe(true);
    books.note(TENANT, "a", 1);
    expect(books.isCurrent(TENANT, kept)).toBe(false);
    later(SETTLED_MS + 1);
    expect(books.isCurrent(TENANT, answer(...positions))).toBe(true);
  });
});

describe("the feed", () => {
  it("makes no answer current while it is lost, and none of before afterwards", () => {
    const kept = answer(["a", 3]);
    books.lose();
    expect(books.isCurrent(TENANT, kept)).toBe(false);
    books.begin();
    expect(books.isCurrent(TENANT, kept)).toBe(false);
    later(SETTLED_MS + 1);
    expect(books.isCurrent(TENANT, answer(["a", 3]))).toBe(true);
  });

  it("does not matter in a graph without one", () => {
    books.expect(undefined);
    expect(books.isCurrent(TENANT, answer())).toBe(true);
  });

  it("is lost when it is another subgraph's", () => {
    books.expect("books");
    expect(books.isFollowing).toBe(false);
  });

  it("evicts no move before the answers of before it have ended", () => {
    const kept = answer(["a", 3]);
    books.note(TENANT, "a", 4);
    later(300_000);
    books.note(TENANT, "b", 1);
    expect(books.isCurrent(TENANT, kept)).toBe(false);
  });

  it("drops all that was read before when more books have moved than can be held", () => {
    const kept = answer(["kept", 3]);
    for (let index = 0; index <= 100_000; index += 1) books.note(TENANT, `b${index}`, 1);
    expect(books.isFollowing).toBe(true);
    expect(books.isCurrent(TENANT, kept)).toBe(false);
  });
});

describe("a mutation", () => {
  it("ends the answers of its books when these are known to be of funds", () => {
    const [kept, other] = [answer(["a", 3]), answer(["b", 1])];
    expect(books.noteWritten("ledger", TENANT, [["a", 4]])).toBe(false);
    books.note(TENANT, "a", 3);
    expect(books.noteWritten("ledger", TENANT, [["a", 4]])).toBe(true);
    expect(books.isCurrent(TENANT, kept)).toBe(false);
    expect(books.isCurrent(TENANT, other)).toBe(true);
  });

  it.each<[string, string, [string, number][]]>([
    ["another subgraph", "metrics", [["a", 4]]],
    ["no book", "ledger", []],
    ["an unknown book beside", "ledger", [["a", 4], ["x", 1]]], // prettier-ignore
  ])(
    "leaves it to all answers of its tenant to end when it names %s",
    (_what, subgraph, written) => {
      books.note(TENANT, "a", 3);
      expect(books.noteWritten(subgraph, TENANT, written)).toBe(false);
    },
  );

  it("does so while the feed is lost", () => {
    books.note(TENANT, "a", 3);
    books.lose();
    expect(books.noteWritten("ledger", TENANT, [["a", 4]])).toBe(false);
  });
});
