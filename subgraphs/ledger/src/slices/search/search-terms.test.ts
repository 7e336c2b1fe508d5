import fc from "fast-check";
import { expect, test } from "vitest";
import { amountTerm, factsOf, wordsOf } from "./search-terms.ts";

const AMOUNT = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 38n }), fc.integer({ min: 0, max: 18 }))
  .map(([unscaled, scale]) => {
    const digits = unscaled.toString().padStart(scale + 1, "0");
    const amount =
      scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(digits.length - scale)}`;
    return { amount, value: unscaled * 10n ** BigInt(18 - scale) };
  });

test("amounts sort as texts the way they sort as numbers", () => {
  fc.assert(
    fc.property(AMOUNT, AMOUNT, (a, b) => {
      expect(amountTerm(a.amount) < amountTerm(b.amount)).toBe(a.value < b.value);
      expect(amountTerm(a.amount) === amountTerm(b.amount)).toBe(a.value === b.value);
    }),
  );
});

test("words are letters and digits, once each, in one case and one spelling", () => {
  expect(wordsOf("ACME & Söhne: acme, №5 — ﬁne!")).toEqual(["acme", "söhne", "no5", "fine"]);
  expect(wordsOf(" ,;")).toEqual([]);
});

test("facts name where they are, and a long one is bounded", () => {
  expect(factsOf({ a: { "b.c": [1, "x"] }, d: null })).toEqual([
    '."a"."b.c"[]=1',
    '."a"."b.c"[]="x"',
    '."d"=null',
  ]);
  expect(factsOf({ a: "x".repeat(5_000) })[0]).toMatch(/^#[0-9a-f]{64}$/);
});
