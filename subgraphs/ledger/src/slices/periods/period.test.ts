import { newId } from "@allfunds/platform/ids";
import { describe, expect, test } from "vitest";
import type { BookState } from "../../engine/book-state.ts";
import { FUND_ID, posting, run, sampleBook } from "../../engine/sample-book.fixture.ts";

const JANUARY = "018f0000-0000-7000-8000-0000000000f1";

const close = (to: string, from?: string, periodId = newId()) => ({
  kind: "ClosePeriod" as const,
  fundId: FUND_ID,
  periodId,
  from,
  to,
});

const reopen = (periodId: string) => ({
  kind: "ReopenPeriod" as const,
  fundId: FUND_ID,
  periodId,
  reason: "A late invoice",
});

const postOn = (state: BookState, effectiveDate: string): string =>
  run(
    state,
    posting(
      [
        ["bank", "DEBIT", "1.00"],
        ["capital", "CREDIT", "1.00"],
      ],
      { effectiveDate },
    ),
  );

describe("a closed period", () => {
  test("refuses value dates from its first to its last day and no others", () => {
    const state = sampleBook();
    expect(run(state, close("2026-01-31", "2026-01-01"))).toBe("ok");
    const dates = ["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01"];
    expect(dates.map((date) => postOn(state, date))).toEqual([
      "ok",
      "POSTING_PERIOD_CLOSED",
      "POSTING_PERIOD_CLOSED",
      "ok",
    ]);
  });

  test("without a first day goes back to the beginning, or to the day after the last closed one", () => {
    const state = sampleBook();
    expect(run(state, close("2026-01-31"))).toBe("ok");
    expect(postOn(state, "1999-01-01")).toBe("POSTING_PERIOD_CLOSED");
    expect(run(state, close("2026-01-31"))).toBe("INVALID_INPUT");
    expect(run(state, close("2026-02-28"))).toBe("ok");
    expect(postOn(state, "2026-02-28")).toBe("POSTING_PERIOD_CLOSED");
    expect(postOn(state, "2026-03-01")).toBe("ok");
  });

  test("takes transactions again when it is reopened, and can be closed again", () => {
    const state = sampleBook();
    run(state, close("2026-01-31", "2026-01-01", JANUARY));
    expect(run(state, reopen(JANUARY))).toBe("ok");
    expect(postOn(state, "2026-01-15")).toBe("ok");
    expect(run(state, reopen(JANUARY))).toBe("PERIOD_NOT_FOUND");
    expect(run(state, close("2026-01-31", "2026-01-01"))).toBe("ok");
    expect(postOn(state, "2026-01-15")).toBe("POSTING_PERIOD_CLOSED");
  });

  test.each<[string, string, string | undefined]>([
    ["that ends before it begins", "2026-01-01", "2026-01-02"],
    ["that overlaps a closed one", "2026-04-15", "2026-03-31"],
    ["around a closed one", "2026-12-31", "2026-01-01"],
    ["of no such day", "2026-02-30", undefined],
  ])("%s cannot be closed", (_name, to, from) => {
    const state = sampleBook();
    run(state, close("2026-04-30", "2026-04-01"));
    expect(run(state, close(to, from))).toBe("INVALID_INPUT");
  });
});
