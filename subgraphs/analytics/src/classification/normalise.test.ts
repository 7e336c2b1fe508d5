import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { counterpartyKey, normalise } from "./normalise.ts";

describe("normalising a remittance text", () => {
  test.each([
    ["MANAGEMENT FEE Q1/2025 INV-8812", "management fee inv"],
    ["Kontoführungsgebühr", "kontofuehrungsgebuehr"],
    ["KONTOFUEHRUNGSGEBUEHR", "kontofuehrungsgebuehr"],
    ["Électricité prélèvement", "electricite prelevement"],
    ["Straße", "strasse"],
    ["p\u200Bay\u00ADroll", "payroll"],
    ["pay\u{E0069}\u{E0067}\u{E006E}roll", "payroll"],
    ["\u202Eрауrоll", "payroll"],
    ["ｐａｙｒｏｌｌ", "payroll"],
    ["BUY US0378331005 500", "buy isincode"],
    ["  a\t\nb  ", "a b"],
    ["12345", ""],
  ])("%j becomes %j", (text, expected) => {
    expect(normalise(text)).toBe(expected);
  });

  test("reads a plain text as it reads one with a hidden character", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme-ascii" }),
      fc.constantFrom("US0378331005", "own_transfer", "OWN_TRANSFER", "XOWN_TRANSFER", "a_b", "--"),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom("", " ", "\t"), (pieces, glue) => {
        const text = pieces.join(glue);
        expect(normalise(text)).toBe(normalise(`${text}\u200B`));
      }),
    );
  });

  test("is stable: a normalised text stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(normalise(normalise(text))).toBe(normalise(text));
      }),
    );
  });

  test("does not depend on hidden characters anywhere in the text", () => {
    const hidden = fc.constantFrom("\u200B", "\u2060", "\uFE0F", "\u{E0041}", "\u202E", "\u00AD");
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, hidden, word), { minLength: 1 }), (pieces) => {
        const plain = pieces.map(([a, , b]) => a + b).join(" ");
        const dirty = pieces.map(([a, mark, b]) => a + mark + b).join(" ");
        expect(normalise(dirty)).toBe(normalise(plain));
      }),
    );
  });
});

describe("the key of a counterparty", () => {
  test.each([
    ["Landlord GmbH", "Rent May 2025", "landlord"],
    [null, "OFFICE RENT MAY 2025 REF 88", "office rent"],
    [null, "OFFICE RENT JUNE 2025 REF 91", "office rent"],
    [null, "2025-0001", ""],
  ])("of %j with %j is %j", (counterparty, description, key) => {
    expect(counterpartyKey(counterparty, description)).toBe(key);
  });
});
