import { unruledFields } from "@allfunds/platform/testing";
import { expect, test } from "vitest";
import { printSchema } from "./schema.ts";

test("of every way into the subgraph it is said who may take it", () => {
  expect(unruledFields(printSchema())).toEqual([]);
});
