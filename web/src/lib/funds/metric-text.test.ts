import { de } from "../language/catalogue/de.ts";
import { en } from "../language/catalogue/en.ts";
import { translator } from "../language/messages.ts";
import { formatDay } from "../dates/format-date.ts";
import { formatAmount } from "../money/format-money.ts";
import { expect, test } from "vitest";
import {
  absenceOf,
  inputText,
  methodText,
  metricLabel,
  metricValue,
  unavailableReason,
} from "./metric-text.ts";

const t = translator("en", en);
const reader = {
  day: (date: string) => formatDay(date, "en-GB"),
  money: ({ amount, currency }: { amount: string; currency: string }) =>
    `${formatAmount(amount, "en")}\u00a0${currency}`,
};
const input = (value: string, name = "") => inputText({ name, value }, "EUR", reader);

test("splits the name of a metric that has no label", () => {
  expect(metricLabel("netFlow30d", t)).toBe("Net flow, 30 days");
  expect(metricLabel("annualisedVolatility", t)).toBe("Annualised volatility");
});

test("writes values with their unit and a minus sign", () => {
  expect(metricValue({ value: -3.456, unit: "PERCENT" }, "en-GB", t)).toBe("−3.46%");
  expect(metricValue({ value: 1, unit: "MONTHS" }, "en-GB", t)).toBe("1 month");
  expect(metricValue({ value: null, unit: "RATIO" }, "en-GB", t)).toBe("—");
});

test("gives a reason for a value that is missing", () => {
  const empty = { value: null, money: null, unavailable: null };
  expect(absenceOf({ ...empty, unavailable: "Too short." }, t, reader)).toBe("Too short.");
  expect(absenceOf(empty, t, reader)).toBe("No value is available.");
  expect(absenceOf({ ...empty, value: 0 }, t, reader)).toBeUndefined();
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
    absence: null,
  };
  expect(unavailableReason([metric], "netAssetValue", t, reader)).toBe(
    "The fund holds other currencies.",
  );
  expect(unavailableReason([metric], "cash", t, reader)).toBe("No value is available.");
});

test("words a reason by its code in the language and notation of the reader", () => {
  const german = translator("de", de);
  const unavailable = "There are no exchange rates on or before 2026-11-22 …";
  const named = [
    { name: "day", value: "2026-11-22" },
    { name: "amounts", value: "1234.50 USD" },
  ];
  const absent = { value: null, money: null, unavailable };
  const worded = { ...absent, absence: { code: "NO_RATE_FOR_CASH", arguments: named } };
  expect(absenceOf(worded, german, reader)?.replaceAll(/[\u2068\u2069]/g, "")).toBe(
    "Für weiteres Geld gibt es bis 22 Nov 2026 keine Wechselkurse: 1,234.50\u00a0USD.",
  );
  const unknown = { ...absent, absence: { code: "NEW_REASON", arguments: [] } };
  expect(absenceOf(unknown, german, reader)).toContain("There are no exchange rates");
});

test("gives the method of a figure in the language of the reader, else as the graph has it", () => {
  const german = translator("de", de);
  expect(methodText({ name: "cash", method: "Sum." }, german)).toMatch(/^Summe der Salden/);
  expect(methodText({ name: "other", method: "Sum." }, german)).toBe("Sum.");
});

test("formats inputs that are dates or amounts", () => {
  expect(input("2026-11-22")).toBe("22 Nov 2026");
  expect(input("-1234.50")).toBe("−1,234.50\u00a0EUR");
  expect(input("1000, 1010")).toBe("1000, 1010");
  expect(input("1.10", "rate EUR/USD")).toBe("1.10");
  expect(metricLabel("date of rate EUR/USD", t)).toBe("Date of rate EUR/USD");
});
