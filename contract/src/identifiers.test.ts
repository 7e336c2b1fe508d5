import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isIban, isIsin, isLei } from "./identifiers.ts";

describe("isIsin", () => {
  test.each(["US0378331005", "IE00B4L5Y983", "LU0323578657", "QSFUNDA00013", "QSFUNDB00011"])(
    "accepts %s",
    (isin) => expect(isIsin(isin)).toBe(true),
  );

  test.each(["US0378331006", "us0378331005", "US037833100", "US03783310055", "US037833100X", ""])(
    "refuses %j",
    (isin) => expect(isIsin(isin)).toBe(false),
  );

  test("refuses every other last digit", () => {
    const digits = fc.integer({ min: 0, max: 9 }).filter((digit) => digit !== 3);
    fc.assert(
      fc.property(digits, (digit) => {
        expect(isIsin(`IE00B4L5Y98${digit}`)).toBe(false);
      }),
    );
  });
});

test.each([
  ["5493001KJTIIGC8Y1R12", true],
  ["529900T8BM49AURSDO55", true],
  ["5493001KJTIIGC8Y1R13", false],
  ["5493001kjtiigc8y1r12", false],
  ["5493001KJTIIGC8Y1R1", false],
])("isLei finds %s %s", (lei, right) => expect(isLei(lei)).toBe(right));

test.each([
  ["DE89370400440532013000", true],
  ["GB29NWBK60161331926819", true],
  ["GB29NWBK60161331926818", false],
  ["GB29 NWBK 6016 1331 9268 19", false],
  ["GB29", false],
])("isIban finds %s %s", (iban, right) => expect(isIban(iban)).toBe(right));
