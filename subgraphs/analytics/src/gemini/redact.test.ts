import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redact } from "./redact.ts";

describe("redaction before a text leaves the system", () => {
  test.each([
    ["Refund to DE89370400440532013000", "Refund to [iban]"],
    ["IBAN de89 3704 0044 0532 0130 00 rent May", "IBAN [iban] rent May"],
    ["GB29 NWBK 6016 1331 9268 19", "[iban]"],
    ["FR1420041010050500013M02606 loyer", "[iban] loyer"],
    ["RE12 services DE89370400440532013000 June", "RE12 services [iban] June"],
    ["DE89 3704 0044 0532 0130 00 GB29NWBK60161331926819", "[iban] [iban]"],
    ["DE88370400440532013000 mistyped", "[account] mistyped"],
    ["DE88 3704 0044 0532 0130 00 mistyped", "[account] mistyped"],
    ["card 4111-1111-1111-1111 hotel", "card [card] hotel"],
    ["card 378282246310005", "card [card]"],
    ["mail Jane.Roe+x@sub.example.co.uk now", "mail [email] now"],
    ["call +44 20 7946 0958", "call [phone]"],
    ["Tel. 030/1234567", "Tel. [phone]"],
    ["Invoice 20250512345", "Invoice [number]"],
    ["Rent 2025-05-01 to 31.05.2025", "Rent 2025-05-01 to 31.05.2025"],
    ["Q1 2025 fee 4.25% BUY 500", "Q1 2025 fee 4.25% BUY 500"],
    ["BUY ISIN US0378331005 100 shares", "BUY ISIN US0378331005 100 shares"],
  ])("%s becomes %s", (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test("leaves no valid German IBAN in any text, however it is spaced", () => {
    const bban = fc.stringMatching(/^\d{18}$/);
    const words = fc.stringMatching(/^[a-z ]{0,12}$/);
    fc.assert(
      fc.property(words, bban, fc.boolean(), words, (before, digits, spaced, after) => {
        const check = String(98n - (BigInt(`${digits}131400`) % 97n)).padStart(2, "0");
        const iban = `DE${check}${digits}`;
        const shown = spaced ? iban.replace(/(.{4})(?=.)/g, "$1 ") : iban;
        expect(redact(`${before} ${shown} ${after}`).replace(/\D/g, "")).not.toContain(
          digits.slice(0, 10),
        );
      }),
    );
  });

  test("gives the same text when it is applied again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(redact(redact(text))).toBe(redact(text));
      }),
    );
  });
});
