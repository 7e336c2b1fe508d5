import { unruledFields } from "@allfunds/platform/testing";
import { buildSchema } from "graphql";
import { expect, test } from "vitest";
import { printSchema } from "./schema.ts";

test("every way into the subgraph states who may use it", () => {
  expect(unruledFields(printSchema())).toEqual([]);
});

test("a name that was replaced is deprecated and names its successor", () => {
  const mutations = buildSchema(printSchema(), { assumeValid: true }).getMutationType();
  const { setAccountFloor, setMinimumBalance } = mutations?.getFields() ?? {};
  expect(setAccountFloor?.deprecationReason).toBe("Use setMinimumBalance. Removal: 2027-06-30.");
  expect(setMinimumBalance?.deprecationReason).toBeUndefined();
});
