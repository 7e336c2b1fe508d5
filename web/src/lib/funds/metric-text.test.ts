import { expect, test } from "vitest";
import {
  absenceOf,
  inputText,
  metricLabel,
  metricValue,
  unavailableReason,
} from "./metric-text.ts";

test("splits the name of a metric that has no label", () => {
  expect(metricLabel("netFlow30d")).toBe("Net flow, 30 days");
  expect(metricLabel("annualisedVolatility")).toBe("Annualised volatility");
});

test("writes values with their unit and a minus sign", () => {
  expect(metricValue({ value: -3.456, unit: "PERCENT" })).toBe("−3.46%");
  expect(metricValue({ value: 1, unit: "MONTHS" })).toBe("1 month");
  expect(metricValue({ value: null, unit: "RATIO" })).toBe("—");
});

test("gives a reason for a value that is missing", () => {
  const empty = { value: null, money: null, unavailable: null };
  expect(absenceOf({ ...empty, unavailable: "Too short." })).toBe("Too short.");
  expect(absenceOf(empty)).toBe("No value is available.");
  expect(absenceOf({ ...empty, value: 0 })).toBeUndefined();
});

test("finds the reason of a metric by its name", () => {
  const metric = {
    name: "netAssetValue",
    value: null,
    money: null,
    unit: "MONEY" as const,
    asOf: "2026-11-22",
    method: "",
    inputs: [],
    unavailable: "The fund holds other currencies.",
  };
  expect(unavailableReason([metric], "netAssetValue")).toBe("The fund holds other currencies.");
  expect(unavailableReason([metric], "cash")).toBe("No value is available.");
});

test("formats inputs that are dates or amounts", () => {
  expect(inputText("2026-11-22", "EUR")).toBe("22 Nov 2026");
  expect(inputText("-1234.50", "EUR")).toBe("−1,234.50\u00a0EUR");
  expect(inputText("1000, 1010", "EUR")).toBe("1000, 1010");
  expect(inputText("1.10", "EUR", "rate EUR/USD")).toBe("1.10");
  expect(metricLabel("date of rate EUR/USD")).toBe("Date of rate EUR/USD");
});
