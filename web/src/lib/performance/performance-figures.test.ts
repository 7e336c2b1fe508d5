import { expect, test } from "vitest";
import { en } from "../language/catalogue/analysis/en.ts";
import { translator } from "../language/messages.ts";
import {
  absenceOf,
  numberText,
  percentText,
  requestedMetrics,
  splitMethod,
} from "./performance-figures.ts";

const t = translator("en", en);
const FIGURE = {
  metric: "SHARPE" as const,
  value: 1.25,
  asOf: "2026-11-29",
  method: "Mean. Of a unit.",
  inputs: [],
  unavailable: null,
};

test.each([
  [0.05234, "5.23%"],
  [-0.12, "\u221212.00%"],
  [-0.000001, "0.00%"],
  [12.5, "1,250.00%"],
])("writes the ratio %s as %s", (ratio, text) => {
  expect(percentText(ratio, "en-GB")).toBe(text);
});

test("writes numbers to two decimals with a minus sign", () => {
  expect(numberText(-1.005, "en-GB")).toMatch(/^\u22121\.0[01]$/);
});

test("states the graph's reason when a figure has no value", () => {
  expect(absenceOf({ ...FIGURE, value: null, unavailable: "Needs 100 returns." }, t)).toBe(
    "Needs 100 returns.",
  );
  expect(absenceOf(FIGURE, t)).toBeUndefined();
});

test("states that a figure is missing when the graph gives neither value nor reason", () => {
  expect(absenceOf({ ...FIGURE, value: null }, t)).toBe("The graph returned no such figure.");
  expect(absenceOf(undefined, t)).toBe("The graph returned no such figure.");
});

test("requests figures beside a benchmark only when there is one", () => {
  expect(requestedMetrics(false)).not.toContain("BETA");
  expect(requestedMetrics(true)).toContain("BETA");
});

test("splits a method after its first sentence", () => {
  expect(splitMethod("Each weight 0.94 (Sharpe 1994). Of one unit. More.")).toEqual({
    definition: "Each weight 0.94 (Sharpe 1994).",
    rest: "Of one unit. More.",
  });
  expect(splitMethod("One sentence.")).toEqual({ definition: "One sentence.", rest: "" });
});
