import { expect, test } from "vitest";
import type { ReconcilingItemRowFragment } from "../graph/graph-types.generated.ts";
import { linesIn, tokenOf, withItems } from "./reconciling-items.ts";

const item = (more: Partial<ReconcilingItemRowFragment>): ReconcilingItemRowFragment => ({
  side: "BANK",
  statementId: null,
  line: null,
  transactionId: null,
  effectiveDate: "2026-11-20",
  ageDays: 1,
  amount: { amount: "10.00", currency: "EUR" },
  description: "Fee",
  reference: null,
  counterparty: null,
  awaitsApproval: false,
  explanation: null,
  isClosed: false,
  ...more,
});
const LINE = item({ statementId: "s-1", line: 7 });
const POSTED = item({ side: "BOOK", transactionId: "t-1" });

test("reads the lines that it wrote", () => {
  const form = new FormData();
  form.append("line", tokenOf(LINE));
  form.append("line", tokenOf(item({ statementId: "s-2", line: 12 })));
  expect(linesIn(form, "line")).toEqual([
    { statementId: "s-1", line: 7 },
    { statementId: "s-2", line: 12 },
  ]);
});

test.each(["", "7", ":7", "s-1:seven", "s-1:1.5"])("reads no line in %j", (token) => {
  const form = new FormData();
  form.append("line", token);
  expect(linesIn(form, "line")).toBeUndefined();
});

test("shows a likely match with its items only", () => {
  const suggested = {
    lines: [{ statementId: "s-1", line: 7 }],
    transactionIds: ["t-1"],
    amount: { amount: "10.00", currency: "EUR" },
    score: 90,
    reasons: ["SAME_AMOUNT" as const],
  };
  const others = [
    item({ statementId: "s-1", line: 8 }),
    item({ side: "BOOK", transactionId: "t-2" }),
  ];
  expect(withItems(suggested, [...others, LINE, POSTED]).items).toEqual([LINE, POSTED]);
});
