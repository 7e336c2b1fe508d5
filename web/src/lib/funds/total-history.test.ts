import { expect, test } from "vitest";
import { datesOf, totalHistory, type FundHistory } from "./total-history.ts";

const RATE = { base: "EUR", quote: "USD", rate: "1.08", date: "2026-02-01", source: "ECB" };

/** Its net assets are its cash, with the sign turned round. */
const fund = (points: [string, string | null][], currency = "EUR"): FundHistory => ({
  currency,
  points: points.map(([date, amount]) => ({
    date,
    cash: amount === null ? null : { amount, currency },
    netAssetValue: amount === null ? null : { amount: `-${amount}`, currency },
    rates: date === RATE.date ? [RATE] : [],
  })),
});
const totals = (funds: FundHistory[], figure: "cash" | "netAssetValue" = "cash") =>
  totalHistory(funds, "EUR", figure).map(({ date, amount }) => ({ date, amount }));

test("adds funds exactly, each with its last balance", () => {
  const funds = [
    fund([
      ["2026-01-01", "100.10"],
      ["2026-03-01", "50.00"],
    ]),
    fund([["2026-02-01", "0.20"]]),
  ];
  expect(totals(funds, "netAssetValue").at(-1)).toEqual({ date: "2026-03-01", amount: "-50.20" });
  // A figure that is kept from an earlier date keeps the rates of that date.
  expect(totalHistory(funds, "EUR", "cash").map(({ rates }) => rates)).toEqual([
    [],
    [RATE],
    [RATE],
  ]);
  expect(totals(funds)).toEqual([
    { date: "2026-01-01", amount: "100.10" },
    { date: "2026-02-01", amount: "100.30" },
    { date: "2026-03-01", amount: "50.20" },
  ]);
});

test("leaves out dates on which the cash of a fund is unknown", () => {
  const unknown = fund([
    ["2026-01-01", null],
    ["2026-03-01", "5"],
  ]);
  const known = fund([
    ["2026-01-01", "1"],
    ["2026-02-01", "2"],
  ]);
  expect(totals([unknown, known])).toEqual([{ date: "2026-03-01", amount: "7" }]);
  expect(datesOf([unknown, known], "EUR")).toEqual(["2026-01-01", "2026-02-01", "2026-03-01"]);
});

test("leaves out other currencies", () => {
  expect(totals([fund([["2026-01-01", "7"]], "JPY")])).toEqual([]);
});
