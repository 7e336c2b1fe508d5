import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrayLiteral } from "./batched-sql.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function asPostgresReads(items: readonly unknown[], type: string): Promise<unknown> {
  // The driver would read these as floats.
  const read = type === "numeric" ? "text" : type;
  const sql = `SELECT $1::${type}[]::${read}[] AS items`;
  const { rows } = await database.pool.query<{ items: unknown }>(sql, [arrayLiteral(items)]);
  return rows[0]?.items;
}

test("any texts come back from PostgreSQL as they were, nulls among them", async () => {
  const storable = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
  const awkward = fc.constantFrom("NULL", "null", "", "{}", '"', "\\", "a,b", null);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(storable, awkward)), async (items) => {
      expect(await asPostgresReads(items, "text")).toEqual(items);
    }),
  );
});

test.each([
  ["numeric", [1, -2n, 2n ** 127n], ["1", "-2", "170141183460469231731687303715884105728"]],
  ["bytea", [Buffer.from("00ff", "hex")], [Buffer.from("00ff", "hex")]],
  ["timestamptz", [new Date(0)], [new Date(0)]],
  ["boolean", [true, null], [true, null]],
  ["uuid", ["018f0000-0000-7000-8000-000000000001"], ["018f0000-0000-7000-8000-000000000001"]],
])("arrays of %s come back", async (type, items, found) => {
  expect(await asPostgresReads(items, type)).toEqual(found);
});

test("what is no plain value is refused", () => {
  expect(() => arrayLiteral([[1]])).toThrow("flat");
});
