import fc from "fast-check";
import { expect, it } from "vitest";
import { readPositions, SeenPositions, writePositions } from "./book-positions.ts";

const FUND = "018f0000-0000-7000-8000-00000000000a";

it.each([
  "",
  "x",
  FUND,
  `${FUND}:`,
  `${FUND}:-1`,
  `${FUND}:1.5`,
  `${FUND}:1,`,
  `:1`,
  `${FUND}:1 2`,
])("refuses the header '%s'", (text) => {
  expect(() => readPositions(text)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});

it("refuses a header with more than 50 books", () => {
  const text = Array.from({ length: 51 }, () => `${FUND}:1`).join(",");
  expect(() => readPositions(text)).toThrow(/50 books/);
});

const pairs = fc.array(
  fc.tuple(fc.uuid({ version: 7 }), fc.integer({ min: 0, max: 999_999_999_999_999 })),
  { minLength: 1, maxLength: 60 },
);

it("reads what it wrote, and keeps the newest position of each of the last 50 books", () => {
  fc.assert(
    fc.property(pairs, fc.array(fc.nat(59)), (written, again) => {
      const seen = new SeenPositions();
      const newest = new Map<string, number>();
      for (const [book, position] of [
        ...written,
        ...again.flatMap((at) => (written[at] ? [written[at]] : [])),
      ]) {
        seen.note(book, position);
        newest.set(book, Math.max(position, newest.get(book) ?? 0));
      }
      const read = readPositions(seen.text ?? "");
      expect(read.size).toBe(Math.min(50, newest.size));
      for (const [book, position] of read) expect(newest.get(book)).toBe(position);
      expect(writePositions(read)).toBe(seen.text);
    }),
    { seed: 5, numRuns: 100 },
  );
});

it("notes nothing of a malformed answer", () => {
  const seen = new SeenPositions();
  seen.noteHeader("nonsense");
  seen.noteHeader(undefined);
  expect(seen.text).toBeUndefined();
});
