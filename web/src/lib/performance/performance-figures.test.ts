import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { de } from "../language/catalogue/analysis/de.ts";
import { en } from "../language/catalogue/analysis/en.ts";
import { translator } from "../language/messages.ts";
import {
  absenceOf,
  BENCHMARK_FIGURES,
  INSTRUMENT_FIGURES,
  methodOf,
  OWN_FIGURES,
  requestedMetrics,
} from "./performance-figures.ts";
import { numberText, percentText } from "./percent-text.ts";

const t = translator("en", en);
const reader = { day: (date: string) => date, money: ({ amount }: { amount: string }) => amount };
const FIGURE = {
  metric: "SHARPE" as const,
  value: 1.25,
  asOf: "2026-11-29",
  inputs: [],
  unavailable: null,
  absence: null,
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
  expect(absenceOf({ ...FIGURE, value: null, unavailable: "Needs 100 returns." }, t, reader)).toBe(
    "Needs 100 returns.",
  );
  expect(absenceOf(FIGURE, t, reader)).toBeUndefined();
});

test("states that a figure is missing when the graph gives neither value nor reason", () => {
  expect(absenceOf({ ...FIGURE, value: null }, t, reader)).toBe(
    "The graph returned no such figure.",
  );
  expect(absenceOf(undefined, t, reader)).toBe("The graph returned no such figure.");
});

test("requests figures beside a benchmark only when there is one", () => {
  expect(requestedMetrics(false)).not.toContain("BETA");
  expect(requestedMetrics(true)).toContain("BETA");
});

test("gives the definition of a figure, and how its unit is made, in the language of the reader", () => {
  const german = translator("de", de);
  const [ratio] = OWN_FIGURES.filter(({ metric }) => metric === "SHARPE");
  if (!ratio) throw new Error("The page shows no Sharpe ratio.");
  const { definition, rest } = methodOf(ratio, "UNIT", german);
  expect(definition).toMatch(/^Mittel durch/);
  expect(rest).toMatch(/^Aus dem Wert eines Anteils.*Kapital zählt als Fluss/);
  expect(methodOf(ratio, "PRICES", german)).toEqual({ definition, rest: "" });
});

test("defines every figure as the schema of the graph does", () => {
  const schema = readFileSync(
    new URL("../../../../gateway/api-public.graphql", import.meta.url),
    "utf8",
  );
  for (const { metric } of [...OWN_FIGURES, ...BENCHMARK_FIGURES, ...INSTRUMENT_FIGURES]) {
    const text: unknown = (en as Readonly<Record<string, unknown>>)[`definition.${metric}`];
    expect(schema).toContain(`. ${String(text)}`);
  }
});
