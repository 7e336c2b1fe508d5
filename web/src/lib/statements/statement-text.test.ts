import { formatDay } from "../dates/format-date.ts";
import { expect, test } from "vitest";
import { en } from "../language/catalogue/books/en.ts";
import { translator } from "../language/messages.ts";
import { obstaclesOf } from "./obstacles.ts";
import { isDecidable, outcomeOf, periodOf } from "./statement-text.ts";

const t = translator("en", en);
const reader = { day: (date: string) => formatDay(date, "en-GB") };
const line = {
  verdict: "NEW" as "NEW" | "DUPLICATE" | "POSSIBLE_DUPLICATE",
  decision: null as "CONFIRMED" | "REJECTED" | null,
  transactionId: null as string | null,
  transaction: null as { readonly id: string } | null,
};
const posted = { ...line, transactionId: "t", transaction: { id: "t" } };
const possible = { ...line, verdict: "POSSIBLE_DUPLICATE" as const };

const period = (from: string | null, to: string | null) => periodOf({ from, to }, reader, t);

test("names the period by one day, by two, or as not kept", () => {
  expect(period("2026-11-01", "2026-11-30")).toBe("1 Nov 2026 to 30 Nov 2026");
  expect(period("2026-11-01", "2026-11-01")).toBe("1 Nov 2026");
  expect(period(null, null)).toBe("Period not kept");
});

test("states what became of each kind of line", () => {
  const outcomes = [
    [posted, "IMPORTED", "Posted"],
    [posted, "UNDONE", "Posted, then reversed"],
    [
      { ...posted, ...possible, decision: "CONFIRMED", transaction: { id: "t" } },
      "IMPORTED",
      "Confirmed and posted",
    ],
    [{ ...line, transactionId: "t" }, "IMPORTED", "Not posted: needs approval"],
    [{ ...line, verdict: "DUPLICATE" }, "IMPORTED", "In the books already"],
    [possible, "IMPORTED", "To decide"],
    [possible, "UNDONE", "Left out"],
    [{ ...possible, decision: "REJECTED" }, "IMPORTED", "Kept out"],
  ] as const;
  for (const [given, state, text] of outcomes) {
    expect(t(outcomeOf(given, state).text)).toBe(text);
  }
});

test("offers a decision on possible duplicates that are not posted, rejected ones too", () => {
  expect(isDecidable(possible, "IMPORTED")).toBe(true);
  expect(isDecidable(possible, "UNDONE")).toBe(false);
  expect(isDecidable({ ...possible, transactionId: "t" }, "IMPORTED")).toBe(false);
  expect(isDecidable(line, "IMPORTED")).toBe(false);
});

test("lists what a refusal names, with the transaction where it is one", () => {
  const id = "01938a7e-0000-7000-8000-000000000001";
  const violations = [
    { path: `transaction ${id}`, message: "was reversed since" },
    { path: "reason", message: "must have at most 400 characters" },
  ];
  expect(obstaclesOf(violations)).toEqual([
    { transactionId: id, message: "was reversed since" },
    { transactionId: null, message: "reason: must have at most 400 characters" },
  ]);
});
