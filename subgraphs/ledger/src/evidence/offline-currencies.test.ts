import { currencyScale } from "@allfunds/contract/money";
import { expect, test } from "vitest";

interface Amounts {
  decimals(currency: string, spelled?: string): number;
}
const { Amounts } = (await import(
  new URL("../../verify-book/values.mjs", import.meta.url).href
)) as { readonly Amounts: new () => Amounts };

const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
const CODES = CAPITALS.flatMap((one) =>
  CAPITALS.flatMap((two) => CAPITALS.map((three) => one + two + three)),
);

/** The decimals by the ledger's own table; undefined when it has no such currency. */
function scaleOf(code: string): number | undefined {
  try {
    return currencyScale(code);
  } catch {
    return undefined;
  }
}

test("every currency of the ledger has the same decimals in the offline verifier", () => {
  const known = CODES.filter((code) => scaleOf(code) !== undefined);
  const amounts = new Amounts();
  const spelled = `1.${"0".repeat(9)}`;
  expect(known.length).toBeGreaterThan(150);
  expect(known.filter((code) => amounts.decimals(code, spelled) !== scaleOf(code))).toEqual([]);
});

test("an asset has the decimals of its code, a new currency those of its first amount", () => {
  const amounts = new Amounts();
  expect(amounts.decimals("BTC/8", "1.5")).toBe(8);
  expect(amounts.decimals("ZZZ", "1.500")).toBe(3);
  expect(amounts.decimals("ZZZ", "1.5")).toBe(3);
});
