import fc from "fast-check";
import { expect, test } from "vitest";
import { EVERY_TERM, PageWriter, emptySet, placesIn, readTerms } from "./term-page.ts";
import { changeOfCover, coverOf, startOf, type TermRun } from "./term-runs.ts";

const RUN = 1_024;

/** Bytes beyond ASCII, beyond the first plane, and shared beginnings. */
const TERM = fc
  .array(fc.constantFrom("a", "b", "0", "é", "水", "😀", "\ufffd"), { minLength: 1, maxLength: 8 })
  .map((signs) => signs.join(""));
const PLACES = fc.oneof(
  fc.uniqueArray(fc.nat({ max: RUN - 1 }), { minLength: 1, maxLength: 5 }),
  fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.nat({ max: 7 }))
    .map(([step, first]) =>
      Array.from({ length: Math.floor((RUN - first) / step) }, (_, nth) => first + nth * step),
    ),
);
const TERMS = fc.dictionary(TERM, PLACES, { minKeys: 1, maxKeys: 60 }).map((terms) =>
  Object.entries(terms)
    .map(([term, places]): [string, number[]] => [term, [...places].sort((a, b) => a - b)])
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
);

function written(terms: readonly (readonly [string, readonly number[]])[]) {
  const writer = new PageWriter(RUN);
  for (const [term, places] of terms) writer.add(term, places);
  return writer.end();
}

test("pages have every term with its places, whether these are listed or marked", () => {
  fc.assert(
    fc.property(TERMS, (terms) => {
      const found: [string, number[], number[]][] = [];
      for (const { terms: page } of written(terms)) {
        readTerms(page, RUN, EVERY_TERM, (term, places) => {
          const set = emptySet(RUN);
          places.addTo(set);
          found.push([term(), places.list(RUN), placesIn(set)]);
        });
      }
      expect(found).toEqual(terms.map(([term, places]) => [term, places, places]));
    }),
  );
});

const isAfter = (term: string, bound: Buffer): boolean =>
  Buffer.compare(Buffer.from(term), bound) > 0;

test("the terms of a range are on the pages that begin within it, and on the one before", () => {
  fc.assert(
    fc.property(TERMS, TERM, TERM, (terms, one, other) => {
      const [from = "", to = ""] = [one, other].sort((a, b) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      );
      const bytes = { from: Buffer.from(from), to: Buffer.from(to) };
      const pages = written(terms);
      const after = pages.findIndex(({ first }) => isAfter(first, bytes.from));
      const begin = (after === -1 ? pages.length : after) - 1;
      const found: string[] = [];
      for (const { first, terms: page } of pages.slice(begin)) {
        if (isAfter(first, bytes.to)) break;
        readTerms(page, RUN, bytes, (term) => void found.push(term()));
      }
      const expected = terms
        .map(([term]) => term)
        .filter((term) => !isAfter(from, Buffer.from(term)) && !isAfter(term, bytes.to));
      expect(found).toEqual(expected);
    }),
  );
});

const SHAPE = { base: 2, factor: 3, levels: 3 };

const positionsOf = (runs: readonly TermRun[]): number[] =>
  runs.flatMap((run) => Array.from({ length: run.size }, (_, nth) => startOf(run) + nth + 1));

const nameOf = ({ size, run }: TermRun): string => `${size}/${run}`;

test("the runs of a book hold each of its positions once, in order, and change by what is new", () => {
  const step = fc.nat({ max: 60 }).map((n) => n * SHAPE.base);
  fc.assert(
    fc.property(step, step, (from, more) => {
      const to = from + more;
      expect(positionsOf(coverOf(to, SHAPE))).toEqual(Array.from({ length: to }, (_, n) => n + 1));
      const { merged, made } = changeOfCover(from, to, SHAPE);
      const gone = new Set(merged.map(nameOf));
      const kept = coverOf(from, SHAPE)
        .map(nameOf)
        .filter((name) => !gone.has(name));
      expect([...kept, ...made.map(nameOf)]).toEqual(coverOf(to, SHAPE).map(nameOf));
    }),
  );
});
