import { expect, test } from "vitest";
import { linesOf, paddedLines, readTemplate } from "./template-form.ts";

function filled(): FormData {
  const form = new FormData();
  const typed = {
    name: "Rent",
    description: "Rent of the office",
    frequency: "MONTHLY",
    dayOfMonth: "31",
    firstDate: "2026-01-31",
    lastDate: "",
    reversal: "NEXT_MONTH",
    idempotencyKey: "key",
  };
  for (const [name, value] of Object.entries(typed)) form.set(name, value);
  const lines = [
    ["a1", "DEBIT", "1.200,50", "", ""],
    ["a2", "CREDIT", "", "2,5 %", "a3"],
    ["", "DEBIT", "", "", ""],
  ];
  for (const [accountId = "", side = "", amount = "", percent = "", ofAccountId = ""] of lines) {
    const line = { accountId, side, amount, percent, ofAccountId };
    for (const [name, value] of Object.entries(line)) form.append(`line.${name}`, value);
  }
  return form;
}

test("reads a template and leaves its empty lines out", () => {
  expect(readTemplate(filled(), "fund-1", ",")).toEqual({
    fundId: "fund-1",
    id: undefined,
    replaces: 0,
    name: "Rent",
    description: "Rent of the office",
    entries: [
      {
        accountId: "a1",
        side: "DEBIT",
        amount: "1200.50",
        percent: undefined,
        ofAccountId: undefined,
      },
      { accountId: "a2", side: "CREDIT", amount: undefined, percent: "2.5", ofAccountId: "a3" },
    ],
    frequency: "MONTHLY",
    dayOfMonth: 31,
    firstDate: "2026-01-31",
    lastDate: undefined,
    reversal: "NEXT_MONTH",
    isPaused: false,
    idempotencyKey: "key",
  });
});

test("gives no day of the month to a template of weeks", () => {
  const form = filled();
  form.set("frequency", "WEEKLY");
  expect(readTemplate(form, "fund-1", ",").dayOfMonth).toBeUndefined();
});

test("shows what was entered again, with lines for more", () => {
  const lines = linesOf(filled());
  expect(lines[1]).toEqual({
    accountId: "a2",
    side: "CREDIT",
    amount: "",
    percent: "2,5 %",
    ofAccountId: "a3",
  });
  expect(paddedLines(lines)).toHaveLength(5);
});
