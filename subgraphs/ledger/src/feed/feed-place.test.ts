import { encodeCursor } from "@allfunds/platform/graphql/types";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  decodePlace,
  decodePlaces,
  encodePlace,
  hashed,
  type HashedPlace,
  type NamedPlace,
} from "./feed-place.ts";

const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString("hex"));
const place: fc.Arbitrary<HashedPlace> = fc
  .record({ seq: count, taken: count, hash, isOfEveryTenant: fc.boolean() })
  .map(({ isOfEveryTenant, ...rest }) =>
    isOfEveryTenant ? { ...rest, ofEveryTenant: true as const } : rest,
  );

it("reads back every place it writes, with its hash and its audience", () => {
  fc.assert(
    fc.property(place, (one) => {
      const cursor = encodePlace(one);
      expect(decodePlace(cursor)).toEqual(one);
      // What the Cursor scalar accepts.
      expect(cursor).toMatch(/^[\w-]{1,512}$/);
    }),
  );
});

it("writes different cursors for different places", () => {
  fc.assert(
    fc.property(place, place, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      expect(encodePlace(one) === encodePlace(other)).toBe(isSame);
    }),
  );
});

it("still reads cursors from before the feed was hashed, of one tenant and of every", () => {
  fc.assert(
    fc.property(count, count, (seq, taken) => {
      expect(decodePlace(encodeCursor([seq, taken]))).toEqual({ seq, taken });
      const ofEveryTenant = decodePlace(encodeCursor([seq, taken, "*"]));
      expect(ofEveryTenant).toEqual({ seq, taken, ofEveryTenant: true });
    }),
  );
});

it("issues no cursor without a hash", () => {
  expect(() => hashed({ seq: 1, taken: 1 })).toThrow("without a hash");
});

const HASH = "ab".repeat(32);

it.each<[string, (string | number)[]]>([
  ["too few values", [1]],
  ["a text for a number", ["a", 1]],
  ["a negative number", [-1, 0]],
  ["a fraction", [1, 0.5]],
  ["a number beyond 2^53", [2 ** 53, 0]],
  ["a hash that is too short", [1, 0, "abc"]],
  ["a hash in capitals", [1, 0, HASH.toUpperCase()]],
  ["a number for a hash", [1, 0, 7]],
  ["two hashes", [1, 0, HASH, HASH]],
  ["two marks", [1, 0, "*", "*"]],
  ["a mark before the hash", [1, 0, "*", HASH]],
  ["too many values", [1, 0, HASH, "*", "*"]],
])("refuses %s", (_, values) => {
  expect(() => decodePlace(encodeCursor(values))).toThrow(
    expect.objectContaining({ code: "INVALID_INPUT" }),
  );
});

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const named: fc.Arbitrary<NamedPlace> = fc.record({ name, seq: count, taken: count, hash });

it("reads back the places in up to a hundred databases", () => {
  const among = fc.uniqueArray(named, {
    minLength: 1,
    maxLength: 100,
    size: "max",
    selector: (one) => one.name,
  });
  fc.assert(
    fc.property(place, among, (own, places) => {
      const cursor = encodePlace({ ...own, among: places });
      const read = [...decodePlaces(cursor, "main")].map(
        ([database, { seq, taken, hash: at }]) => ({
          name: database,
          seq,
          taken,
          hash: at,
        }),
      );
      expect(read).toEqual(places);
      // What the Cursor scalar accepts.
      expect(cursor).toMatch(/^[\w-]{1,16384}$/);
    }),
    { numRuns: 20 },
  );
});

it("takes a cursor without names for one of the database that was there first", () => {
  fc.assert(
    fc.property(place, (one) => {
      expect(decodePlaces(encodePlace(one), "main")).toEqual(new Map([["main", one]]));
    }),
  );
});
