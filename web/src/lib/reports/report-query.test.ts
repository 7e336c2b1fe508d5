import { expect, test } from "vitest";
import { choiceOf, keptReport, readReportQuery } from "./report-query.ts";

const asked = (search: string) => readReportQuery(new URLSearchParams(search), "2026-11-30");
const CASH_FLOW = "report=cash-flow&from=2025-01-01&to=2025-12-31&knownAt=7&compare=year&columns=3";

test("is kept without its days, and is of this year when it is opened", () => {
  const kept = keptReport(" Cash by year ", asked(CASH_FLOW));
  expect(kept).toEqual({
    name: "Cash by year",
    fundId: null,
    search: "report=cash-flow&compare=year&columns=3",
  });
  expect(asked(kept?.search ?? "")).toMatchObject({
    report: "cash-flow",
    from: "2026-01-01",
    to: "2026-11-30",
    knownAt: "",
  });
});

test("is the same report on other days, and another one when it is made otherwise", () => {
  const choice = choiceOf(asked(CASH_FLOW));
  expect(choiceOf(asked("report=cash-flow&compare=year&columns=3"))).toBe(choice);
  expect(choiceOf(asked(`${CASH_FLOW}&method=INDIRECT`))).not.toBe(choice);
});

test.each(["", "  ", "x".repeat(61)])("is not kept under the name %j", (name) => {
  expect(keptReport(name, asked(CASH_FLOW))).toBeUndefined();
});
