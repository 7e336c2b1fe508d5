import { unruledFields } from "@allfunds/platform/testing";
import { expect, test } from "vitest";
import { printSchema } from "./schema.ts";

test("every way into the subgraph has an access rule", () => {
  expect(unruledFields(printSchema())).toEqual([]);
});
