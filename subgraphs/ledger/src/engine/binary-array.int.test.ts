import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { binaryArray } from "./binary-array.ts";
import type { ColumnType, ColumnValue } from "./table.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

type Item = ColumnValue | undefined;

const written = (type: ColumnType | "bytea", items: readonly Item[]): Buffer | null =>
  binaryArray(type, items, (item) => item);

/** The texts of what the server received. */
async function asPostgresReads(
  type: ColumnType | "bytea",
  items: readonly Item[],
): Promise<(string | null)[] | null> {
  const sql = `SELECT $1::${type}[]::text[] AS items`;
  const { rows } = await database.pool.query<{ items: (string | null)[] | null }>(sql, [
    written(type, items),
  ]);
  return rows[0]?.items ?? null;
}

const MOST_MINOR = 2n ** 127n;
const day = fc
  .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const whole = fc.oneof(
  fc.bigInt(-MOST_MINOR, MOST_MINOR),
  fc.bigInt(-100_000_000n, 100_000_000n),
  fc.maxSafeInteger(),
);
const storable = fc.string({ unit: "grapheme", maxLength: 40 }).filter((t) => !t.includes("\0"));

test.each<[ColumnType | "bytea", fc.Arbitrary<ColumnValue>, (item: ColumnValue) => string]>([
  ["text", storable, String],
  ["numeric", whole, String],
  ["bigint", fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.maxSafeInteger()), String],
  ["integer", fc.integer(), String],
  ["smallint", fc.integer({ min: -32_768, max: 32_767 }), String],
  ["boolean", fc.boolean(), String],
  ["date", day, String],
  ["uuid", fc.uuid(), String],
  [
    "bytea",
    fc.uint8Array().map((b) => Buffer.from(b).toString("hex")),
    (hex) => `\\x${String(hex)}`,
  ],
])("items of %s arrive as they were, nulls among them", async (type, arbitrary, spelt) => {
  const items = fc.array(fc.option(arbitrary), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(items, async (drawn) => {
      const repeated = drawn.flatMap((item) => [item, item]);
      const texts = repeated.map((item) => (item === null ? null : spelt(item)));
      const found = await asPostgresReads(type, repeated);
      expect(found).toEqual(texts.every((text) => text === null) ? null : texts);
    }),
    { seed: 20_211, numRuns: 60 },
  );
});

test("moments arrive to the millisecond, before and after the epoch of the server", async () => {
  const moments = [
    "1969-12-31T23:59:59.999Z",
    "2000-01-01T00:00:00.000Z",
    "2026-11-29T05:06:07.890Z",
  ];
  const { rows } = await database.pool.query<{ items: Date[] }>(
    "SELECT $1::timestamptz[] AS items",
    [
      written(
        "timestamptz",
        moments.map((text) => new Date(text)),
      ),
    ],
  );
  expect(rows[0]?.items.map((item) => item.toISOString())).toEqual(moments);
});

test("takes long texts and many items in one array", async () => {
  const items = [...Array.from({ length: 3_000 }, (_, index) => `${index}`), "€".repeat(700_000)];
  expect(await asPostgresReads("text", items)).toEqual(items);
});

test.each<[ColumnType | "bytea", ColumnValue]>([
  ["uuid", "no id"],
  ["uuid", "018f0000-0000-7000-8000-00000000000g"],
  ["uuid", "018f000000000-7000-8000-000000000001"],
  ["bytea", "abc"],
  ["date", "2026-02-30"],
  ["date", "29.11.2026"],
  ["numeric", 0.5],
  ["numeric", 2 ** 60],
  ["bigint", 2 ** 60],
  ["integer", 2 ** 31],
  ["smallint", 40_000],
  ["text", 1],
  ["boolean", "true"],
  ["timestamptz", "2026-11-29"],
])("refuses an item that is no %s: %s", (type, item) => {
  expect(() => written(type, [item])).toThrow(TypeError);
});
