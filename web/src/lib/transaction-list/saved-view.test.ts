import { expect, test } from "vitest";
import { isShown, viewOf } from "./saved-view.ts";
import { readTransactionQuery, toTransactionFilter } from "./transaction-query.ts";

const asked = (search: string) => readTransactionQuery(new URLSearchParams(search));

test.each([
  ["1.234", ","],
  ["1,234", "."],
  ["1234.567", "."],
  ["1.234,50", ","],
  ["12,50", "."],
])("finds the same amounts from %s, typed with the sign %s, in every notation", (amount, point) => {
  const query = { ...asked(""), amountFrom: amount };
  const view = viewOf("Large", "fund-1", query, point);
  const wanted = toTransactionFilter(query, point).amountFrom;
  for (const other of [".", ","]) {
    const read = toTransactionFilter(asked(view?.search ?? ""), other).amountFrom;
    expect(Number(read)).toBe(Number(wanted));
  }
});

test("belongs to a fund where it names an account of it", () => {
  expect(viewOf("Fees", "fund-1", asked("text=fee"), ".")?.fundId).toBeNull();
  expect(viewOf("Fees", "fund-1", asked("account=a-1"), ".")?.fundId).toBe("fund-1");
});

test.each(["", "   ", "x".repeat(61)])("is not kept under the name %j", (name) => {
  expect(viewOf(name, "fund-1", asked("text=fee"), ".")).toBeUndefined();
});

test("is the list that is shown, whatever the order of what was entered", () => {
  const view = viewOf("Fees", "fund-1", asked("from=2026-01-01&text=fee"), ".");
  if (!view) throw new Error("The filter was not kept.");
  expect(isShown(view, asked("text=fee&from=2026-01-01"), ".")).toBe(true);
  expect(isShown(view, asked("text=fees"), ".")).toBe(false);
});
