import { expect, test } from "vitest";
import { absence, ABSENCE_CODES, readAbsence } from "./absence.ts";

test("reads the code and the arguments back when a sentence was worded by them", () => {
  const sentence = absence("NO_RATE_OF_DAY", {
    currency: "EUR",
    day: "2026-11-30",
    amounts: "12.00 USD, 3.50 GBP",
  });
  expect(sentence).toBe(
    "There is no exchange rate to EUR on or before 2026-11-30 for 12.00 USD, 3.50 GBP.",
  );
  expect(readAbsence(sentence)).toEqual({
    code: "NO_RATE_OF_DAY",
    arguments: [
      { name: "currency", value: "EUR" },
      { name: "day", value: "2026-11-30" },
      { name: "amounts", value: "12.00 USD, 3.50 GBP" },
    ],
  });
});

test("distinguishes every code from all others when its arguments are days, amounts or words", () => {
  const places = { day: "2026-11-30", amounts: "1.00 USD", currency: "EUR" };
  for (const code of ABSENCE_CODES) {
    const word = absence as (code: string, values: object) => string;
    const others = { least: 3, days: 2, currencies: "USD", from: "USD", symbols: "A, B" };
    const more = { count: 1, years: "0.50", reason: "There are no prices.", subject: "fund" };
    const sentence = word(code, { ...places, ...others, ...more, rates: "0.1, 0.2" });
    expect(readAbsence(sentence)?.code).toBe(code);
  }
});

test("has no code when a sentence is another one", () => {
  expect(readAbsence("The figure is unknown.")).toBeNull();
});
