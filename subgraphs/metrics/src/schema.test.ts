import { unruledFields } from "@allfunds/platform/testing";
import { expect, test } from "vitest";
import { MetricName } from "./metric/metric.ts";
import { printSchema } from "./schema.ts";

test("every way into the subgraph has an access rule", () => {
  expect(unruledFields(printSchema())).toEqual([]);
});

test("a metric's name in the enum is its name in texts, written in capitals", () => {
  for (const [value, name] of Object.entries(MetricName)) {
    const words = value.toLowerCase().split("_");
    const [first = "", ...rest] = words;
    expect(first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")).toBe(
      name,
    );
  }
});
