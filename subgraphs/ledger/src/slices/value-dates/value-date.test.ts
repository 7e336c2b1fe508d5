import { expect, test } from "vitest";
import { FUND_ID, NOW, posting, run, sampleBook } from "../../engine/sample-book.fixture.ts";

const paidOn = (effectiveDate: string, confirmsFarDate: boolean | undefined) =>
  posting(
    [
      ["bank", "DEBIT", "1.00"],
      ["capital", "CREDIT", "1.00"],
    ],
    { effectiveDate, confirmsFarDate },
  );

// Today is 30 June 2026.
test.each<[string, boolean | undefined, string]>([
  ["2026-06-30", false, "ok"],
  ["2023-06-30", false, "ok"],
  ["2023-06-29", false, "VALUE_DATE_FAR"],
  ["2028-06-30", false, "ok"],
  ["2028-07-01", false, "VALUE_DATE_FAR"],
  ["1926-06-30", false, "VALUE_DATE_FAR"],
  ["1926-06-30", true, "ok"],
  ["2062-06-30", true, "ok"],
  ["1926-06-30", undefined, "ok"],
  ["2026-06-31", false, "INVALID_INPUT"],
])("a value date %s with the confirmation %s is answered %s", (date, confirmed, expected) => {
  expect(run(sampleBook(), paidOn(date, confirmed))).toBe(expected);
});

test("a fund sets its own limits, from then on", () => {
  const state = sampleBook();
  const set = (daysBehind: number, daysAhead: number) =>
    run(state, { kind: "SetValueDateLimits", fundId: FUND_ID, daysBehind, daysAhead });
  expect(set(-1, 0)).toBe("INVALID_INPUT");
  expect(set(0, 36_526)).toBe("INVALID_INPUT");
  expect(set(30, 0)).toBe("ok");
  expect(run(state, paidOn("2026-05-31", false))).toBe("ok");
  expect(run(state, paidOn("2026-05-30", false))).toBe("VALUE_DATE_FAR");
  expect(run(state, paidOn("2026-07-01", false), NOW)).toBe("VALUE_DATE_FAR");
});
