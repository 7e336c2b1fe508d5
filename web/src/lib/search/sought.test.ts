import { expect, test } from "vitest";
import { mergeFound, readSought } from "./sought.ts";

test("reads words, and an amount in any notation", () => {
  expect(readSought(" rent  ", ".")).toMatchObject({ words: { text: "rent" }, hasAmount: false });
  expect(readSought("1.234,50", ".")?.amount).toEqual({
    amountFrom: "1234.50",
    amountTo: "1234.50",
  });
  expect(readSought("1 234,50 EUR", ".")?.amount).toEqual({
    amountFrom: "1234.50",
    amountTo: "1234.50",
  });
  expect(readSought("-17.00", ".")?.amount).toEqual({ amountFrom: "17.00", amountTo: "17.00" });
});

test("looks for an amount among words, and still for the words as typed", () => {
  expect(readSought("custody 890,40", ".")).toMatchObject({
    words: { text: "custody 890,40" },
    amount: { amountFrom: "890.40", amountTo: "890.40", text: "custody" },
  });
});

test.each(["", "  ", "!?", "—"])("looks for nothing in %j", (text) => {
  expect(readSought(text, ".")).toBeUndefined();
});

const part = (hasNextPage: boolean, ...nodes: [id: string, effectiveDate: string][]) => ({
  nodes: nodes.map(([id, effectiveDate]) => ({ id, effectiveDate })),
  pageInfo: { hasNextPage },
});

test("shows what both readings found once, the newest first", () => {
  const { transactions, hasMore } = mergeFound([
    part(false, ["a", "2026-01-01"], ["b", "2026-03-01"]),
    undefined,
    part(true, ["b", "2026-03-01"], ["c", "2026-02-01"]),
  ]);
  expect(transactions.map(({ id }) => id)).toEqual(["b", "c", "a"]);
  expect(hasMore).toBe(true);
});
